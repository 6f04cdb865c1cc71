"""Severity: the level of a rule, moved by what its host is worth. The table is ``content/severity.yml``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gamekeeper.content import load_yaml
from gamekeeper.errors import ContentError
from gamekeeper.model.context import CRITICALITY_NAMES
from gamekeeper.model.findings import LEVELS

if TYPE_CHECKING:
    from gamekeeper.model.context import Asset


def severity_of(level: str, asset: Asset | None) -> str:
    """Return the severity of a finding; a level that Sigma does not know stays as it is.

    >>> from gamekeeper.model.context import Asset
    >>> severity_of("medium", Asset("dc01", criticality=5)), severity_of("medium", None)
    ('high', 'medium')
    """
    if asset is None or asset.criticality is None or level not in LEVELS:
        return level
    place = LEVELS.index(level) - _steps()[asset.criticality]
    return LEVELS[min(max(place, 0), len(LEVELS) - 1)]


@cache
def _steps() -> dict[int, int]:
    steps = load_yaml("severity.yml")["criticality"]
    if set(steps) != set(CRITICALITY_NAMES):
        raise ContentError("severity.yml does not say what every criticality means")
    return {int(number): int(step) for number, step in steps.items()}
