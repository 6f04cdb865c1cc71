"""One incident as an Attack Flow 2: what was done, on what, and what followed on what.

On one host each action leads to the next in time, and a way from host to host leads from the last action
before it to the first behind it. That is order, not proof of cause; the flow's description says so. A
document of the format holds one flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.exports import stix_parts as parts
from gamekeeper.reports.exports.stix_ids import latest, own_id, stamp
from gamekeeper.reports.exports.stix_parts import Object
from gamekeeper.rules.attack import tactic_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.incidents import Incident, Step
    from gamekeeper.reports.exports.base import Asked, Kept

#: Actions of one flow: the heaviest.
ACTIONS: Final = 120
_EXTENSION: Final = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4"
_AUTHOR: Final = "identity--d673f8cb-c168-42da-8ed4-0cb26725f86c"
_PUBLISHED: Final = "2022-08-02T19:34:35.143Z"
_SCHEMA: Final = (
    "https://center-for-threat-informed-defense.github.io/attack-flow/stix/"
    "attack-flow-schema-2.0.0.json"
)
#: The published objects of the format, which each document carries.
_FORMAT: Final[tuple[Object, ...]] = (
    {
        "type": "extension-definition",
        "id": _EXTENSION,
        "spec_version": "2.1",
        "name": "Attack Flow",
        "description": "Extends STIX 2.1 with features to create Attack Flows.",
        "created": _PUBLISHED,
        "modified": _PUBLISHED,
        "created_by_ref": _AUTHOR,
        "schema": _SCHEMA,
        "version": "2.0.0",
        "extension_types": ["new-sdo"],
    },
    {
        "type": "identity",
        "spec_version": "2.1",
        "id": _AUTHOR,
        "created_by_ref": _AUTHOR,
        "created": _PUBLISHED,
        "modified": _PUBLISHED,
        "name": "MITRE Center for Threat-Informed Defense",
        "identity_class": "organization",
    },
)


def export(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return the flow of the first incident that has an action."""
    for one in kept:
        actions = _actions(one.incident)
        if actions:
            owner = parts.organisation(asked.organisation)
            objects = [*_FORMAT, owner, *_Flow(one, owner, actions).objects()]
            marked = parts.marked(objects, asked.marking)
            return dumps(parts.bundle(marked), pretty=True) + b"\n"
    raise UsageError("no incident here has a step with a technique: there is no flow to write")


@dataclass(frozen=True, slots=True)
class _Action:
    """One step that is an action, under its id."""

    id: str
    step: Step


def _actions(incident: Incident) -> list[_Action]:
    """Return the actions in order of time."""
    steps = [
        step
        for step in incident.steps
        if step.technique and step.kind in (SignalKind.MATCH, SignalKind.ANOMALY, SignalKind.BREAK)
    ]
    chosen = {id(step) for step in sorted(steps, key=lambda step: -step.bits)[:ACTIONS]}
    return [
        _Action(own_id("attack-action", incident.id, str(place), step.technique, step.text), step)
        for place, step in enumerate(step for step in steps if id(step) in chosen)
    ]


class _Flow:
    def __init__(self, kept: Kept, owner: Object, actions: Sequence[_Action]) -> None:
        self._incident = kept.incident
        self._owner = owner
        self._actions = actions
        self._head = {
            "spec_version": "2.1",
            "created_by_ref": owner["id"],
            **parts.times(kept),
            "extensions": {_EXTENSION: {"extension_type": "new-sdo"}},
        }

    def objects(self) -> list[Object]:
        """Return flow, actions, assets and what these point to."""
        effects = _effects(self._actions, self._incident)
        led_to = {name for names in effects.values() for name in names}
        starts = [one.id for one in self._actions if one.id not in led_to]
        found = [self._flow(starts)]
        for one in self._actions:
            found += self._action(one, effects[one.id])
        return found

    def _flow(self, starts: list[str]) -> Object:
        left = sum(step.kind is not SignalKind.CONTEXT for step in self._incident.steps)
        return {
            "type": "attack-flow",
            "id": own_id("attack-flow", self._owner["id"], self._incident.id),
            **self._head,
            "name": self._incident.headline,
            "description": (
                f"{len(self._actions)} of {left} signals of incident {self._incident.id}, by "
                "Gamekeeper. Effects are order in time on a host, and ways between hosts."
            ),
            "scope": "incident",
            "start_refs": starts,
            "external_references": [
                {"source_name": "gamekeeper", "external_id": self._incident.id}
            ],
        }

    def _action(self, one: _Action, effects: list[str]) -> list[Object]:
        step = one.step
        number, tactic = parts.technique_of(step), parts.tactic_of(step)
        known = parts.technique(number, self._owner)
        assets = self._assets(step)
        first = stamp(step.time, self._incident.first_seen)
        found: Object = {
            "type": "attack-action",
            "id": one.id,
            **self._head,
            "name": parts.technique_name(number),
            "technique_id": number,
            "technique_ref": known["id"],
            "description": step.text,
            "execution_start": first,
            "execution_end": latest([first, stamp(step.last_time, step.time)]),
        }
        if tactic:
            found["tactic_id"] = tactic_id(tactic)
        if assets:
            found["asset_refs"] = [one["id"] for one in assets if one["type"] == "attack-asset"]
        if effects:
            found["effect_refs"] = effects
        return [found, known, *assets]

    def _assets(self, step: Step) -> list[Object]:
        found = []
        if step.host:
            found.append((step.host, "host", parts.host(step.host, self._owner)))
        if step.account:
            found.append((step.account, "account", parts.account(step.account)))
        return [
            one
            for name, what, known in found
            for one in (
                {
                    "type": "attack-asset",
                    "id": own_id("attack-asset", self._incident.id, known["id"]),
                    **self._head,
                    "name": name,
                    "description": what,
                    "object_ref": known["id"],
                },
                known,
            )
        ]


def _effects(actions: Sequence[_Action], incident: Incident) -> dict[str, list[str]]:
    """Return what follows on each action: the next one there, and the first one where a way led."""
    found: dict[str, list[str]] = {one.id: [] for one in actions}
    by_host: dict[str, list[_Action]] = {}
    for one in actions:
        by_host.setdefault(one.step.host, []).append(one)
    for held in by_host.values():
        for one, following in pairwise(held):
            found[one.id].append(following.id)
    for hop in incident.hops:
        time = hop.time or 0
        before = [one for one in by_host.get(hop.from_host, ()) if (one.step.time or 0) <= time]
        behind = [one for one in by_host.get(hop.to_host, ()) if (one.step.time or 0) >= time]
        if before and behind and behind[0].id not in found[before[-1].id]:
            found[before[-1].id].append(behind[0].id)
    return found
