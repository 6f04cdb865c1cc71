from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from fakes.cases import case_of
from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import read_events
from gamekeeper.hunt.one_event import event_of
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.questions.timeline import timeline as module
from gamekeeper.questions.timeline.found import Found
from gamekeeper.questions.timeline.timeline import Profile, Wanted, last_span, timeline
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot

AUDITING = "Microsoft-Windows-Security-Auditing"
HOUR = 36_000_000_000


def batches(source: int, *rows: tuple[str | None, str, int]) -> list[EventBatch]:
    """Batches of events given by time, channel and event id."""
    builder = BatchBuilder()
    found = []
    for offset, (time, channel, event_id) in enumerate(rows):
        fields = {"Channel": channel, "EventID": event_id, "Computer": "A.x", "TimeCreated": time}
        event = event_of(
            fields | {"Provider_Name": AUDITING, "TargetUserName": f"u{source}{offset}"}
        )
        found += builder.add(replace(event, source=source, offset=offset))
    return [*found, *builder.flush()]


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    one = batches(
        0,
        ("2026-01-31T10:00:00", "Security", 4647),
        ("2026-01-31T08:00:00", "Security", 4647),
        (None, "Security", 4647),
        ("2026-01-31T09:00:00", "Application", 4647),
    )
    two = batches(
        1,
        ("2026-01-31T08:00:00", "Security", 4634),
        ("2026-01-31T08:00:00", "Odd", 4647),
    )
    with case_of(tmp_path / "case", two, one).snapshot() as opened:
        yield opened


def rows(answer: module.Answer) -> list[dict[str, object]]:
    found = [row for batch in answer.batches for row in batch.to_pylist()]
    for batch in answer.batches:
        assert batch.schema == answer.schema
    return found


def places(answer: module.Answer) -> list[tuple[object, object]]:
    return [(row["event.source"], row["event.offset"]) for row in rows(answer)]


def test_events_are_in_order_of_time_log_and_place(snapshot: Snapshot) -> None:
    expected = [(0, 1), (1, 0), (1, 1), (0, 3), (0, 0), (0, 2)]
    assert places(timeline(snapshot, Selection())) == expected
    for first in (1, 2, 3, 4, 5, 6):
        assert places(timeline(snapshot, Selection(), first=first))[:first] == expected[:first]


def test_few_rows_are_wanted_and_few_are_read(snapshot: Snapshot) -> None:
    assert places(timeline(snapshot, Selection(), first=4)) == [(0, 1), (1, 0), (1, 1), (0, 3)]


def test_a_selection_narrows(snapshot: Snapshot) -> None:
    assert places(timeline(snapshot, Selection(channels=("odd",)))) == [(1, 1)]
    assert places(timeline(snapshot, Selection(event_ids=(4634,)))) == [(1, 0)]


def test_words_narrow_further(snapshot: Snapshot) -> None:
    def told(*words: str) -> list[tuple[object, object]]:
        return places(timeline(snapshot, Selection(), Wanted(words=words), first=1))

    assert told("U0", "4647") == [(0, 1), (0, 3), (0, 0), (0, 2)]
    assert told("TargetUserName=u1?", "Channel=sec*") == [(1, 0)]
    assert told("absent") == []


def test_the_last_span_counts_from_the_last_event(snapshot: Snapshot) -> None:
    selection, note = last_span(snapshot, Selection(), "1h")
    assert places(timeline(snapshot, selection)) == [(0, 3), (0, 0)]
    assert note == (
        "The last 1h count from the last event of the case, 2026-01-31 10:00:00 UTC: "
        "these are the events since 2026-01-31 09:00:00 UTC."
    )
    assert snapshot.last is not None
    late = Selection(start=snapshot.last)
    assert last_span(snapshot, late, "1h")[0] == late
    with pytest.raises(UsageError, match="no span"):
        last_span(snapshot, Selection(), "yesterday")


def test_a_case_without_times_has_no_last_span(tmp_path: Path) -> None:
    with case_of(tmp_path / "case", batches(0, (None, "Security", 1))).snapshot() as snapshot:
        selection, note = last_span(snapshot, Selection(), "1d")
        assert selection == Selection()
        assert "no last one" in note


def test_without_findings_there_is_nothing_and_it_is_said(snapshot: Snapshot) -> None:
    answer = timeline(snapshot, Selection(), Wanted(only_findings=True))
    assert rows(answer) == []
    assert answer.notes == ("No run of rules found anything in the events that were asked for.",)


def test_findings_stand_with_their_events(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {"rule.title": pa.utf8(), "rule.level": pa.utf8(), "source": pa.int32()}
    kinds |= {"offset": pa.int64(), "filetime": pa.int64()}
    time = snapshot.last
    assert time is not None
    columns = {"rule.title": ["T", "S"], "rule.level": ["low", "high"], "source": [0, 0]}
    columns |= {"offset": [0, 0], "filetime": [time, time]}
    arrays = {name: pa.array(values, kinds[name]) for name, values in columns.items()}
    kept = pa.RecordBatch.from_pydict(arrays)
    monkeypatch.setattr(Snapshot, "matches", lambda *_: iter([kept]))
    found = rows(timeline(snapshot, Selection()))
    told = {(row["event.source"], row["event.offset"]): row["rule.name"] for row in found}
    assert told.pop((0, 0)) == "S; T"
    assert set(told.values()) == {None}
    only = timeline(snapshot, Selection(), Wanted(only_findings=True))
    assert [(row["rule.level"], row["event.offset"]) for row in rows(only)] == [("high", 0)]
    early = Selection(stop=time)
    assert rows(timeline(snapshot, early, Wanted(only_findings=True))) == []


def test_a_match_without_a_time_is_found_all_the_same(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = pa.RecordBatch.from_pydict(
        {
            "rule.title": pa.array(["T"]),
            "rule.level": pa.array(["low"]),
            "source": pa.array([0], pa.int32()),
            "offset": pa.array([2], pa.int64()),
            "filetime": pa.array([None], pa.int64()),
        }
    )
    monkeypatch.setattr(Snapshot, "matches", lambda *_: iter([kept]))
    only = timeline(snapshot, Selection(), Wanted(only_findings=True))
    assert places(only) == [(0, 2)]


def test_an_empty_case_has_an_empty_timeline(tmp_path: Path) -> None:
    with Case.create(tmp_path / "case").snapshot() as snapshot:
        for profile in Profile:
            answer = timeline(snapshot, Selection(), Wanted(profile), first=5)
            assert rows(answer) == []
            assert len(answer.schema) > 2


def test_a_simulated_case_is_told_whole_and_the_same_every_time(
    tmp_path: Path, world: Path
) -> None:
    logs = list(read_events(world))
    total = sum(len(batch) for batch in logs)
    with case_of(tmp_path / "case", logs).snapshot() as snapshot:
        wanted = Wanted(Profile.FULL, zones=("Asia/Kathmandu",))
        first, second = (rows(timeline(snapshot, Selection(), wanted)) for _ in range(2))
    assert first == second
    assert len(first) == total
    times = [row["@timestamp"] for row in first if row["@timestamp"]]
    assert times == sorted(times)  # type: ignore[type-var]
    assert Found([], Selection()).period is None
