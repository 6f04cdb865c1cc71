"""A case of many millions of events: its size, the rate of taking in, hunting again, and asking.

``python -m bench.case --logs LOGS... --rules DIR --events N --json`` ends with one JSON line. Events are
those of real logs (LOGS), copied with other hosts, days, record numbers and, for a share, texts
(``bench/copies.py``).

taking in     EVTX of a simulated organisation: decode alone against ingest, one process each
size          of the case against its EVTX and against the same records as JSON lines through gzip
again         all rules over the case of N events: wall, rate, peak memory of all processes
asking        each question once, as a command of its own: wall
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from pathlib import Path

from evtx import PyEvtxParser

from bench.copies import copies, folder_size, real_batches
from bench.hunt import measured
from gamekeeper.model.tallies import FileTally
from gamekeeper.simulate import simulate
from gamekeeper.store.case import Case
from gamekeeper.store.clock import now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import StoredSource
from gamekeeper.store.writing import EventWriter

_CLI = [sys.executable, "-m", "gamekeeper"]


def fill(root: Path, paths: list[str], events: int, share: float) -> dict[str, object]:
    """Write a case of copies of real events."""
    real = real_batches(paths)
    case = Case.create(root, "bench")
    start = time.perf_counter()
    count = 0
    with Writer(case) as writer:
        for number, parts in enumerate(copies(real, events, share)):
            events_of_copy = EventWriter(writer.staging, str(number))
            for batch in parts:
                events_of_copy.add(batch)
            rows = sum(len(batch) for batch in parts)
            count += rows
            tally = FileTally(number, records_present=rows, events=rows, fidelity="lossless")
            writer.register(
                [StoredSource(number, f"{number:064x}", 1, f"{number}", "json", "bench", now(), 1)]
            )
            writer.commit(
                Batch(
                    "ingest",
                    list(events_of_copy.finish()),
                    [Bookmark(number, 0, 1)],
                    [(0, tally)],
                )
            )
    wall = time.perf_counter() - start
    return {
        "events": count,
        "write_events_per_s": round(count / wall),
        "bytes_per_event": round(folder_size(root) / count, 1),
    }


def taking_in(folder: Path, hosts: int, days: int) -> dict[str, object]:
    """Ingest the logs of a simulated organisation, and measure what their records take elsewhere."""
    logs = folder / "world"
    simulate(logs, hosts=hosts, days=days)
    files = sorted(logs.rglob("*.evtx"))
    case = folder / "taken"
    decode = measured([sys.executable, "-m", "bench.decode_only", *map(str, files)])
    one = [*_CLI, "ingest", str(logs), "--case", str(folder / "one"), "-q", "--workers", "1"]
    alone = measured(one)
    ingest = measured([*_CLI, "ingest", str(logs), "--case", str(case), "-q"])
    with Case.open(case).snapshot() as snapshot:
        stored = snapshot.rows
        records = sum(source.records_present for source in snapshot.sources())
    return {
        "records": records,
        "stored": stored,
        "decode_s": decode["wall_s"],
        "ingest_s": ingest["wall_s"],
        "ingest_one_process_s": alone["wall_s"],
        "ingest_to_decode": round(decode["wall_s"] / alone["wall_s"], 2),
        "ingest_peak_mb": ingest["peak_mb"],
        "evtx_bytes": folder_size(logs),
        "case_bytes": folder_size(case),
        "json_gzip_bytes": json_gzip(files),
    }


def json_gzip(files: list[Path]) -> int:
    """Return the size of records as JSON lines through gzip."""
    size = 0
    for path in files:
        lines = [record["data"].encode() for record in PyEvtxParser(str(path)).records_json()]
        size += len(gzip.compress(b"\n".join(lines), 6))
    return size


def asking(case: Path, last_host: str) -> dict[str, float]:
    """Time questions, each as a process of its own."""
    last = ["--case", str(case), "--json"]
    questions = {
        "stack": ["stack", "process.executable", *last],
        "logons": ["logons", *last, "--host", last_host],
        "timeline_last_day": ["timeline", *last, "--last", "1d"],
        "search_host": ["search", "mimikatz", *last, "--host", last_host],
        "search_all": ["search", "mimikatz", *last],
        "info": ["case", "info", *last],
    }
    found = {}
    for name, words in questions.items():
        found[name] = measured([*_CLI, *words, "-q"])["wall_s"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--logs", nargs="+", required=True, help="real logs to copy")
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--hosts", type=int, default=30, help="0: nothing is taken in")
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--keep", type=Path, help="folder for the case, kept")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = options.keep or folder / "case"
        found: dict[str, object] = {}
        if options.hosts:
            found["taking_in"] = taking_in(folder, options.hosts, options.days)
        if not root.exists():
            found["case"] = fill(root, options.logs, options.events, options.share)
        with Case.open(root).snapshot() as snapshot:
            rows, host = snapshot.rows, snapshot.files[-1].spans[0].host
        if options.rules:
            again = measured(
                [*_CLI, "rehunt", "--case", str(root), "--rules", str(options.rules), "-q"]
            )
            found["again"] = again | {"events": rows, "events_per_s": round(rows / again["wall_s"])}
        found["asking"] = asking(root, host)
    print(json.dumps(found, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
