"""Golden cases of questions: a few events in YAML, what is asked, and the rows that have to come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from fakes.cases import NEW_YEAR, SECOND, batches, case_of
from gamekeeper.model.answers import Answer
from gamekeeper.model.build import Event
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

GOLDEN = Path(__file__).parents[1] / "golden" / "questions"
SYSTEM = ("Channel", "Computer", "Provider_Name", "Security_UserID")
_START = datetime(2026, 1, 1, tzinfo=UTC)
Ask = Callable[[Snapshot, Selection], Answer]
Row = dict[str, Any]


def golden(topic: str) -> list[Any]:
    """The cases of one file."""
    cases: list[Any] = yaml.safe_load((GOLDEN / f"{topic}.yml").read_text("utf-8"))
    return cases


def name_of(case: Mapping[str, Any]) -> str:
    return str(case["name"]).replace(" ", "-")


def event(number: int, given: Mapping[str, Any]) -> Event:
    """An event of the Security log of ws01: ``at`` in seconds (null: no time), a list for repeated fields."""
    fields = dict(given)
    at = fields.pop("at", number)
    data = [
        (name, str(value))
        for name, values in fields.items()
        if name not in {"id", "source", *SYSTEM}
        for value in (values if isinstance(values, list) else [values])
    ]
    return Event(
        source=fields.get("source", 0),
        offset=number,
        record_id=number,
        filetime=None if at is None else NEW_YEAR + round(at * SECOND),
        event_id=fields["id"],
        event_record_id=1000 + number,
        system={
            "Channel": "Security",
            "Computer": "WS01.example.org",
            "Provider_Name": "Microsoft-Windows-Security-Auditing",
            **{name: fields[name] for name in SYSTEM if name in fields},
        },
        data=data,
    )


def make(folder: Path, events: Iterable[Mapping[str, Any]]) -> Case:
    """A case of such events."""
    return case_of(folder / "case", batches(event(n, given) for n, given in enumerate(events)))


def rows_of(case: Case, ask: Ask, selection: Selection | None = None) -> list[Row]:
    """All rows of an answer, its batches held against its schema; times in seconds."""
    with case.snapshot() as snapshot:
        answer = ask(snapshot, selection or Selection())
        found = list(answer.batches)
    assert all(batch.schema.equals(answer.schema) for batch in found)
    return [
        {name: _plain(value) for name, value in row.items()}
        for batch in found
        for row in batch.to_pylist()
    ]


def notes_of(case: Case, ask: Ask, selection: Selection | None = None) -> str:
    with case.snapshot() as snapshot:
        return "\n".join(ask(snapshot, selection or Selection()).notes)


def check(case: Mapping[str, Any], folder: Path, ask: Ask) -> None:
    """Hold a golden case: as many rows as expected, and in each the values that are named."""
    made = make(folder, case["events"])
    found = rows_of(made, ask)
    assert [
        {name: row[name] for name in want} for row, want in zip(found, case["rows"], strict=True)
    ] == [dict(want) for want in case["rows"]]
    # The same again from a shuffled case: rows and their order are the events', not the reading's.
    again = case_of(
        folder / "again",
        *([batch] for batch in batches(_reversed(case["events"]))),
    )
    assert rows_of(again, ask) == found
    for said in case.get("notes", ()):
        assert said in notes_of(made, ask)


def _reversed(events: list[Mapping[str, Any]]) -> list[Event]:
    return [event(n, given) for n, given in reversed(list(enumerate(events)))]


def _plain(value: Any) -> Any:
    return (value - _START).total_seconds() if isinstance(value, datetime) else value
