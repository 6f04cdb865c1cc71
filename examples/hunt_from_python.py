"""Hunt from Python: simulate a small organisation with an intruder, search its logs, use the tables.

Run it with ``python examples/hunt_from_python.py``; with a path of your own logs as the argument it
searches those instead.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.compute as pc

import gamekeeper as gk


def simulated(folder: Path) -> list[str]:
    """Write logs with an intruder in them; the truth, which lies beside them, is not to be searched."""
    gk.simulate(folder, hosts=3, days=1, intrusion="volt-typhoon")
    return [str(path) for path in folder.iterdir() if path.is_dir()]


def search(paths: list[str]) -> None:
    """Print what there is to say about some logs."""
    with gk.hunt(paths, rules="builtin") as found:
        for finding in found.findings[:5]:
            print(f"{finding.level:8} {finding.host:10} {finding.title}")

        # Everything is an Arrow table, for pandas, Polars, DuckDB or plain Python.
        matches = found.matches_table()
        print(f"{matches.num_rows} matches of {len(pc.unique(matches['rule']))} rules")

        # Nothing is lost in silence: every record is an event or a reject.
        sources = found.sources_table()
        lost = pc.sum(sources["rejects"]).as_py()
        print(f"{found.result.events} events in {sources.num_rows} files, {lost} records rejected")

    # Events themselves, in batches of one dataset.
    channels: Counter[str] = Counter()
    for batch in gk.read_events(paths):
        channels.update(batch.table.column("Channel").to_pylist())
    print("most events:", channels.most_common(1)[0][0])

    # One event against the rules, for trying a rule out.
    event = {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "Image": "C:\\Windows\\System32\\ntdsutil.exe",
        "OriginalFileName": "ntdsutil.exe",
        "CommandLine": 'ntdsutil "ac i ntds" ifm "create full C:\\Users\\Public\\x" q q',
    }
    rules = gk.load_rules("builtin")
    titles = {rule.id: rule.title for rule in rules.rules}
    for rule in gk.match_event(rules, event):
        print("one event:", titles[rule])


def main() -> None:
    """Search what is named, or a simulated world."""
    if len(sys.argv) > 1:
        search(sys.argv[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        search(simulated(Path(folder) / "world"))


if __name__ == "__main__":
    main()
