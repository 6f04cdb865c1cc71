"""Rename all hosts and accounts of a simulated world: nothing that a hunt finds may change but the names.

python -m bench.renamed_world --seed 40001 --hosts 12 --days 3 --intrusion volt-typhoon

With ``--listed`` both hunts are given the list of accounts that people would keep.
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
from gamekeeper.simulate import Setting, account_list, simulate
from gamekeeper.simulate.renaming import Renamer

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


def found(request: Request) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Hunt and return incidents without names, and how often each chain was found."""
    with start(request) as hunt:
        chains = {one.id: one.hits for one in hunt.result.chains.accounts if one.hits}
        return [bare(as_json(one)) for one in hunt.result.incidents], chains


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
    parser.add_argument("--listed", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamekeeper-renamed-") as folder:
        results = []
        for name in ("as-it-is", "renamed"):
            logs = Path(folder) / name
            made = simulate(
                logs,
                seed=asked.seed,
                days=asked.days,
                hosts=asked.hosts,
                intrusion=asked.intrusion,
                setting=Setting(renamed=name == "renamed"),
            )
            for told in ("world.json", "truth.jsonl"):
                (logs / told).unlink(missing_ok=True)
            text = account_list(made.world)
            listed = Path(folder) / f"{name}.csv"
            listed.write_text(Renamer(made.world).text(text) if name == "renamed" else text)
            accounts = (str(listed),) if asked.listed else ()
            results.append(
                found(Request((str(logs),), tuple(asked.rules), workers=1, accounts=accounts))
            )
    (incidents, chains), (others, again) = results
    differs = differences(incidents, others)
    if chains != again:
        differs.append(f"chains {chains}, renamed {again}")
    told = {"simulated": True, "incidents": len(incidents), "chains": chains, "differs": differs}
    print(json.dumps(told, indent=1))
    return int(bool(differs))


if __name__ == "__main__":
    sys.exit(main())
