"""Copies, from the shape of the batch to what is published: through the door that everybody uses."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, logon
from gamekeeper.model.build import Event
from gamekeeper.store.layout import Layout
from gamekeeper.store.records import Kind, StagedFile, StoredFile
from gamekeeper.store.settle import settle
from gamekeeper.store.writing import EventWriter

Row = tuple[int, int]  # source, record id


class Shelf:
    """A case as far as copies go: files that come one after the other."""

    def __init__(self, root: Path, fidelity: dict[int, int] | None = None) -> None:
        self.layout = Layout(root)
        self.layout.staging.mkdir()
        self.live: list[StoredFile] = []
        self.witnesses: list[dict[str, object]] = []
        self.fidelity = fidelity or {}
        self._count = 0

    def put(self, *logs: Iterable[Event]) -> None:
        staged: list[StagedFile] = []
        for log in logs:
            self._count += 1
            writer = EventWriter(self.layout.staging, str(self._count))
            for batch in batches(log):
                writer.add(batch)
            staged += writer.finish()
        settled = settle(self.layout, staged, self.live, self.fidelity)
        self.live = [file for file in self.live if file.number not in settled.retired]
        for file in settled.files:
            if file.kind is Kind.WITNESSES:
                self.witnesses += pq.read_table(file.path).to_pylist()
                continue
            self._count += 1
            path = self.layout.root / f"{self._count}.parquet"
            Path(file.path).rename(path)
            self.live.append(
                StoredFile(
                    self._count, file.kind, file.dataset, path.name, file.rows, 0, "", file.first,
                    file.last, 0, file.spans,
                )
            )  # fmt: skip

    def rows(self) -> list[Row]:
        found = []
        for file in self.live:
            table = pq.read_table(self.layout.path(file.path))
            assert table.num_rows == file.rows == sum(span.rows for span in file.spans)
            found += list(
                zip(
                    table.column("event.source").to_pylist(),
                    table.column("event.record_id").to_pylist(),
                    strict=True,
                )
            )
        return sorted(found)


def log(source: int, numbers: Iterable[int], **other: object) -> list[Event]:
    """A log that tells time in its own unit, 100 ns."""
    return [logon(n, source=source, filetime=NEW_YEAR + n * SECOND + 1, **other) for n in numbers]


def exported(source: int, numbers: Iterable[int], unit: int = 10) -> list[Event]:
    """An export that tells time in a coarser unit and drops blanks at the ends of values."""
    return [
        logon(n, source=source, filetime=(NEW_YEAR + n * SECOND + 7_777_777) // unit * unit)
        for n in numbers
    ]


def native(source: int, numbers: Iterable[int]) -> list[Event]:
    return [
        logon(
            n,
            source=source,
            filetime=NEW_YEAR + n * SECOND + 7_777_777,
            data={"TargetUserName": f"user{n % 3} "},
        )
        for n in numbers
    ]


def test_a_growing_log_counts_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, range(10)))
    shelf.put(log(1, range(15)))
    shelf.put(log(2, range(12, 20)))
    assert shelf.rows() == [
        *[(0, n) for n in range(10)],
        *[(1, n) for n in range(10, 15)],
        *[(2, n) for n in range(15, 20)],
    ]
    assert len(shelf.witnesses) == 10 + 3
    assert {row["how"] for row in shelf.witnesses} == {"fingerprint"}


def test_every_copy_stays_as_a_witness_that_names_the_event(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, [1, 2]), log(5, [2, 3]))
    (witness,) = shelf.witnesses
    assert (witness["event.source"], witness["event.record_id"]) == (5, 2)
    assert (witness["kept.source"], witness["kept.offset"]) == (0, 4096 + 200)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_copies_changes_no_count(tmp_path: Path, order: tuple[int, ...]) -> None:
    shelf = Shelf(tmp_path)
    logs = [log(0, range(8)), exported(1, range(6)), native(2, range(3, 9))]
    for place in order:
        shelf.put(logs[place])
    # log and native are different events: their times differ.
    assert len(shelf.rows()) == 8 + 6 + 3  # exported 0-5, of which native has 3-5; native 6-8
    kept = {number: source for source, number in shelf.rows() if source}
    assert kept == {0: 1, 1: 1, 2: 1, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2}  # the finest time wins


def test_an_export_with_coarser_times_is_a_weaker_witness(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(exported(0, range(5), unit=10_000))
    shelf.put(native(1, range(5)))
    assert shelf.rows() == [(1, n) for n in range(5)]
    assert {row["how"] for row in shelf.witnesses} == {"weaker"}


def test_a_copy_that_says_something_else_is_another_event(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, range(3)))
    changed = [*log(1, [0, 2]), *log(1, [1], data={"TargetUserName": "somebody else"})]
    shelf.put(changed)
    assert shelf.rows() == [(0, 0), (0, 1), (0, 2), (1, 1)]


def test_names_in_other_order_and_empty_values_are_the_same_event(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    extra = {"Zeta": "1", "alpha": "2", "TargetSid": ""}
    shelf.put([logon(1, data=extra)])
    shelf.put([logon(1, source=1, data={"ALPHA": "2", "zeta": "1"})])
    assert shelf.rows() == [(0, 1)]


def test_what_an_export_renames_is_not_held_against_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, fidelity={1: 2})
    shelf.put([logon(1, source=1, data={"TargetUserName": "", "user.name": "user1"})])
    shelf.put(log(0, [1]))
    assert shelf.rows() == [(0, 1)]  # and the whole one is kept
    assert shelf.witnesses[0]["how"] == "weaker"


def test_the_same_number_in_another_life_of_the_log_is_another_event(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, range(5)))
    shelf.put([logon(n, source=1, filetime=NEW_YEAR + (n + 1) * SECOND + 5) for n in range(5)])
    assert len(shelf.rows()) == 10


def test_records_without_numbers_are_told_by_time_and_payload(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, range(6)))
    twice = [logon(9, source=0, offset=9000 + n, event_record_id=None) for n in range(2)]
    shelf.put(twice)  # the same source said it twice: two events
    shelf.put(
        [
            *[logon(n, source=1, event_record_id=None) for n in range(4)],
            *[logon(9, source=1, offset=n, event_record_id=None) for n in range(3)],
        ]
    )
    assert [row for row in shelf.rows() if row[0] == 0] == [(0, n) for n in (*range(6), 9, 9)]
    assert [row for row in shelf.rows() if row[0] == 1] == [(1, 9)]  # the third is new


def test_events_without_time_are_told_by_payload(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    plain: dict[str, object] = {"filetime": None, "event_record_id": None}
    shelf.put([logon(n, **plain) for n in range(4)])
    shelf.put([logon(n, source=1, **plain) for n in range(6)])
    # user and address repeat by number: 0-5 have six different payloads
    assert len(shelf.rows()) == 6


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(log(0, range(5)), log(1, range(3), system={"Computer": "ws"}))
    assert len(shelf.rows()) == 8
    assert shelf.witnesses == []
