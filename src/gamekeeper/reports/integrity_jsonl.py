"""``integrity.jsonl``: one break a line, gravest first."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.evidence_json import evidence_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.breaks import Break, Explanation
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.results import HuntResult

NAME = "integrity.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all breaks; nothing where nobody looked."""
    if result.integrity is None:
        return
    sources = {source.number: source for source in result.sources}
    for one in result.integrity.breaks:
        names = result.integrity
        stream.write(dumps(as_json(one, sources, names.hosts, names.channels)) + b"\n")


def as_json(
    one: Break,
    sources: Mapping[int, SourceAccount],
    hosts: Mapping[str, str],
    channels: Mapping[str, str],
) -> dict[str, object]:
    """Return a break as results show it; names of hosts and channels as they were met most often."""
    anomaly = one.anomaly
    first, last = anomaly.records
    return {
        "check": anomaly.check,
        "text": anomaly.text,
        "verdict": one.standing,
        "cause": one.cause,
        "host.name": hosts.get(anomaly.host, anomaly.host) or None,
        "channel": channels.get(anomaly.channel, anomaly.channel) or None,
        "from": iso_time(anomaly.start),
        "to": iso_time(anomaly.stop),
        "record.from": first,
        "record.to": last,
        "source.path": _path(anomaly.source, sources),
        "techniques": anomaly.techniques,
        "evidence": [evidence_json(e, sources) for e in anomaly.evidence],
        "explanations": [_explanation(e, sources) for e in one.explanations],
    }


def _path(number: int | None, sources: Mapping[int, SourceAccount]) -> str | None:
    return sources[number].path if number is not None and number in sources else None


def _explanation(one: Explanation, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    return {
        "cause": one.cause,
        "strength": one.strength.name.lower(),
        "for": [evidence_json(e, sources) for e in one.speaks_for],
        "against": [evidence_json(e, sources) for e in one.speaks_against],
    }
