"""Rename all hosts and accounts of a simulated world: nothing that a hunt finds may change but the names.

python -m bench.renamed_world --seed 40001 --hosts 12 --days 3 --intrusion volt-typhoon
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.reports.incidents_json import as_json
from gamekeeper.simulate import Setting, simulate

_SAME = (
    "rank",
    "severity",
    "score_bits",
    "first_seen",
    "last_seen",
    "tactics",
    "techniques",
    "events",
)


def bare(incident: dict[str, Any]) -> dict[str, Any]:
    """Return an incident without names and without what comes from names, such as its id."""
    return {
        **{name: incident[name] for name in _SAME},
        "hosts": len(incident["hosts"]),
        "accounts": len(incident["accounts"]),
        "steps": sorted(
            (step["time"] or "", step["kind"], step["technique"], step["bits"], step["count"])
            for step in incident["steps"]
        ),
    }


def found(logs: Path, rules: tuple[str, ...]) -> list[dict[str, Any]]:
    """Hunt and return incidents without names."""
    with start(Request(paths=(str(logs),), rules=rules, workers=1)) as hunt:
        return [bare(as_json(one)) for one in hunt.result.incidents]


def differences(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> list[str]:
    """Say where two hunts differ."""
    told = [] if len(one) == len(two) else [f"{len(one)} incidents, renamed {len(two)}"]
    for first, second in zip(one, two, strict=False):
        told += [
            f"incident {first['rank']}: {name} {first[name]}, renamed {second[name]}"
            for name in first
            if first[name] != second[name] and name != "steps"
        ]
        if first["steps"] != second["steps"]:
            told.append(f"incident {first['rank']}: steps differ")
    return told


def main() -> int:
    """Print how many incidents there are and what differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=40001)
    parser.add_argument("--hosts", type=int, default=12)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--intrusion", default="volt-typhoon")
    parser.add_argument("--rules", nargs="*", default=["builtin"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamekeeper-renamed-") as folder:
        results = []
        for name in ("as-it-is", "renamed"):
            logs = Path(folder) / name
            simulate(
                logs,
                seed=asked.seed,
                days=asked.days,
                hosts=asked.hosts,
                intrusion=asked.intrusion,
                setting=Setting(renamed=name == "renamed"),
            )
            for told in ("world.json", "truth.jsonl"):
                (logs / told).unlink(missing_ok=True)
            results.append(found(logs, tuple(asked.rules)))
    differs = differences(results[0], results[1])
    print(
        json.dumps({"simulated": True, "incidents": len(results[0]), "differs": differs}, indent=1)
    )
    return int(bool(differs))


if __name__ == "__main__":
    sys.exit(main())
