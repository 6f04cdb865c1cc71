"""Incidents as a layer for the ATT&CK Navigator: which techniques were seen, and how much each says.

The score is the bits of the heaviest signal whose main technique it is. Rules name further ones beside their
main one: those stand there with a score of 0, so that all techniques of an incident are in the layer. Ids are
those of ATT&CK v18, which released Navigators speak; techniques of ICS belong to another domain: the
description names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.exports.stix_parts import tactic_of, technique_of
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.model.incidents import Step
    from gamekeeper.reports.exports.base import Asked, Kept

_ICS: Final = "T0"
#: Incidents that one comment names.
_NAMED: Final = 5


def export(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return the layer of some incidents."""
    found = _main(kept)
    most = max((step.bits for steps in found.values() for _, step in steps), default=1.0)
    beside = _beside(kept, found)
    rows = [_technique(number, steps) for number, steps in found.items()]
    rows += [_named(number, names) for number, names in beside.items()]
    ics = sorted(str(row["techniqueID"]) for row in rows if row["techniqueID"].startswith(_ICS))
    apart = f"Of ICS, which have no place here: {', '.join(ics)}. " if ics else ""
    layer = {
        "name": "What incidents show",
        "versions": {"attack": "18", "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": (
            f"Techniques of {len(kept)} incidents; the score is the bits of the heaviest signal, 0 for what "
            f"rules name beside. {apart}"
            f"TLP:{asked.marking.upper()}"
        ),
        "gradient": {
            "colors": ["#ffe9a8", "#a1123f"],
            "minValue": 0,
            "maxValue": round(max(1.0, most), 1),
        },
        "techniques": sorted(
            (row for row in rows if row["techniqueID"] not in ics),
            key=lambda row: row["techniqueID"],
        ),
    }
    return dumps(layer, pretty=True) + b"\n"


def _main(kept: Sequence[Kept]) -> dict[str, list[tuple[str, Step]]]:
    """Return the signals of each main technique, with the ids of their incidents."""
    found: dict[str, list[tuple[str, Step]]] = {}
    for one in kept:
        for step in one.incident.steps:
            number = technique_of(step)
            if number and step.kind is not SignalKind.CONTEXT:
                found.setdefault(number, []).append((one.incident.id, step))
    return found


def _beside(kept: Sequence[Kept], main: Mapping[str, object]) -> dict[str, list[str]]:
    """Return techniques that are no signal's main one, with the ids of their incidents."""
    found: dict[str, dict[str, None]] = {}
    for one in kept:
        incident = one.incident
        steps = (step for step in incident.steps if step.kind is not SignalKind.CONTEXT)
        named = (*incident.techniques, *(name for step in steps for name in step.techniques))
        for number in in_v18(Attack((), named)).techniques:
            if number not in main:
                found.setdefault(number, {})[incident.id] = None
    return {number: list(names) for number, names in found.items()}


def _technique(number: str, steps: Sequence[tuple[str, Step]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for name, _ in steps))
    tactics = {tactic_of(step) for _, step in steps if step.tactic}
    row = _row(
        number, max(step.bits for _, step in steps), f"{len(steps)} signals in {_few(names)}"
    )
    # One entry stands for all tactics of a technique unless only one was seen.
    return {**row, "tactic": tactics.pop()} if len(tactics) == 1 else row


def _named(number: str, names: Sequence[str]) -> dict[str, Any]:
    return _row(number, 0.0, f"named by rules beside another technique in {_few(names)}")


def _row(number: str, bits: float, comment: str) -> dict[str, Any]:
    return {
        "techniqueID": number,
        "score": round(bits, 1),
        "comment": comment,
        "enabled": True,
        "showSubtechniques": True,
    }


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
