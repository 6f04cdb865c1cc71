"""``chains.jsonl``: one chain that was found a line, in order of time, with the records that it rests on.

The file is there, empty, where none was found: one of an earlier run would tell of what is no longer so.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps, utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.chains import ChainEvent, ChainHit, ChainStep
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.results import HuntResult

NAME = "chains.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all hits."""
    sources = {source.number: source for source in result.sources}
    for hit in result.chains.hits:
        stream.write(dumps(as_json(hit, sources)) + b"\n")


def as_json(hit: ChainHit, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    """Return a hit as results show it."""
    return {
        "id": hit.id,
        "chain": hit.chain,
        "name": hit.name,
        "level": hit.level,
        "techniques": hit.attack,
        "joined": dict(hit.joined),
        "hosts": hit.hosts,
        "accounts": hit.accounts,
        "first_seen": iso_time(hit.first_seen),
        "last_seen": iso_time(hit.last_seen),
        "complete": hit.windows,
        "steps": [_step(step, sources) for step in hit.steps if step.count],
        "missing": [step.name for step in hit.steps if not step.count],
        "notes": hit.notes,
        "score_bits": hit.bits,
    }


def _step(step: ChainStep, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    return {
        "name": step.name,
        "text": step.text,
        "events_seen": step.count,
        "first_seen": iso_time(step.first_seen),
        "last_seen": iso_time(step.last_seen),
        "events": [_event(event, sources) for event in step.events],
    }


def _event(event: ChainEvent, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    source = sources.get(event.source)
    return {
        "step": event.step,
        "@timestamp": iso_time(event.filetime),
        "host.name": event.host or None,
        "user.name": event.user or None,
        "channel": event.channel,
        "event.code": event.event_code,
        "event.id": f"{event.source}:{event.offset}",
        "event.fingerprint": event.fingerprint,
        "source.path": utf8(source.path) if source else None,
        "source.sha256": source.sha256 if source else None,
        "source.offset": event.offset,
        "record.id": event.record_id,
        "event.record_id": event.event_record_id,
        "joined": dict(event.joined),
        "fields": dict(event.fields),
        "witnesses": event.witnesses,
        "habit": event.is_habit,
    }
