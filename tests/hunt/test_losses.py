from __future__ import annotations

from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.engine.runner import Loss, Lost
from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.engine.runs import merge_runs
from gamekeeper.hunt import rejects
from gamekeeper.hunt.losses import write_losses
from gamekeeper.hunt.units import Unit
from gamekeeper.model.rejects import Reject
from gamekeeper.sources.base import Origin, Range


def lost(path: Path, number: int, loss: Loss = Loss.CRASHED) -> Lost[Unit]:
    size = path.stat().st_size if path.exists() else 6
    part = Range(Origin(number, path.name, path, size), 6, size)
    return Lost(Unit((number,), "words", (part,)), loss, "signal 11")


def written(items: list[Lost[Unit]], folder: Path) -> tuple[list[Reject], list[tuple[int, int]]]:
    found = write_losses(items, LocalRunner(0, folder), folder)
    back = [
        reject
        for table in merge_runs(found.rejects, rejects.KEY)
        for batch in table.to_batches()
        for reject in rejects.from_rows(batch)
    ]
    return back, [(tally.records_present, tally.rejects) for tally in found.tallies]


def test_a_loss_is_counted_and_shows_its_first_bytes(words: Path, tmp_path: Path) -> None:
    write_words(words / "b", "x", "y", "z")
    (reject,), tallies = written([lost(words / "b", 1)], tmp_path)
    assert (reject.source, reject.offset, reject.count, reject.reason) == (
        1,
        6,
        3,
        "reader_crashed",
    )
    assert reject.detail == "the reader crashed on bytes 6 to 12: signal 11"
    assert reject.raw == b"x\ny\nz\n"
    assert tallies == [(3, 3)]


def test_a_format_that_cannot_count_says_so(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_words(words / "a", "x", "y")

    def fail(_: object, part: Range) -> int:
        raise ValueError(part)

    monkeypatch.setattr("fakes.sources.WordSource.count", fail)
    (reject,), tallies = written([lost(words / "a", 0, Loss.TIMED_OUT)], tmp_path)
    assert reject.count == 1
    assert reject.detail.startswith("the reader hung on bytes")
    assert reject.detail.endswith("how many records it held is not known")
    assert tallies == [(1, 1)]


def test_losses_come_in_the_order_of_the_units_and_a_missing_file_is_no_obstacle(
    words: Path, tmp_path: Path
) -> None:
    write_words(words / "b", "x")
    found, tallies = written([lost(words / "b", 1), lost(words / "absent", 0)], tmp_path)
    assert [(reject.source, reject.raw) for reject in found] == [(0, b""), (1, b"x\n")]
    assert tallies == [(1, 1), (1, 1)]
