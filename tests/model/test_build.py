"""Rows to batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.build import BatchBuilder, Event, timestamp_us
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch, RecordState


def built(*events: Event, max_rows: int = 1000) -> list[EventBatch]:
    builder = BatchBuilder(max_rows)
    return [batch for event in events for batch in builder.add(event)] + list(builder.flush())


def process(offset: int, *data: tuple[str, str], channel: str = "Security") -> Event:
    return Event(
        7, offset, 1, RecordState.LIVE, FILETIME_EPOCH + 10_000_000, event_id=4688,
        event_record_id=99, system={"Channel": channel, "Computer": "H"}, data=data,
    )  # fmt: skip


def test_events_sort_into_datasets_by_folded_channel() -> None:
    batches = built(
        process(1),
        process(2, channel="SECURITY"),
        process(3, channel="System"),
        process(4, channel="x"),
    )
    assert [(b.dataset, len(b)) for b in batches] == [
        ("windows.security", 2),
        ("windows.system", 1),
        ("windows.other", 1),
    ]
    assert all(b.table.schema == datasets()[b.dataset].schema for b in batches)


def test_a_declared_field_is_found_by_its_folded_name_and_the_rest_is_kept() -> None:
    data = (("newprocessname", "a.exe"), ("NewProcessName", "b.exe"), ("Odd", "1"), ("Odd", "2"))
    (batch,) = built(process(1, *data))
    (row,) = batch.table.to_pylist()
    assert row["NewProcessName"] == "a.exe"
    assert [tuple(pair.values()) for pair in row["event.rest"]] == list(data[1:])


def test_absent_values_are_null_and_empty_ones_are_not() -> None:
    (batch,) = built(process(1, ("CommandLine", "")), process(2))
    assert batch.table["CommandLine"].to_pylist() == ["", None]


def test_full_batches_leave_as_they_fill() -> None:
    batches = built(*(process(i) for i in range(7)), max_rows=3)
    assert [len(b) for b in batches] == [3, 3, 1]


def test_the_first_filetime_and_the_epoch_are_known() -> None:
    assert timestamp_us(FILETIME_EPOCH) == 0
    assert timestamp_us(FILETIME_EPOCH + 15) == 1
    assert timestamp_us(None) is None


@given(
    st.lists(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5), max_size=8)
)
def test_no_field_is_lost(rows: list[list[tuple[str, str]]]) -> None:
    batches = built(*(process(i, *data) for i, data in enumerate(rows)))
    declared = set(datasets()["windows.security"].declared)
    for batch in batches:
        for row in batch.table.to_pylist():
            wanted = rows[row["event.offset"]]
            kept = [v for k, v in row.items() if k in declared and v is not None]
            rest = [pair["value"] for pair in row["event.rest"]]
            assert len(kept) + len(rest) == len(wanted)
