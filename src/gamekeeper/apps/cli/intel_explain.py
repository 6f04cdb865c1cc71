"""``gamekeeper intel explain``: what the evidence of given techniques says about who it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.intel_output import held, shown
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.intel.attribution import attribute
from gamekeeper.intel.facts import is_technique
from gamekeeper.intel.procedures import procedures
from gamekeeper.model.attribution import Observation
from gamekeeper.reports.intelligence import explained_json, explained_lines
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print what was asked for, with weights."""
    values = Values(typed)
    answer = attribute([observation(values)], held())
    top = values.count("intel_top")
    return shown(values, explained_lines(answer, top), explained_json(answer, top))


def observation(values: Values) -> Observation:
    """Return what was typed; raise UsageError for what is neither a technique nor a procedure."""
    known = procedures().by_id
    given = [name.strip().upper() for name in values.texts("intel_techniques")]
    for name in given:
        if not is_technique(name) and name not in known:
            raise UsageError(
                f"{name!r} is neither a technique (T1003.003) nor a procedure (VT-CA-01)"
                f"{near(name, known)}"
            )
    return Observation(
        techniques=tuple(filter(is_technique, given)),
        procedures=tuple(name for name in given if name in known),
        tools=values.texts("intel_tool"),
        texts=values.texts("intel_text"),
    )
