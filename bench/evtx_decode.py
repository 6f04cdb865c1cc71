"""EVTX to complete dictionary-encoded Arrow, against the ``evtx`` wheel's JSON text, one thread each.

``python -m bench.evtx_decode --data DIR --json`` ends with one JSON line. The yardstick is
``PyEvtxParser(path, number_of_threads=1).records_json()``: text only, no parsing of the JSON, no columns.

first pass   every real chunk once, all in one file: nothing repeats but what repeats in real logs
varied       real, well filled chunks copied, every copy's values, times and ids varied (bench/varied.py)
small files  the many small files as they are, opened one after another
end to end   varied, with SHA-256 of the files and CRC of every chunk, which the yardstick does not do
two workers  varied, two processes against one, and on one large file

Nothing is warm but the process: names and templates are forgotten before every run of the first pass and
the small files.
Before timing, every field of the real records is compared with the slow truth.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evtx import PyEvtxParser

from bench import varied
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Origin, Range, ReadOptions
from gamekeeper.sources.evtx.reader import forget
from gamekeeper.sources.evtx.source import EvtxSource

SHARE = 0.5
Work = Callable[[], int]


def origins(paths: list[Path]) -> list[Origin]:
    return [Origin(i, p.name, p, p.stat().st_size) for i, p in enumerate(paths)]


def ranges(paths: list[Path]) -> list[Range]:
    source = EvtxSource()
    return [r for origin in origins(paths) for r in source.ranges(origin)]


def decode(paths: list[Path], *, checksums: bool = False, paranoid: bool = False) -> int:
    """Read everything, keep nothing but counts; every batch is complete before it is dropped."""
    options = ReadOptions(paranoid=paranoid, settings={"checksums": "yes" if checksums else "no"})
    events = 0
    for reading in EvtxSource().read(ranges(paths), options):
        if isinstance(reading, EventBatch):
            events += len(reading)
    return events


def wheel(paths: list[Path]) -> int:
    records = 0
    for path in paths:
        try:
            for _ in PyEvtxParser(str(path), number_of_threads=1).records_json():
                records += 1
        except RuntimeError:  # the wheel gives up on damaged files; what it read until then counts
            continue
    return records


def rate(work: Work, *, fresh: bool = False) -> tuple[float, int]:
    """Return (records per second, records) of one run, with new tables where asked."""
    if fresh:
        forget()
    start = time.perf_counter()
    records = work()
    return records / (time.perf_counter() - start), records


def ratio(ours: Work, theirs: Work, runs: int, *, fresh: bool = False) -> dict[str, float]:
    """Run both in turn; return the median of the pairwise ratios and both medians."""
    pairs = [(rate(ours, fresh=fresh)[0], rate(theirs)[0]) for _ in range(runs)]
    return {
        "ratio": round(statistics.median(a / b for a, b in pairs), 2),
        "ours_per_s": round(statistics.median(a for a, _ in pairs)),
        "yardstick_per_s": round(statistics.median(b for _, b in pairs)),
    }


def distinct_share(paths: list[Path]) -> float:
    """Return distinct values over values, of all data columns in their batches."""
    values = distinct = 0
    for reading in EvtxSource().read(ranges(paths), ReadOptions()):
        if isinstance(reading, EventBatch):
            for column in reading.table.columns[9:-1]:
                if column.null_count < len(column):
                    values += len(column) - column.null_count
                    distinct += len(column.dictionary)
    return distinct / max(values, 1)


def _part(paths_and_ranges: tuple[list[Path], int, int]) -> int:
    paths, worker, workers = paths_and_ranges
    events = 0
    options = ReadOptions(settings={"checksums": "no"})
    for reading in EvtxSource().read(ranges(paths)[worker::workers], options):
        events += len(reading) if isinstance(reading, EventBatch) else 0
    return events


def _warm(path: Path) -> int:
    """Load the library, and keep the worker busy until the other one has taken its own task."""
    events = _part(([path], 0, 1))
    time.sleep(3)
    return events


def two_workers(paths: list[Path], runs: int) -> float:
    """Return how much faster two processes are than one, workers started and warm."""
    context = multiprocessing.get_context("spawn")
    found = []
    with context.Pool(1) as one, context.Pool(2) as two:
        one.map(_warm, [paths[0]], 1)
        two.map(_warm, [paths[0]] * 2, 1)
        for _ in range(runs):
            start = time.perf_counter()
            one.map(_part, [(paths, 0, 1)], 1)
            middle = time.perf_counter()
            two.map(_part, [(paths, 0, 2), (paths, 1, 2)], 1)
            found.append((middle - start) / (time.perf_counter() - middle))
    return round(statistics.median(found), 2)


def end_to_end(paths: list[Path]) -> int:
    for path in paths:
        with path.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")
    return decode(paths, checksums=True)


def check_equal(paths: list[Path]) -> int:
    """Compare every field of every real record with the slow truth; raises where one differs."""
    counts = {"events": 0, "rejects": 0, "present": 0}
    for reading in EvtxSource().read(ranges(paths), ReadOptions(paranoid=True)):
        if isinstance(reading, Tally):
            counts["events"] += reading.events
            counts["rejects"] += reading.rejects
            counts["present"] += reading.records_present
        elif isinstance(reading, Reject):
            continue
    assert counts["events"] + counts["rejects"] == counts["present"], counts
    return counts["events"]


def run(data: Path, megabytes: int, runs: int) -> dict[str, object]:
    real = sorted(data.rglob("*.evtx"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        single = out / "real.evtx"
        varied.write_concatenated(data, single)
        files = varied.write_varied(data, out, megabytes * 1_000_000, share=SHARE)
        large = out / "large.evtx"
        with large.open("wb") as stream:
            stream.write(varied.file_header(500 * len(files)))
            for path in files:
                stream.write(path.read_bytes()[4096:])
        decode([single])
        checked = check_equal(real)
        first = ratio(lambda: decode([single]), lambda: wheel([single]), 4 * runs, fresh=True)
        small = ratio(lambda: decode(real), lambda: wheel(real), 4 * runs, fresh=True)
        many = ratio(lambda: decode(files), lambda: wheel(files), runs)
        whole = ratio(lambda: end_to_end(files), lambda: wheel(files), runs)
        return {
            "ratio_first_pass": first["ratio"],
            "ratio_one_thread": many["ratio"],
            "ratio_small_files": small["ratio"],
            "ratio_end_to_end": whole["ratio"],
            "ratio_two_workers": two_workers(files, runs),
            "ratio_two_workers_one_file": two_workers([large], runs),
            "distinct_share": round(distinct_share(files), 3),
            "records": decode(files),
            "bytes": sum(p.stat().st_size for p in files),
            "records_checked_against_slow_truth": checked,
            "details": {
                "first_pass": first,
                "one_thread": many,
                "small_files": small,
                "end_to_end": whole,
            },
            "yardstick": "evtx wheel records_json(), number_of_threads=1",
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with real EVTX files")
    parser.add_argument("--megabytes", type=int, default=500, help="size of the varied data")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    result = run(options.data, options.megabytes, options.runs)
    if not options.json:
        for name, value in result.items():
            print(f"{name:40} {value}")
        return
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
