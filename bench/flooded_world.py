"""Repeat acts of a simulated intruder 100,000 times: no incident may change but in its counts.

python -m bench.flooded_world --seed 40001 --hosts 12 --days 3 --before 5

The alerts are the very same, by the same account on the same host, under a shell that does nothing else. They
are written beside the logs as a log shipper would, from ``--before`` hours before the act on, and from so
much behind it where that is negative. Each of ``--acts`` acts has a flood and a hunt of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from gamekeeper.hunt.api import Hunt, read_events, start
from gamekeeper.hunt.request import Request
from gamekeeper.model.events import META_FIELDS, SYSTEM_TEXT_NAMES
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.incidents_json import as_json
from gamekeeper.simulate import simulate

#: What a flood may change of an incident, and of its own step. Caveats cite breaks, which count records.
_COUNTED = {"last_seen", "dwell_s", "events", "caveats"}
_COUNTED_OF_STEP = {"count", "last_time", "event_ids"}
_SYSMON = "Microsoft-Windows-Sysmon"
_SYSTEM = {*(field.name for field in META_FIELDS), *SYSTEM_TEXT_NAMES, "EventID", "EventRecordID"}


@dataclass(frozen=True, slots=True)
class Act:
    """A start of a program that rules spoke of, as Sysmon has it."""

    text: str
    host: str
    time: datetime
    data: dict[str, str]

    def again(self, number: int, time: datetime) -> dict[str, Any]:
        """Return the same at another time, as one of a shell that does nothing else."""
        changed = {
            "UtcTime": f"{time:%Y-%m-%d %H:%M:%S.%f}"[:-3],
            "ProcessGuid": f"{{11111111-2222-3333-0000-{number:012X}}}",
            "ProcessId": str(100_000 + 4 * number),
            "ParentProcessGuid": "{11111111-2222-3333-9999-000000000001}",
            "ParentProcessId": "99996",
            "LogonId": "0x7777777",
        }
        return {
            "@timestamp": f"{time:%Y-%m-%dT%H:%M:%S.%f}Z",
            "winlog": {
                "channel": f"{_SYSMON}/Operational",
                "provider_name": _SYSMON,
                "event_id": 1,
                "computer_name": self.host,
                "event_data": {**self.data, **changed},
            },
            "event": {"code": "1"},
        }


def acts(hunt: Hunt, count: int) -> Iterator[Act]:
    """Yield the heaviest starts of programs of the first incident."""
    steps = [
        step
        for step in hunt.result.incidents[0].steps
        if step.kind is SignalKind.MATCH and step.count == 1 and " started " in step.text
    ]
    for step in sorted(steps, key=lambda step: -step.bits):
        for event in step.event_ids:
            source, offset = map(int, event.split(":"))
            row = _event(hunt.sources[source].path, offset)
            if count and row["Provider_Name"] == _SYSMON and row["EventID"] == 1:
                count -= 1
                data = {name: value for name, value in row.items() if name not in _SYSTEM}
                yield Act(step.text, row["Computer"], row["@timestamp"], data)
                break


def _event(path: str, offset: int) -> dict[str, Any]:
    for batch in read_events(path):
        rows = batch.table.filter(pc.equal(batch.table["event.offset"], offset)).to_pylist()
        if rows:
            return {name: value for name, value in rows[0].items() if value is not None}
    raise LookupError(f"{path} has no event at {offset}")


def bare(incident: dict[str, Any]) -> dict[str, Any]:
    """Return an incident without what a flood may change."""
    told = {name: value for name, value in incident.items() if name not in _COUNTED}
    told["steps"] = [
        {name: value for name, value in step.items() if name not in _COUNTED_OF_STEP}
        for step in incident["steps"]
    ]
    # A file more gives the files behind it other numbers.
    told["reached"] = [{**one, "event_ids": ()} for one in incident["reached"]]
    return told


def differences(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    """Say in what incidents differ but counts."""
    told = [] if len(before) == len(after) else [f"{len(before)} incidents, flooded {len(after)}"]
    for one, two in zip(map(bare, before), map(bare, after), strict=False):
        told += [f"incident {one['rank']}: {name}" for name in one if one[name] != two[name]]
    return told


def _found(*paths: Path) -> list[dict[str, Any]]:
    with start(Request(tuple(map(str, paths)), ("builtin",))) as hunt:
        return [as_json(one) for one in hunt.result.incidents]


def main() -> int:
    """Print for each act what its flood changed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=40001)
    parser.add_argument("--hosts", type=int, default=12)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--intrusion", default="volt-typhoon")
    parser.add_argument("--acts", type=int, default=3)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--before", type=float, default=5.0, help="hours")
    parser.add_argument("--lasts", type=float, default=6.0, help="hours")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gamekeeper-flooded-") as folder:
        logs, flood = Path(folder) / "logs", Path(folder) / "flood.json"
        simulate(
            logs, seed=asked.seed, days=asked.days, hosts=asked.hosts, intrusion=asked.intrusion
        )
        for name in ("world.json", "truth.jsonl"):
            (logs / name).unlink()
        with start(Request((str(logs),), ("builtin",))) as hunt:
            before = [as_json(one) for one in hunt.result.incidents]
            chosen = list(acts(hunt, asked.acts))
        told = []
        for act in chosen:
            begins = act.time.replace(tzinfo=None) - timedelta(hours=asked.before)
            pace = timedelta(hours=asked.lasts) / asked.alerts
            with flood.open("w") as stream:
                for number in range(asked.alerts):
                    stream.write(json.dumps(act.again(number, begins + number * pace)) + "\n")
            after = _found(logs, flood)
            events = [sum(one["events"] for one in found) for found in (before, after)]
            told.append({"act": act.text, "events": events, "differs": differences(before, after)})
    print(json.dumps({"simulated": True, **vars(asked), "floods": told}, indent=1))
    return int(any(one["differs"] for one in told))


if __name__ == "__main__":
    sys.exit(main())
