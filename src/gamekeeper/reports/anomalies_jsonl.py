"""``anomalies.jsonl``: what is new here, one a line in order of time, with its comparison set."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps, utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.anomalies import Anomaly
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.results import HuntResult

NAME = "anomalies.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all anomalies, those too that speak in no incident."""
    sources = {source.number: source for source in result.sources}
    for one in result.baselines.anomalies:
        stream.write(dumps(as_json(one, sources)) + b"\n")


def as_json(one: Anomaly, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    """Return an anomaly as results show it."""
    source = sources.get(one.source)
    return {
        "id": one.id,
        "baseline": one.baseline,
        "standing": one.standing,
        "title": one.title,
        "host.name": one.host or None,
        "user.name": one.account or None,
        "@timestamp": iso_time(one.time),
        "key": dict(one.parts),
        "surprise_bits": one.bits,
        "comparison": one.comparison,
        "role": one.role,
        "is_tier0": one.is_tier0,
        "days_known": one.days_known,
        "days_seen": one.days_seen,
        "techniques": one.techniques,
        "in_incidents": one.observed,
        "because": one.because or None,
        "event_ids": [one.event_id],
        "event.fingerprint": one.fingerprint.hex() or None,
        "source.path": utf8(source.path) if source else None,
        "source.offset": one.offset,
    }
