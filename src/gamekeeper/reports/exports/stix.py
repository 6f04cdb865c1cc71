"""Incidents as a STIX 2.1 bundle: what was seen, where, as which technique, and the story in words.

Each signal is `observed-data` over account and host, and over processes, files, keys and connections where
the bundle stays in the organisation; those with a technique are a `sighting` of it, and carry the story's
line. The incident, a note with the whole story and a grouping hold them together. Names of hosts and
accounts are those of the logs: the marking says how far that may go. All objects of an incident are as old
as it and change with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.exports import stix_parts as parts
from gamekeeper.reports.exports.papers import markdown
from gamekeeper.reports.exports.readers import paper
from gamekeeper.reports.exports.stix_ids import latest, own_id, stamp
from gamekeeper.reports.exports.stix_seen import shown_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.incidents import Incident, Step
    from gamekeeper.reports.exports.base import Asked, Kept
    from gamekeeper.reports.exports.stix_parts import Object

#: Confidence in percent by the beginning of its word, as the standard maps estimative words.
_CONFIDENCE: Final = {
    "almost certain": 95,
    "very likely": 85,
    "likely": 70,
    "roughly even": 50,
    "unlikely": 30,
}
_MOST: Final = 999_999_999
#: Markings under which nothing leaves the organisation, but to readers who are named.
_INSIDE: Final = ("amber+strict", "red")


def export(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return the bundle of some incidents."""
    owner = parts.organisation(asked.organisation)
    objects = [owner]
    for one in kept:
        objects += _Bundled(one, owner, asked).objects()
    return dumps(parts.bundle(parts.marked(objects, asked.marking)), pretty=True) + b"\n"


class _Bundled:
    """The objects of one incident."""

    def __init__(self, kept: Kept, owner: Object, asked: Asked) -> None:
        self._kept = kept
        self._incident = kept.incident
        self._owner = owner
        self._asked = asked
        self._head = {"spec_version": "2.1", "created_by_ref": owner["id"], **parts.times(kept)}

    def objects(self) -> list[Object]:
        """Return all of them; what several incidents share has one id."""
        found = [*self._signals(), *_techniques(self._incident, self._owner)]
        incident = self._about()
        refs = list(dict.fromkeys(one["id"] for one in found))
        related = [self._related(incident, one) for one in found if one["type"] == "attack-pattern"]
        note = self._note(incident, refs)
        everything = [incident, *found, *related, note]
        return [*everything, self._grouping(incident, everything)]

    def _about(self) -> Object:
        one = self._incident
        return {
            "type": "incident",
            "id": own_id("incident", self._asked.organisation, one.id),
            **self._head,
            "name": one.headline,
            "description": f"{one.confidence.word}: {'; '.join(one.confidence.because)}",
            "confidence": _confidence(one.confidence.word),
            "labels": [f"severity:{one.severity}", f"status:{self._kept.standing.counts_as}"],
            "external_references": [{"source_name": "gamekeeper", "external_id": one.id}],
        }

    def _signals(self) -> Iterator[Object]:
        for place, step in enumerate(self._incident.steps):
            if step.kind is SignalKind.CONTEXT:
                continue
            seen = self._observables(step)
            if not seen:
                continue
            name = (self._incident.id, *(step.event_ids[:1] or (str(place),)), step.kind, step.text)
            yield from seen
            data = self._observed(step, seen, name)
            yield data
            if step.technique:
                yield from self._sighting(step, data, name)

    def _observables(self, step: Step) -> list[Object]:
        found = [parts.address_or_name(step.host)] if step.host else []
        found += [parts.account(step.account)] if step.account else []
        return found + (shown_in(step) if self._asked.marking in _INSIDE else [])

    def _observed(self, step: Step, seen: list[Object], name: tuple[str, ...]) -> Object:
        first = stamp(step.time, self._incident.first_seen)
        last = latest([first, stamp(step.last_time, step.time, self._incident.first_seen)])
        return {
            "type": "observed-data",
            "id": own_id("observed-data", *name),
            **self._head,
            "first_observed": first,
            "last_observed": last,
            "number_observed": min(max(step.count, 1), _MOST),
            "object_refs": [one["id"] for one in seen],
        }

    def _sighting(self, step: Step, data: Object, name: tuple[str, ...]) -> Iterator[Object]:
        number = parts.technique_of(step)
        found: Object = {
            "type": "sighting",
            "id": own_id("sighting", *name),
            **self._head,
            "description": step.text,
            "first_seen": data["first_observed"],
            "last_seen": data["last_observed"],
            "count": data["number_observed"],
            "sighting_of_ref": parts.technique_id(number, self._owner),
            "observed_data_refs": [data["id"]],
        }
        if step.tactic:
            found["labels"] = [f"tactic:{parts.tactic_of(step)}"]
        if step.host:
            host = parts.host(step.host, self._owner)
            yield host
            found["where_sighted_refs"] = [host["id"]]
        yield found

    def _related(self, incident: Object, technique: Object) -> Object:
        return {
            "type": "relationship",
            "id": own_id("relationship", incident["id"], technique["id"]),
            **self._head,
            "relationship_type": "related-to",
            "source_ref": incident["id"],
            "target_ref": technique["id"],
        }

    def _note(self, incident: Object, refs: list[str]) -> Object:
        return {
            "type": "note",
            "id": own_id("note", incident["id"]),
            **self._head,
            "abstract": self._incident.headline,
            "content": markdown(paper([self._kept], self._asked)),
            "authors": ["Gamekeeper"],
            "object_refs": [incident["id"], *refs[:1]],
        }

    def _grouping(self, incident: Object, objects: list[Object]) -> Object:
        return {
            "type": "grouping",
            "id": own_id("grouping", incident["id"]),
            **self._head,
            "name": f"Incident {self._incident.id}",
            "context": "suspicious-activity",
            "object_refs": list(dict.fromkeys(one["id"] for one in objects)),
        }


def _techniques(incident: Incident, owner: Object) -> list[Object]:
    """Return the techniques of an incident's signals."""
    signals = (step for step in incident.steps if step.kind is not SignalKind.CONTEXT)
    numbers = dict.fromkeys(parts.technique_of(step) for step in signals if step.technique)
    return [parts.technique(one, owner) for one in numbers]


def _confidence(word: str) -> int:
    return next((percent for begin, percent in _CONFIDENCE.items() if word.startswith(begin)), 50)
