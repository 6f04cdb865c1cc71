"""``incidents.json``: a list of every incident, best first, one incident a line."""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.reports.decided import standing_of
from gamekeeper.reports.json_list import write_list
from gamekeeper.store.standing import as_json as standing_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.incidents import Disposition, Hop, Incident, Reached, Step
    from gamekeeper.model.results import HuntResult

NAME = "incidents.json"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write a JSON list that is also readable line by line; what was decided in a case goes with it."""
    write_list((with_decision(one, result.dispositions) for one in result.incidents), stream)


def with_decision(incident: Incident, dispositions: Mapping[str, Disposition]) -> dict[str, object]:
    """Return an incident as :func:`as_json` does, with its ``disposition`` where somebody decided."""
    found = standing_of(incident, dispositions)
    return as_json(incident) | ({} if found is None else {"disposition": standing_json(found)})


def as_json(incident: Incident) -> dict[str, object]:
    """Return an incident under its own field names, times as ISO text, dwell in whole seconds."""
    return {
        "id": incident.id,
        "rank": incident.rank,
        "score_bits": incident.score_bits,
        "severity": incident.severity,
        "confidence": asdict(incident.confidence),
        "headline": incident.headline,
        "first_seen": iso_time(incident.first_seen),
        "last_seen": iso_time(incident.last_seen),
        "dwell_s": dwell_s(incident),
        "hosts": incident.hosts,
        "accounts": incident.accounts,
        "tactics": incident.tactics,
        "techniques": incident.techniques,
        "possible_techniques": incident.possible_techniques,
        "steps": [step_json(step) for step in incident.steps],
        "hops": [hop_json(hop) for hop in incident.hops],
        "reached": [reached_json(one) for one in incident.reached],
        "benign_explanation": asdict(incident.benign),
        "response": [asdict(action) for action in incident.response],
        "collect": incident.collect,
        "credentials_lost": incident.credentials_lost,
        "caveats": incident.caveats,
        "attribution": [asdict(claim) for claim in incident.attribution],
        "signals": incident.signals,
        "events": incident.events,
        "anchors": incident.anchors,
        "supersedes": incident.supersedes,
    }


def dwell_s(incident: Incident) -> int | None:
    """Return the seconds from the first to the last signal."""
    if incident.first_seen is None or incident.last_seen is None:
        return None
    return max(0, incident.last_seen - incident.first_seen) // 10_000_000


def step_json(step: Step) -> dict[str, object]:
    """Return a step under its own field names."""
    return {
        "time": iso_time(step.time),
        "host": step.host,
        "account": step.account,
        "tactic": step.tactic,
        "technique": step.technique,
        "text": step.text,
        "event_ids": step.event_ids,
        "kind": step.kind,
        "bits": step.bits,
        "count": step.count,
        "last_time": iso_time(step.last_time),
        "from_host": step.from_host,
        "joined": step.joined,
        "techniques": step.techniques,
        "said": [asdict(said) for said in step.said],
    }


def reached_json(one: Reached) -> dict[str, object]:
    """Return a host that an incident went on to under its own field names."""
    return asdict(one) | {"time": iso_time(one.time)}


def hop_json(hop: Hop) -> dict[str, object]:
    """Return a way between hosts under its own field names."""
    return {
        "time": iso_time(hop.time),
        "from_host": hop.from_host,
        "to_host": hop.to_host,
        "account": hop.account,
        "how": hop.how,
    }
