from __future__ import annotations

from pathlib import Path

import pytest

from fakes.questions import make, notes_of, rows_of
from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.questions.metrics import metrics
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

DAY = 86_400


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    events = [
        {"id": 4624, "at": 10},
        {"id": 4624, "at": 20, "Channel": "security", "Computer": "ws01"},
        {"id": 4624, "at": DAY + 5},
        {"id": 4634, "at": 30, "Computer": "ws02"},
        {"id": 12, "at": 0, "Channel": "System", "Provider_Name": "A"},
        {"id": 12, "at": 1, "Channel": "System", "Provider_Name": "B"},
        {"id": 12, "at": None, "Channel": "System", "Provider_Name": "B"},
    ]
    return make(tmp_path_factory.mktemp("c"), events)


def test_events_are_counted_by_everything(case: Case) -> None:
    rows = [tuple(row.values()) for row in rows_of(case, metrics)]
    own = "Microsoft-Windows-Security-Auditing"
    assert rows == [
        ("Security", own, 4624, "Logon", "ws01", 0.0, 2, 10.0, 20.0),
        ("Security", own, 4624, "Logon", "ws01", float(DAY), 1, DAY + 5.0, DAY + 5.0),
        ("Security", own, 4634, "Logoff", "ws02", 0.0, 1, 30.0, 30.0),
        ("System", "A", 12, None, "ws01", 0.0, 1, 0.0, 0.0),
        ("System", "B", 12, None, "ws01", 0.0, 1, 1.0, 1.0),
        ("System", "B", 12, None, "ws01", None, 1, None, None),
    ]
    assert notes_of(case, metrics) == "1 events have no time: they are on no day"


def test_or_by_what_is_asked_for(case: Case) -> None:
    def ask(snapshot: Snapshot, selection: Selection) -> Answer:
        return metrics(snapshot, selection, ["id", "channel"])

    assert [tuple(row.values())[:4] for row in rows_of(case, ask)] == [
        ("Security", 4624, 3, 1),
        ("Security", 4634, 1, 1),
        ("System", 12, 3, 1),
    ]
    with case.snapshot() as snapshot, pytest.raises(UsageError, match="not counted by hour: give"):
        metrics(snapshot, Selection(), ["hour"])


def test_nothing_is_counted_in_an_empty_case(tmp_path: Path) -> None:
    assert rows_of(make(tmp_path, []), metrics) == []
