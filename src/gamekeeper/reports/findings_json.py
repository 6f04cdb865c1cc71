"""``findings.json``: a list of every finding, most severe first, one finding a line."""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.reports.json_list import write_list

if TYPE_CHECKING:
    from gamekeeper.model.findings import Finding
    from gamekeeper.model.results import HuntResult

NAME = "findings.json"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write a JSON list that is also readable line by line."""
    write_list(map(as_json, result.findings), stream)


def as_json(finding: Finding) -> dict[str, object]:
    """Return a finding under its own field names, times as ISO text."""
    return {
        "id": finding.id,
        "rule_id": finding.rule_id,
        "title": finding.title,
        "level": finding.level,
        "tactics": finding.tactics,
        "techniques": finding.techniques,
        "host": finding.host,
        "account": finding.account,
        "shape": finding.shape,
        "count": finding.count,
        "events": finding.events,
        "first_seen": iso_time(finding.first_seen),
        "last_seen": iso_time(finding.last_seen),
        "samples": list(finding.samples),
        "severity": finding.severity,
        "asset": None if finding.asset is None else asdict(finding.asset),
        "known_account": None if finding.known_account is None else asdict(finding.known_account),
        "places": [asdict(place) for place in finding.places],
    }
