from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fakes.cases import NEW_YEAR, SECOND, case_of
from fakes.questions import check, golden, make, name_of, notes_of, rows_of
from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.questions.logons import LogonFilter, logon_matrix, logons
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot


@pytest.mark.parametrize("case", golden("logons"), ids=name_of)
def test_golden(case: dict[str, Any], tmp_path: Path) -> None:
    wanted = LogonFilter(**{name: tuple(value) for name, value in case.get("ask", {}).items()})

    def ask(snapshot: Snapshot, selection: Selection) -> Answer:
        return logons(snapshot, selection, wanted)

    check(case, tmp_path, ask)


def session(number: int, name: str, kind: int = 3, **other: object) -> list[dict[str, Any]]:
    """A logon and its end."""
    both = {"TargetLogonId": hex(0x10000 + number), "TargetUserName": name, "LogonType": kind}
    start = {"id": 4624, "at": number, "TargetDomainName": "CORP", **both, **other}
    return [start, {"id": 4634, "at": number + 0.5, **both}]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    events = [
        *session(1, "ann", 10, IpAddress="10.0.0.9", TargetUserSid="S-1-5-21-1-2-3-1104"),
        *session(2, "Ann", 3, IpAddress="10.0.0.10", WorkstationName="WS09"),
        *session(3, "WS02$", 3, IpAddress="10.0.0.2"),
        *session(4, "SYSTEM", 5, TargetUserSid="S-1-5-18"),
        *session(5, "100%_x", 3, IpAddress="10.0.0.9"),
        {"id": 4634, "at": 6, "TargetLogonId": "0x9", "TargetUserName": "ann", "LogonType": 3},
        {"id": 4625, "at": 7, "TargetUserName": "ann", "LogonType": 2, "Status": "0xc000006a"},
        {"id": 4648, "at": 8, "TargetUserName": "ann", "TargetServerName": "SRV01"},
        {
            "id": 4769,
            "at": 9,
            "TargetUserName": "ann@CORP",
            "ServiceName": "SRV01$",
            "Status": "0x0",
        },
    ]
    return make(tmp_path_factory.mktemp("c"), events)


def found(case: Case, **wanted: Any) -> list[tuple[float, str]]:
    def ask(snapshot: Snapshot, selection: Selection) -> Answer:
        return logons(snapshot, selection, LogonFilter(**wanted))

    return [(row["@timestamp"], row["logon.kind"]) for row in rows_of(case, ask)]


def test_nothing_is_left_out_unless_it_is_asked_for(case: Case) -> None:
    kinds = Counter(kind for _, kind in found(case))
    assert kinds == {"session": 6, "refused": 1, "explicit": 1, "kerberos": 1}


@pytest.mark.parametrize(
    ("wanted", "times"),
    [
        ({"is_failed": True}, [7]),
        ({"is_interactive": True}, [1, 7]),
        ({"is_people": True}, [1, 2, 5, 6, 7, 8, 9]),
        ({"kinds": ("Explicit", "kerberos")}, [8, 9]),
        ({"types": ("10",)}, [1]),
        ({"types": ("remoteinteractive", "5")}, [1, 4]),
        ({"accounts": ("ann",)}, [1, 2, 6, 7, 8, 9]),
        ({"accounts": ("corp\\a*",)}, [1, 2]),
        ({"accounts": ("S-1-5-21-1-2-3-1104",)}, [1]),
        ({"accounts": ("100%_x",)}, [5]),
        ({"accounts": ("%",)}, []),
        ({"sources": ("10.0.0.?",)}, [1, 3, 5]),
        ({"sources": ("ws09",), "types": ("3",)}, [2]),
        ({"is_failed": True, "types": ("5",), "kinds": ("ntlm",)}, []),
    ],
    ids=str,
)
def test_filters_narrow_each_other(case: Case, wanted: dict[str, Any], times: list[int]) -> None:
    assert [time for time, _ in found(case, **wanted)] == times


def test_a_filter_does_not_tear_sessions_apart(case: Case) -> None:
    def ask(snapshot: Snapshot, selection: Selection) -> Answer:
        # 4634 does not name the source: it has to be found by its id all the same.
        return logons(snapshot, selection, LogonFilter(sources=("10.0.0.9",)))

    assert [row["event.end"] for row in rows_of(case, ask)] == [1.5, 5.5]


def test_unknown_types_and_kinds_are_refused(case: Case) -> None:
    with pytest.raises(UsageError, match=r"no logon type 99: give one of 0 \(System\)"):
        found(case, types=("99",))
    with pytest.raises(UsageError, match="no kind of logon sesion"):
        found(case, kinds=("sesion",))


def test_a_period_says_that_it_cuts(case: Case) -> None:
    selection = Selection(start=NEW_YEAR + round(1.2 * SECOND), stop=NEW_YEAR + 2 * SECOND)
    rows = rows_of(case, logons, selection)
    assert [(row["event.start"], row["event.end"]) for row in rows] == [(None, 1.5)]
    assert "lack that side" in notes_of(case, logons, selection)


def test_the_matrix_counts_edges(case: Case) -> None:
    rows = rows_of(case, logon_matrix)
    edges = {
        (r["user.name"], r["source.address"], r["destination.address"], r["logon.kind"]): r["count"]
        for r in rows
    }
    assert edges["ann", "10.0.0.9", "ws01", "session"] == 1
    assert edges["ann", "ws01", "SRV01", "explicit"] == 1
    assert edges["ann", None, "SRV01$", "kerberos"] == 1
    assert sum(edges.values()) == 9
    assert rows[0]["first_seen"] == rows[0]["last_seen"]


@pytest.mark.corpus
def test_real_logs_lose_no_logon(corpus: Path, tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", corpus / "windows-background" / "security.evtx")
    with case.snapshot() as snapshot:
        counted = snapshot.database().table(
            'SELECT "EventID" AS id, count(*) AS n FROM windows_security GROUP BY ALL'
        )
    events = {row["id"]: row["n"] for row in counted.to_pylist()}
    rows = rows_of(case, logons)
    sessions = [row for row in rows if row["logon.kind"] == "session"]
    assert sum(row["logon.count"] for row in sessions) == events[4624]
    ends = [row["logon.end.offset"] for row in sessions if row["logon.end.offset"] is not None]
    # One session of this log has both, and 4634 is its end.
    assert len(ends) == len(set(ends)) == events[4647] + events[4634] - 1
    assert Counter(row["logon.kind"] for row in rows)["explicit"] == events[4648]
    lengths = [row["event.duration"] for row in sessions if row["event.duration"] is not None]
    assert lengths
    assert min(lengths) >= 0
