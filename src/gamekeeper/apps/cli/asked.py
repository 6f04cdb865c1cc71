"""Which rules a command of the desk is about, and what is changed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.hunt.request import Request
from gamekeeper.rules.changes import Wanted, wanted

if TYPE_CHECKING:
    from gamekeeper.apps.cli.values import Values


def asked(values: Values, rules: tuple[str, ...] | None = None) -> Request:
    """Return the request for the rules that were named, or for others."""
    return Request(
        ("-",),
        rules=values.texts("rules") if rules is None else rules,
        pipelines=values.texts("pipeline"),
        placeholders=values.text("placeholders"),
    )


def changes_of(values: Values) -> Wanted:
    """Return the pipelines and placeholders that were named."""
    return wanted(values.texts("pipeline"), values.text("placeholders"))
