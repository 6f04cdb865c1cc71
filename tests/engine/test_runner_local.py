from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from fakes.stages import Acting, Unprepared
from gamekeeper.engine import pool
from gamekeeper.engine.runner import Done, Loss, Lost
from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.errors import GamekeeperError, UsageError

Unit = tuple[str, ...]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def run(
    tmp_path: Path, units: list[Unit], *, workers: int = 2, limit: float = 30.0
) -> tuple[list[Unit], dict[Unit, Loss]]:
    outcomes = list(LocalRunner(workers, tmp_path).map_batches(Acting(limit), units))
    done = sorted(o.result for o in outcomes if isinstance(o, Done))
    return done, {o.unit: o.loss for o in outcomes if isinstance(o, Lost)}


@pytest.mark.parametrize("workers", [0, 2])
def test_every_unit_has_an_outcome(tmp_path: Path, workers: int) -> None:
    units: list[Unit] = [(f"u{n}",) for n in range(20)]
    done, lost = run(tmp_path, units, workers=workers)
    assert done == sorted((f"U{n}",) for n in range(20))
    assert lost == {}


@pytest.mark.parametrize("workers", [0, 2])
def test_a_surprise_costs_its_own_part_only(tmp_path: Path, workers: int) -> None:
    done, lost = run(tmp_path, [("a", "raise", "b"), ("c",)], workers=workers)
    assert done == [("A",), ("B",), ("C",)]
    assert lost == {("raise",): Loss.FAILED}


def test_the_place_of_a_surprise_is_named(tmp_path: Path) -> None:
    (outcome,) = LocalRunner(0, tmp_path).map_batches(Acting(), [("raise",)])
    assert isinstance(outcome, Lost)
    assert outcome.detail.startswith("ValueError: a surprise (stages.py:")


@POSIX
def test_a_crash_costs_the_culprit_and_names_the_signal(tmp_path: Path) -> None:
    runner = LocalRunner(2, tmp_path)
    outcomes = list(runner.map_batches(Acting(), [("a", "segfault", "b"), ("c",)]))
    lost = [o for o in outcomes if isinstance(o, Lost)]
    assert [o.unit for o in lost] == [("segfault",)]
    assert lost[0].loss is Loss.CRASHED
    assert "SIGSEGV" in lost[0].detail
    assert sorted(o.result for o in outcomes if isinstance(o, Done)) == [("A",), ("B",), ("C",)]


@POSIX
def test_a_unit_whose_worker_was_killed_by_accident_is_done_again(tmp_path: Path) -> None:
    word = f"once:{tmp_path / 'marker'}"
    done, lost = run(tmp_path, [(word,)])
    assert done == [(word.upper(),)]
    assert lost == {}


def test_a_hang_ends_at_its_limit(tmp_path: Path) -> None:
    done, lost = run(tmp_path, [("hang",), ("a",)], limit=0.5)
    assert done == [("A",)]
    assert lost == {("hang",): Loss.TIMED_OUT}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the cap is Linux's")
def test_memory_beyond_the_cap_costs_the_unit(tmp_path: Path) -> None:
    done, lost = run(tmp_path, [("memory",), ("a",)])
    assert done == [("A",)]
    assert lost == {("memory",): Loss.OUT_OF_MEMORY}


def test_what_a_reader_prints_does_not_disturb_the_answers(tmp_path: Path) -> None:
    assert run(tmp_path, [("print",)]) == ([("PRINT",)], {})


@pytest.mark.parametrize("workers", [0, 2])
def test_our_own_errors_end_the_run(tmp_path: Path, workers: int) -> None:
    with pytest.raises(UsageError, match="no room"):
        run(tmp_path, [("usage",)], workers=workers)


def test_a_stage_that_cannot_be_prepared_ends_the_run(tmp_path: Path) -> None:
    runner = LocalRunner(2, tmp_path)
    with pytest.raises(GamekeeperError, match="cannot be prepared: ValueError"):
        list(runner.map_batches(Unprepared(), [("a",)]))


@POSIX
def test_workers_that_die_before_they_are_ready_end_the_run(tmp_path: Path) -> None:
    runner = LocalRunner(2, tmp_path)
    with pytest.raises(GamekeeperError, match=r"cannot be started.*SIGSEGV"):
        list(runner.map_batches(Unprepared(word="segfault"), [("a",)]))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_leaving_early_leaves_no_process_behind(tmp_path: Path) -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

    before = children()
    outcomes = LocalRunner(2, tmp_path).map_batches(Acting(), [("a",), ("hang",), ("b",)])
    next(iter(outcomes))
    assert children() - before
    outcomes.close()  # type: ignore[attr-defined]
    assert children() == before


def test_groups_are_whole_and_in_order_of_their_key(tmp_path: Path) -> None:
    batches = [
        pa.RecordBatch.from_pydict({"host": ["b", "a", None], "n": [1, 2, 3]}),
        pa.RecordBatch.from_pydict({"host": ["a", "b", "a"], "n": [4, 5, 6]}),
    ]

    def listed(group: pa.Table) -> pa.RecordBatch:
        return pa.RecordBatch.from_pydict(
            {"host": [group["host"][0].as_py()], "n": [group["n"].to_pylist()]}
        )

    rows = [
        row
        for b in LocalRunner(0, tmp_path).fold_groups(["host"], listed, batches)
        for row in b.to_pylist()
    ]
    assert rows == [
        {"host": "a", "n": [2, 4, 6]},
        {"host": "b", "n": [1, 5]},
        {"host": None, "n": [3]},
    ]


def test_the_last_words_of_one_that_is_buried_already_are_none() -> None:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        worker = pool.Worker(process, errors, threading.Thread())
        worker.bury()
        assert "," not in worker.obituary()
