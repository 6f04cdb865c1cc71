"""The same logs and the same Sigma rules through Gamekeeper and through its peers, in one run.

``python -m bench.peers --logs LOGS... --rules DIR --rsigma PATH --json`` ends with one JSON line. Whole
commands are timed, from their start to their end, in turns, so that all of them meet the same machine;
ratios hold within one run only. Peers are no part of this project: build them and name their binaries.

Input is one file of JSON lines, flat, with Sigma's field names, which ``bench/peer_input.py`` writes from the
logs: it is what both read. Beside it stands what rsigma needs to leave rules out (``_product``, ``_service``,
``_category``); we read the channel and the event id and take those three as fields like any other.

A second row of ours reads the logs themselves, as a user would have it. Each has one worker.

They do different work. Gamekeeper also accounts for every record and rule, groups matches to findings,
writes its reports, and looks at Security 4688 for rules on process creation. rsigma prints a line for each
match.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.hunt import proportional_mb
from bench.peer_input import FIELD_MAP, write_lines

#: What our command may end with where the hunt was done.
_DONE = (0, 4, 10, 11)


@dataclass(frozen=True, slots=True)
class Peer:
    """A command, and how to read what it printed; ``out`` is its standard output."""

    name: str
    command: list[str]
    matches: Callable[[Path], Counter[str]]
    good: tuple[int, ...] = (0,)


@dataclass(slots=True)
class Figures:
    """What the rounds of one peer showed."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    matches: Counter[str] = field(default_factory=Counter)
    remarks: str = ""

    def summary(self) -> dict[str, Any]:
        return {
            "wall_s": round(min(self.wall_s), 2),
            "cpu_s": round(min(self.cpu_s), 2),
            "rounds_wall_s": [round(s, 2) for s in self.wall_s],
            "rounds_cpu_s": [round(s, 2) for s in self.cpu_s],
            "peak_mb": round(self.peak_mb),
            "matches": self.matches.total(),
            "rules_matched": len(self.matches),
            "remarks": self.remarks,
        }


def once(peer: Peer, folder: Path, figures: Figures) -> None:
    """Run a peer once, and add what it took: processor time of it and all below it, peak of both together."""
    out, err = folder / f"{peer.name}.out", folder / f"{peer.name}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        start = time.perf_counter()
        running = subprocess.Popen(peer.command, stdout=stdout, stderr=stderr)
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(running.pid, ended, figures))
        watch.start()
        _, status, usage = os.wait4(running.pid, 0)
        figures.wall_s.append(time.perf_counter() - start)
        running.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watch.join()
    said = err.read_text(errors="replace")
    if running.returncode not in peer.good:
        raise SystemExit(f"{peer.name} ended with {running.returncode}: {said[-2000:]}")
    figures.cpu_s.append(usage.ru_utime + usage.ru_stime)
    figures.matches = peer.matches(out)
    figures.remarks = " | ".join(said.strip().splitlines()[-6:])[:600]


def _watch(pid: int, ended: threading.Event, figures: Figures) -> None:
    try:
        parent = psutil.Process(pid)
        while not ended.wait(0.03):
            family = [parent, *parent.children(recursive=True)]
            figures.peak_mb = max(figures.peak_mb, sum(map(proportional_mb, family)))
    except psutil.Error:
        return


def gamekeeper(name: str, logs: list[str], rules: Path, folder: Path) -> Peer:
    report = folder / f"report-{name}"
    command = [sys.executable, "-m", "gamekeeper", "hunt", *logs, "--rules", str(rules)]
    command += ["--out", str(report), "--workers", "1", "-q"]

    def matches(_: Path) -> Counter[str]:
        summary = json.loads((report / "summary.json").read_text())
        return Counter({r["id"]: r["matches"] for r in summary["rules"] if r["matches"]})

    return Peer(name, command, matches, _DONE)


def rsigma(binary: Path, lines: Path, rules: Path) -> Peer:
    command = [str(binary), "engine", "eval", "--rules", str(rules), "--event", f"@{lines}"]
    # Its pipeline for Sysmon would make every rule one for Sysmon; the categories do that work here.
    command += ["--input-format", "json"]
    command += ["--logsource-routing", "--logsource-field-map", FIELD_MAP]

    def matches(out: Path) -> Counter[str]:
        with out.open("rb") as stream:
            return Counter(str(json.loads(line).get("rule_id")) for line in stream if line.strip())

    return Peer("rsigma", command, matches)


def run(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "events.jsonl"
        events = write_lines(options.logs, lines)
        peers = [
            gamekeeper("gamekeeper", [str(lines)], options.rules, folder),
            gamekeeper("gamekeeper_from_logs", options.logs, options.rules, folder),
        ]
        if options.rsigma:
            peers.append(rsigma(options.rsigma, lines, options.rules))
        figures = {peer.name: Figures() for peer in peers}
        for _ in range(options.rounds):
            for peer in peers:
                once(peer, folder, figures[peer.name])
        size = lines.stat().st_size
    ours = figures["gamekeeper"]
    result: dict[str, Any] = {
        "benchmark": "peers",
        "events": events,
        "megabytes": round(size / 1e6, 1),
        "load_average": [round(x, 2) for x in os.getloadavg()],
        "peers": {name: one.summary() for name, one in figures.items()},
        "to_ours": {
            name: {
                "wall": round(min(one.wall_s) / min(ours.wall_s), 2),
                "cpu": round(min(one.cpu_s) / min(ours.cpu_s), 2),
            }
            for name, one in figures.items()
            if one is not ours
        },
    }
    if options.rsigma:
        result["differences"] = differences(ours.matches, figures["rsigma"].matches)
    return result


def differences(ours: Counter[str], theirs: Counter[str]) -> dict[str, list[int]]:
    """Return (ours, theirs) for each rule whose matches are not the same in number."""
    both = sorted(ours.keys() | theirs.keys())
    return {rule: [ours[rule], theirs[rule]] for rule in both if ours[rule] != theirs[rule]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True, help="logs to take events from")
    parser.add_argument("--rules", type=Path, required=True, help="folder of Sigma rules")
    parser.add_argument("--rsigma", type=Path, help="binary of rsigma")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    result = run(options)
    if not options.json:
        for name, row in result["peers"].items():
            print(
                f"{name:24} {row['wall_s']:>8} s wall {row['cpu_s']:>8} s CPU {row['peak_mb']:>6} MB"
                f" {row['matches']:>8,} matches of {row['rules_matched']} rules"
            )
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
