"""Pairing in SQL against the same told in plain words of Python."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fakes.questions import make, rows_of
from gamekeeper.model.answers import Answer
from gamekeeper.questions.logon_sessions import sessions
from gamekeeper.questions.logons import LogonFilter, logons
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

KERNEL = {"Channel": "System", "Provider_Name": "Microsoft-Windows-Kernel-General"}
Row = dict[str, Any]


def only_sessions(snapshot: Snapshot, selection: Selection) -> Answer:
    return logons(snapshot, selection, LogonFilter(kinds=("session",)))


def truth(events: list[Row]) -> list[tuple[Any, ...]]:
    """Walk over the events of one host in their order and keep what is open, by id."""
    open_rows: dict[int, Row] = {}
    done: list[Row] = []
    stop: float | None = None
    for event in events:
        now = event["at"]
        if event["id"] == 13:
            stop = now
        elif event["id"] == 12:
            for row in open_rows.values():
                row["end"] = row["end"] or (
                    stop if stop is not None and stop >= row["first"] else None
                )
            open_rows.clear()
        elif event["id"] == 4624:
            row = {"first": now, "start": now, "end": None}
            open_rows[event["TargetLogonId"]] = row
            done.append(row)
        else:
            row = open_rows.setdefault(
                event["TargetLogonId"], {"first": now, "start": None, "end": None}
            )
            if not any(row is one for one in done):
                done.append(row)
            row["end"] = row["end"] or now
    return sorted(((r["first"], r["start"], r["end"]) for r in done), key=str)


def event(at: int, kind: tuple[int, int]) -> Row:
    code, logon = kind
    if code in {12, 13}:
        return {"id": code, "at": at, **KERNEL}
    return {"id": code, "at": at, "TargetLogonId": 0x1000 + logon, "LogonType": 3}


KINDS = st.tuples(st.sampled_from([4624, 4624, 4634, 4634, 12, 13]), st.integers(0, 2))


# A stop is always followed by a start, and both are far from the next: as computers do it.
def played(kinds: list[tuple[int, int]]) -> list[Row]:
    events: list[Row] = []
    at = 0
    for kind in kinds:
        at += 1000
        events.append(event(at, kind))
        if kind[0] == 13:
            events.append(event(at + 20, (12, 0)))
    return events


@given(st.lists(KINDS, max_size=14))
@hypothesis_settings(max_examples=25)
def test_pairs_are_those_of_the_slow_truth(kinds: list[tuple[int, int]]) -> None:
    events = played(kinds)
    with tempfile.TemporaryDirectory() as folder:
        case = make(Path(folder), events)
        found = rows_of(case, only_sessions)
    mine = sorted(((r["@timestamp"], r["event.start"], r["event.end"]) for r in found), key=str)
    assert mine == [
        tuple(None if value is None else float(value) for value in row) for row in truth(events)
    ]


@given(st.lists(KINDS, max_size=10), st.sampled_from(["ann", "bob"]))
@hypothesis_settings(max_examples=10)
def test_a_filter_takes_rows_away_and_changes_none(kinds: list[tuple[int, int]], name: str) -> None:
    events = [
        {**one, "TargetUserName": ("ann", "bob")[n % 2]} for n, one in enumerate(played(kinds))
    ]

    def narrowed(snapshot: Snapshot, selection: Selection) -> Answer:
        return logons(snapshot, selection, LogonFilter(kinds=("session",), accounts=(name,)))

    with tempfile.TemporaryDirectory() as folder:
        case = make(Path(folder), events)
        everything = rows_of(case, only_sessions)
        assert rows_of(case, narrowed) == [row for row in everything if row["user.name"] == name]


def test_without_a_condition_nothing_is_looked_for_twice() -> None:
    assert "wanted_ids" not in sessions("true")[0]
    assert "wanted_ids" in sessions("\"user.name\" = 'ann'")[0]
