"""``coverage_layer.json``: a layer for the ATT&CK Navigator that shows where the logs are blind.

The layer's score is the share of hosts and days on which a technique would have been seen, in percent.
Ids are those of ATT&CK v18, which released Navigators speak; ICS techniques belong to another domain and
stay in ``visibility.json``.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from gamekeeper.incidents.json_text import dumps
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from gamekeeper.model.results import HuntResult
    from gamekeeper.model.visibility import Coverage

NAME = "coverage_layer.json"

_GRADIENT: Final = {"colors": ["#d64545", "#f2c14e", "#4a9c6d"], "minValue": 0, "maxValue": 100}
_ICS: Final = "T0"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write the layer; one without techniques where nobody looked."""
    stream.write(dumps(as_json(result), pretty=True) + b"\n")


def as_json(result: HuntResult) -> dict[str, object]:
    """Return the layer."""
    seen = result.visibility
    techniques = seen.techniques if seen else ()
    return {
        "name": "What these logs could have shown",
        "versions": {"attack": "18", "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": "Share of hosts and days on which each technique would have been seen in these logs.",
        "gradient": _GRADIENT,
        "legendItems": [
            {"label": "seen if it happened", "color": "#4a9c6d"},
            {"label": "blind", "color": "#d64545"},
        ],
        "techniques": [_technique(one) for one in techniques if not one.id.startswith(_ICS)],
    }


def _technique(one: Coverage) -> dict[str, object]:
    blind, partly, seen = one.host_days
    asked = blind + partly + seen
    row: dict[str, object] = {
        "techniqueID": in_v18(Attack((), (one.id,))).techniques[0],
        "comment": one.because
        or f"of {asked:,} host-days {seen:,} seen, {partly:,} partly, {blind:,} blind",
        "enabled": bool(asked),
    }
    if asked:
        row["score"] = round(100 * (seen + partly / 2) / asked)
    return row
