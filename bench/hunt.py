"""A whole hunt from the command line: rate and peak memory of all processes, in four settings.

``python -m bench.hunt --data DIR --rules DIR --json`` ends with one JSON line. The logs are varied copies
of the real EVTX files below ``--data`` (bench/varied.py).

standard       ``--megabytes`` of logs, half of the texts varied, all rules
large          ``--large`` megabytes: memory must stay flat
all different  every text varied in every copy: command lines that never repeat
many matches   rules that are true for every event, until there are ``--matches`` matches
start          ``gamekeeper --help``; a first hunt, with nothing kept yet, and a second one;
               a hunt of one file of 1 MB
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import varied

_TRUE_RULE = """
title: True for every event {number}
id: 00000000-0000-4000-8000-{number:012}
status: test
logsource: {{product: windows}}
detection:
  selection:
    Channel|contains: 's'
  condition: selection
level: low
"""


def proportional_mb(process: psutil.Process) -> float:
    """Return the memory of a process, shared pages divided among those who share them."""
    try:
        return float(process.memory_full_info().pss) / 2**20
    except (psutil.Error, AttributeError):
        return 0.0


def measured(command: list[str], environment: dict[str, str] | None = None) -> dict[str, float]:
    """Run a command; return its wall time and the peak memory of it and all below it."""
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | (environment or {}),
    ) as running:
        peak = 0.0
        parent = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                family = [parent, *parent.children(recursive=True)]
            except psutil.Error:
                break
            peak = max(peak, sum(proportional_mb(p) for p in family))
            time.sleep(0.05)
        errors = running.communicate()[1]
    if running.returncode not in (0, 4, 10, 11):
        raise SystemExit(errors.decode(errors="replace"))
    return {"wall_s": round(time.perf_counter() - start, 2), "peak_mb": round(peak)}


def hunt(logs: Path, rules: Path, out: Path) -> dict[str, float]:
    """Hunt a folder; return rate and memory."""
    command = [sys.executable, "-m", "gamekeeper", "hunt", str(logs), "-q"]
    command += ["--rules", str(rules), "--out", str(out)]
    found = measured(command)
    summary = json.loads((out / "summary.json").read_text())
    events = summary["totals"]["events"]
    found |= {
        "events": events,
        "events_per_s": round(events / found["wall_s"]),
        "matches": summary["totals"]["matches"],
        "megabytes": round(sum(s["size_bytes"] for s in summary["sources"]) / 1e6),
    }
    return found | {f"{name}_s": seconds for name, seconds in summary["timings_s"].items()}


def many_matches(folder: Path, logs: Path, events: int, matches: int) -> dict[str, float]:
    """Hunt with rules that are always true."""
    rules = folder / "true"
    rules.mkdir()
    for number in range(-(-matches // events)):
        (rules / f"{number}.yml").write_text(_TRUE_RULE.format(number=number))
    return hunt(logs, rules, folder / "out-many")


def starts(folder: Path, data: Path) -> dict[str, float]:
    """Time what a person waits for."""
    one = folder / "one"
    one.mkdir()
    real = min(data.rglob("*.evtx"), key=lambda p: abs(p.stat().st_size - 1_100_000))
    (one / "log.evtx").write_bytes(real.read_bytes())
    base = [sys.executable, "-m", "gamekeeper"]
    cold = {"GAMEKEEPER_CACHE": str(folder / "cache")}
    command = [*base, "hunt", str(one), "--rules", "builtin", "-q"]
    return {
        "help_s": min(measured([*base, "--help"])["wall_s"] for _ in range(5)),
        "first_hunt_s": measured(command, cold)["wall_s"],
        "second_hunt_s": min(measured(command, cold)["wall_s"] for _ in range(3)),
    }


def run(options: argparse.Namespace) -> dict[str, object]:
    """Measure every setting."""
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found["start"] = starts(folder, options.data)
        for setting, megabytes, share in (
            ("standard", options.megabytes, 0.5),
            ("all_different", options.megabytes, 1.0),
            ("large", options.large, 0.5),
        ):
            logs = folder / setting
            logs.mkdir()
            if not megabytes:
                continue
            varied.write_varied(options.data, logs, megabytes * 1_000_000, share=share)
            found[setting] = measured_hunt = hunt(logs, options.rules, folder / f"out-{setting}")
            if setting == "standard" and options.matches:
                events = int(measured_hunt["events"])
                found["many_matches"] = many_matches(folder, logs, events, options.matches)
            for path in logs.iterdir():
                path.unlink()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with real EVTX files")
    parser.add_argument("--rules", type=Path, required=True, help="folder with Sigma rules")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--large", type=int, default=5000, help="0 leaves the setting out")
    parser.add_argument("--matches", type=int, default=10_000_000, help="0 leaves the setting out")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    result = run(options)
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
        return
    for name, value in result.items():
        print(name, json.dumps(value))


if __name__ == "__main__":
    main()
