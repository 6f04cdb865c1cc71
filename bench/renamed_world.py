"""Rename all hosts and accounts of a simulated world: nothing that a hunt finds may change but the names.

The other names are of several kinds and no series: ws01 and ws02 become KAZUMI and DESKTOP-7F3K2A1.

python -m bench.renamed_world --seed 40001 --hosts 12 --days 3 --intrusion volt-typhoon

With ``--listed`` both hunts are given the list of accounts that people would keep.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Found:
    """What a hunt found, without names. ``rows`` are what is compared, by kind, in an order of their own."""

    incidents: list[dict[str, Any]]
    rows: dict[str, list[tuple[object, ...]]]


def found(request: Request) -> Found:
    """Hunt and return what was found."""
    with start(request) as hunt:
        result = hunt.result
        rows = {
            "chains": [(one.id, one.hits) for one in result.chains.accounts if one.hits],
            "findings": [
                (one.rule_id, one.count, one.events, one.first_seen, one.last_seen)
                for one in result.findings
            ],
            "anomalies": [
                (one.baseline, one.time, one.bits, one.observed, one.days_known, one.days_seen)
                for one in result.baselines.anomalies
            ],
            "baselines": [
                (one.name, one.entities, one.keys, one.habits, one.passed, one.faint)
                for one in result.baselines.accounts
            ],
        }
        incidents = [bare(as_json(one)) for one in result.incidents]
    return Found(incidents, {kind: sorted(some, key=repr) for kind, some in rows.items()})


def differences(one: Found, two: Found) -> list[str]:
    """Say where two hunts differ."""
    told = _of_incidents(one.incidents, two.incidents)
    for kind, rows in one.rows.items():
        mine, other = Counter(rows), Counter(two.rows[kind])
        told += [f"{kind}: {row}, not renamed" for row in (mine - other).elements()]
        told += [f"{kind}: {row}, renamed" for row in (other - mine).elements()]
    return told


def _of_incidents(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> list[str]:
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
    one, other = results
    differs = differences(one, other)
    told = {
        "simulated": True,
        "seed": asked.seed,
        "hosts": asked.hosts,
        "days": asked.days,
        "intrusion": asked.intrusion,
        "incidents": len(one.incidents),
        **{kind: len(rows) for kind, rows in one.rows.items() if kind != "baselines"},
        "differs": differs,
    }
    print(json.dumps(told, indent=1))
    return int(bool(differs))


if __name__ == "__main__":
    sys.exit(main())
