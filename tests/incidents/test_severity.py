from __future__ import annotations

import pytest

from gamekeeper.incidents.severity import severity_of
from gamekeeper.model.context import CRITICALITY_NAMES, Asset
from gamekeeper.model.findings import LEVELS


@pytest.mark.parametrize(
    ("level", "criticality", "severity"),
    [
        ("medium", 5, "high"),
        ("critical", 5, "critical"),
        ("medium", 3, "medium"),
        ("medium", 1, "low"),
        ("informational", 1, "informational"),
        ("medium", None, "medium"),
        ("urgent", 5, "urgent"),
    ],
)
def test_the_table_moves_a_level(level: str, criticality: int | None, severity: str) -> None:
    assert severity_of(level, Asset("h", criticality=criticality)) == severity


def test_every_criticality_keeps_every_level_on_the_scale() -> None:
    for number in CRITICALITY_NAMES:
        assert {severity_of(level, Asset("h", criticality=number)) for level in LEVELS} <= set(
            LEVELS
        )


def test_an_unknown_host_changes_nothing() -> None:
    assert severity_of("low", None) == "low"
