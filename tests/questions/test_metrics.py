from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from fakes.cases import case_of
from gamekeeper.hunt.api import read_events
from gamekeeper.model.answers import Answer
from gamekeeper.questions.metrics import By, metrics
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

from .conftest import Made

LOGON = {"EventID": 4624, "Provider_Name": "Microsoft-Windows-Security-Auditing", "Computer": "A.x"}
ROWS: tuple[Mapping[str, object], ...] = (
    {**LOGON, "Channel": "Security", "TimeCreated": "2026-01-31T23:59:59"},
    {**LOGON, "Channel": "security", "TimeCreated": "2026-02-01T00:00:00", "Computer": "a"},
    {**LOGON, "Channel": "Security", "EventID": 1},
)


@pytest.fixture
def snapshot(tmp_path: Path, made: Made) -> Iterator[Snapshot]:
    with case_of(tmp_path / "case", [made(*ROWS)]).snapshot() as opened:
        yield opened


def rows(answer: Answer) -> list[dict[str, object]]:
    found = []
    for batch in answer.batches:
        assert batch.schema.names == answer.schema.names
        found += batch.to_pylist()
    return found


def test_kinds_are_counted_and_named(snapshot: Snapshot) -> None:
    first, second = rows(metrics(snapshot, Selection()))
    assert (first["event.code"], first["event.action"], first["event.count"]) == (4624, "Logon", 2)
    assert first["winlog.channel"] == "Security"  # spelt in two ways, one channel
    assert (second["event.code"], second["event.action"]) == (1, None)
    assert second["event.start"] is None


def test_days_are_those_of_utc_and_events_without_a_time_have_none(snapshot: Snapshot) -> None:
    found = rows(metrics(snapshot, Selection(), (By.DAY, By.HOST)))
    assert [(row["host.name"], row["day"], row["event.count"]) for row in found] == [
        ("a", "2026-01-31", 1),
        ("a", "2026-02-01", 1),
        ("a", None, 1),
    ]


def test_a_selection_narrows(snapshot: Snapshot) -> None:
    (row,) = rows(metrics(snapshot, Selection(event_ids=(1,))))
    assert row["event.count"] == 1


def test_an_empty_case_has_no_kinds(tmp_path: Path) -> None:
    with Case.create(tmp_path / "case").snapshot() as snapshot:
        assert rows(metrics(snapshot, Selection())) == []


@pytest.mark.parametrize("by", [by for size in (1, 2, 4) for by in combinations(By, size)], ids=str)
def test_every_event_is_counted_once(
    by: tuple[By, ...], tmp_path_factory: pytest.TempPathFactory, world: Path
) -> None:
    logs = list(read_events(world))
    root = tmp_path_factory.mktemp("counted") / "case"
    with case_of(root, logs).snapshot() as snapshot:
        found = rows(metrics(snapshot, Selection(), by))
        assert rows(metrics(snapshot, Selection(), by)) == found
    assert sum(int(str(row["event.count"])) for row in found) == sum(len(batch) for batch in logs)
    if by == (By.EVENT,):
        kinds = Counter(
            (batch.dataset, provider, event_id)
            for batch in logs
            for provider, event_id in zip(
                batch.table["Provider_Name"].to_pylist(),
                batch.table["EventID"].to_pylist(),
                strict=True,
            )
        )
        names = ("event.dataset", "event.provider", "event.code")
        assert {tuple(row[name] for name in names): row["event.count"] for row in found} == kinds
