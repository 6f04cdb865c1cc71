from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc

from fakes.habits import office, seen_in
from gamekeeper.model.habits import FORM, SEEN_SCHEMA
from gamekeeper.store import habits
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Batch, Writer
from gamekeeper.store.records import Kind
from gamekeeper.store.runs import NewRun, publish
from gamekeeper.store.verify import verify


def keep(case: Case, folder: Path, days: int) -> None:
    rows = seen_in(office(days).events, folder).batches()
    with Writer(case) as writer:
        publish(writer, NewRun(1, "d", True, b"{}", (), (), (), habits=rows))


def test_rows_come_back_as_remembered_ones(case: Case, tmp_path: Path) -> None:
    keep(case, tmp_path / "a", 3)
    with case.snapshot() as snapshot:
        rows = [row for batch in habits.remembered(snapshot) for row in batch.to_pylist()]
    wanted = [
        row
        for batch in seen_in(office(3).events, tmp_path / "b").batches()
        for row in batch.to_pylist()
    ]
    assert [{**row, "now": True} for row in rows] == wanted
    assert not any(row["now"] for row in rows)


def test_a_later_memory_replaces_the_one_before_and_the_case_is_sound(
    case: Case, tmp_path: Path
) -> None:
    keep(case, tmp_path / "a", 2)
    keep(case, tmp_path / "b", 4)
    with case.snapshot() as snapshot:
        assert len(snapshot.of_kind(Kind.HABITS)) == 1
        assert all(batch.schema == SEEN_SCHEMA for batch in habits.remembered(snapshot))
    assert verify(case).is_sound


def test_a_run_without_baselines_leaves_the_memory_alone(case: Case, tmp_path: Path) -> None:
    keep(case, tmp_path / "a", 2)
    with Writer(case) as writer:
        publish(writer, NewRun(1, "d", True, b"{}", (), (), ()))
    with case.snapshot() as snapshot:
        assert len(snapshot.of_kind(Kind.HABITS)) == 1


def test_memory_that_was_folded_otherwise_is_not_read(case: Case, tmp_path: Path) -> None:
    keep(case, tmp_path / "a", 2)
    with case.snapshot() as snapshot:
        assert list(habits.remembered(snapshot, FORM))
        assert list(habits.remembered(snapshot, FORM - 1)) == []


def test_memory_of_an_older_form_keeps_its_form_without_a_log(case: Case, tmp_path: Path) -> None:
    diary = office(3)
    diary.events = [replace(one, source=n % 2) for n, one in enumerate(diary.events)]
    rows = list(seen_in(diary.events, tmp_path / "a").batches())
    with Writer(case) as writer:
        files = habits.write_habits(writer.staging, rows, form=FORM - 1)
        writer.commit(Batch("run", files))
    with Writer(case) as writer:
        (left,), retired, gone = habits.without(writer, 1)
        writer.commit(Batch("forget", [left], retired=retired))
    assert gone > 0
    with case.snapshot() as snapshot:
        assert list(habits.remembered(snapshot, FORM)) == []
        assert list(habits.remembered(snapshot, FORM - 1))


def test_what_a_log_was_the_first_to_show_is_taken_out(case: Case, tmp_path: Path) -> None:
    diary = office(3)
    half = len(diary.events) // 2
    diary.events = [replace(one, source=int(n >= half)) for n, one in enumerate(diary.events)]
    rows = list(seen_in(diary.events, tmp_path / "a").batches())
    with Writer(case) as writer:
        publish(writer, NewRun(1, "d", True, b"{}", (), (), (), habits=rows))
        files, retired, gone = habits.without(writer, 1)
        writer.commit(Batch("forget", files, retired=retired))
    of_one = sum(pc.sum(pc.equal(b.column("source"), 1)).as_py() for b in rows)
    assert gone == of_one > 0
    with case.snapshot() as snapshot:
        left = [row for batch in habits.remembered(snapshot) for row in batch.to_pylist()]
    assert {row["source"] for row in left} == {0}
    assert len(left) + gone == sum(batch.num_rows for batch in rows)
    assert verify(case).is_sound


def test_memory_without_the_log_stays_as_it_is(case: Case, tmp_path: Path) -> None:
    keep(case, tmp_path / "a", 2)
    with Writer(case) as writer:
        assert habits.without(writer, 7) == ([], [], 0)


def test_memory_of_one_log_alone_goes_as_a_whole(case: Case, tmp_path: Path) -> None:
    keep(case, tmp_path / "a", 2)
    with Writer(case) as writer:
        files, (_,), gone = habits.without(writer, 0)
        assert (files, gone > 0) == ([], True)


def test_ways_are_confirmed_once(case: Case) -> None:
    with closing(case.manifest()) as manifest:
        assert habits.confirmed_in(manifest) == frozenset()
        assert habits.confirm(manifest, ["a", "b", "a"]) == 2
        assert habits.confirm(manifest, ["b", "c"], "asked them") == 1
    with case.snapshot() as snapshot:
        assert snapshot.confirmed_ways == {"a", "b", "c"}
