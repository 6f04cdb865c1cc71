"""The list of checks, from ``checks.yml``, and how each kind looks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.visibility.checks import keeping, records, surroundings, wholeness
from gamekeeper.visibility.checks.look import Row, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.model.visibility import CheckResult
    from gamekeeper.visibility.checks.look import Found, Look

KINDS: Final[dict[str, Callable[[Row, Look], Found]]] = {
    "logs": records.of_logs,
    "field": records.of_field,
    "never": records.of_never,
    "matrix": records.of_matrix,
    "days": keeping.of_days,
    "size": keeping.of_size,
    "breaks": wholeness.of_breaks,
    "silence": wholeness.of_silence,
    "clock": wholeness.of_clock,
    "rejects": wholeness.of_rejects,
    "outside": surroundings.of_outside,
    "nothing": surroundings.of_nothing,
    "roles": surroundings.of_roles,
    "value": surroundings.of_value,
}


@cache
def rows() -> tuple[Row, ...]:
    """Return all checks in their order."""
    return tuple(
        Row(name, row["title"], row["kind"], row)
        for name, row in content.load_yaml("visibility/checks.yml").items()
    )


def results(look: Look) -> tuple[CheckResult, ...]:
    """Run all checks."""
    return tuple(stated(row, KINDS[row.kind](row, look), look) for row in rows())
