"""Hostile files: random mutations of each of twenty files, in processes of their own.

A mutated file may cost its records, never the process, seconds, or memory without bound; nothing is
lost in silence, and on a sample of the mutations every field still equals the slow truth.
``GAMEKEEPER_MUTATIONS`` sets how many of each file; continuous integration makes few.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fakes.memory import peak_kib
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.source import EvtxSource

if TYPE_CHECKING:
    from pathlib import Path

MUTATIONS = int(os.environ.get("GAMEKEEPER_MUTATIONS", "100"))
FILES = 20
LIMIT_S = 5.0


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """Flip, overwrite, zero, copy or cut a few places."""
    data = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(data))
        size = rng.choice((1, 1, 2, 4, 8, 64, 512))
        match rng.randrange(6):
            case 0:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                data[at : at + size] = rng.randbytes(min(size, len(data) - at))
            case 2:
                data[at : at + size] = bytes(min(size, len(data) - at))
            case 3:
                data[at : at + size] = b"\xff" * min(size, len(data) - at)
            case 4:
                other = rng.randrange(len(data))
                piece = data[other : other + size]
                data[at : at + len(piece)] = piece
            case _ if rng.random() < 0.1:
                del data[at:]
                break
            case _:
                data[at] = rng.choice(b"\x00\x01\x0c\x0f\x21\x41\x81\x7f\xff")
    return bytes(data)


def torture(path: Path, folder: Path, first: int, last: int) -> None:
    """Read mutations ``first`` to ``last`` of one file; runs in a process of its own."""
    raw = path.read_bytes()
    target = folder / "mutated.evtx"
    source = EvtxSource()
    for number in range(first, last):
        data = mutated(raw, random.Random(f"{path.name}:{number}"))
        target.write_bytes(data)
        options = ReadOptions(recover=number % 5 == 0, paranoid=number % 20 == 0)
        start = time.process_time()
        ranges = source.ranges(Origin(0, path.name, target, len(data)))
        rejected = 0
        tallies = []
        for reading in source.read(ranges, options):
            if isinstance(reading, Tally):
                tallies.append(reading)
            elif isinstance(reading, Reject):
                rejected += reading.count
        took = time.process_time() - start
        (tally,) = tallies
        assert tally.events + tally.rejects == tally.records_present, number
        assert rejected == tally.rejects, number
        assert took < LIMIT_S, (number, took)
    assert peak_kib() < 900 << 10, peak_kib()


def run_in_process(path: Path, folder: Path, mutations: int) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'tests');"
        "from tests.sources.evtx.test_mutations import torture;"
        "torture(Path(sys.argv[1]), Path(sys.argv[2]), 0, int(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code, str(path), str(folder), str(mutations)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_mutations_of_a_written_log_cost_records_only(log: Path, tmp_path: Path) -> None:
    run_in_process(log, tmp_path, 150)


@pytest.mark.corpus
@pytest.mark.slow
def test_mutations_of_real_files_cost_records_only(corpus: Path, tmp_path: Path) -> None:
    found = sorted(corpus.rglob("*.evtx"), key=lambda p: (p.stat().st_size, p.name))
    for path in found[:: max(1, len(found) // FILES)][:FILES]:
        run_in_process(path, tmp_path, MUTATIONS)
