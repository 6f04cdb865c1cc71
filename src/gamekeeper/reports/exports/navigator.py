"""Incidents as a layer for the ATT&CK Navigator: which techniques were seen, and how much each says.

The score is the bits of the heaviest signal of a technique. Ids are those of ATT&CK v18, which released
Navigators speak; techniques of ICS belong to another domain and are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.exports.stix_parts import tactic_of, technique_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.incidents import Step
    from gamekeeper.reports.exports.base import Asked, Kept

_ICS: Final = "T0"
#: Incidents that one comment names.
_NAMED: Final = 5


def export(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return the layer of some incidents."""
    found: dict[str, list[tuple[str, Step]]] = {}
    for one in kept:
        for step in one.incident.steps:
            number = technique_of(step)
            if number and not number.startswith(_ICS) and step.kind is not SignalKind.CONTEXT:
                found.setdefault(number, []).append((one.incident.id, step))
    most = max((step.bits for steps in found.values() for _, step in steps), default=1.0)
    layer = {
        "name": "What incidents show",
        "versions": {"attack": "18", "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": (
            f"Techniques of {len(kept)} incidents; the score is the bits of the heaviest signal. "
            f"TLP:{asked.marking.upper()}"
        ),
        "gradient": {
            "colors": ["#ffe9a8", "#a1123f"],
            "minValue": 0,
            "maxValue": round(max(1.0, most), 1),
        },
        "techniques": [_technique(number, steps) for number, steps in sorted(found.items())],
    }
    return dumps(layer, pretty=True) + b"\n"


def _technique(number: str, steps: Sequence[tuple[str, Step]]) -> dict[str, Any]:
    incidents = list(dict.fromkeys(name for name, _ in steps))
    more = f" and {len(incidents) - _NAMED} more" if len(incidents) > _NAMED else ""
    said = f"{len(steps)} signals in {', '.join(incidents[:_NAMED])}{more}"
    tactics = {tactic_of(step) for _, step in steps if step.tactic}
    row: dict[str, Any] = {
        "techniqueID": number,
        "score": round(max(step.bits for _, step in steps), 1),
        "comment": said,
        "enabled": True,
        "showSubtechniques": True,
    }
    # One entry stands for all tactics of a technique unless only one was seen.
    return {**row, "tactic": tactics.pop()} if len(tactics) == 1 else row
