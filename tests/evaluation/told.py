"""A hunt's folder written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DAY = "2026-03-02T"

#: Alerts with labels: line 2 is 10:00:00 on 2026-03-02.
LABELLED = """time,name,ip,host,short,time_label,event_label
1772445600,A: scan,10.9.0.1,gate,s,knock,knock_scan
1772445630,A: scan,10.9.0.2,mill,s,knock,-
1772445630,A: backup,10.9.0.2,mill,b,false_positive,-
1772446200,A: shell,10.9.0.2,mill,w,enter,-
1772449200,A: backup,10.9.0.2,mill,b,false_positive,-
"""


def step(
    time: str, *, host: str = "WS1", events: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """One step of an incident; ``time`` is a time of the day."""
    told = {"time": f"{DAY}{time}Z", "host": host, "text": "Runs a.exe", "event_ids": events}
    return {**told, "kind": "match", "last_time": None, **more}


def incident(rank: int, *steps: dict[str, Any], severity: str = "high") -> dict[str, Any]:
    """One incident of steps."""
    first = min((one["time"] for one in steps), default=None)
    told = {"id": f"I{rank}", "rank": rank, "severity": severity, "score_bits": 30.0 - rank}
    return {**told, "first_seen": first, "steps": list(steps)}


def match(event: str, time: str, host: str = "WS1.example", rule: str = "r") -> dict[str, Any]:
    """One line of matches.jsonl."""
    return {"event.id": event, "@timestamp": f"{DAY}{time}Z", "host.name": host, "rule.id": rule}


def alert(line: int, time: str, host: str) -> dict[str, Any]:
    """One line of matches.jsonl about the row of a file."""
    return {**match(f"0:{line}", time, host), "record.id": line}


def write(
    folder: Path, incidents: list[dict[str, Any]], matches: tuple[dict[str, Any], ...] = ()
) -> Path:
    """Write the three files that an evaluation reads: ten days of two hosts."""
    totals = {"hosts": 2, "first_event": f"{DAY}00:00:00Z", "last_event": "2026-03-12T00:00:00Z"}
    summary = {"totals": totals, "timings_s": {"read": 1.5, "link": 0.25}}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "incidents.json").write_text(json.dumps(incidents))
    (folder / "matches.jsonl").write_text("".join(json.dumps(one) + "\n" for one in matches))
    return folder


def world(*rows: tuple[int, str]) -> list[bytes]:
    """A simulated truth: (step, time of the day) on WS1."""
    return [
        json.dumps(
            {"step": number, "host": "WS1", "time": f"{DAY}{time}Z", "text": f"does {number}"}
        ).encode()
        for number, time in rows
    ]
