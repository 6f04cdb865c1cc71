from __future__ import annotations

from gamekeeper.model.findings import MATCH_SCHEMA, SUPPRESSED_SCHEMA, Finding


def finding(**given: str) -> Finding:
    return Finding("i", "r", "t", "high", (), (), "h", "a", "s", 1, 1, None, None, **given)  # type: ignore[arg-type]


def test_severity_is_the_level_unless_said_otherwise() -> None:
    assert finding().severity == "high"
    assert finding(severity="low").severity == "low"


def test_suppressed_matches_are_matches_with_their_entry() -> None:
    assert SUPPRESSED_SCHEMA.names == [*MATCH_SCHEMA.names, "allowance"]
