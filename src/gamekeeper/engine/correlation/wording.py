"""What a correlation's match says of itself: one line that tells what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.rules.correlation_ir import CorrelationType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.engine.correlation.windows import Measure
    from gamekeeper.rules.plan import BoundCorrelation

_SIGNS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "=", "neq": "!="}
#: Characters of one value that are shown.
_SHOWN: Final = 200


def why(
    bound: BoundCorrelation, measured: Measure, values: Sequence[str | None], titles: Sequence[str]
) -> str:
    """Return the match's ``why``, a JSON list; ``titles`` are those of the rules by role."""
    given = bound.correlation
    told = " ".join(part for part in (_counted(bound, measured, titles), f"in {given.timespan}"))
    group = ", ".join(
        f"{bound.wanted[place]}={(values[place] or '')[:_SHOWN]}" for place in bound.group
    )
    return _json([f"{told} by {group}" if group else told])


def fields(bound: BoundCorrelation, values: Sequence[str | None]) -> str:
    """Return the match's ``fields``, a JSON object: what its events have in common."""
    return _json({bound.wanted[place]: values[place] for place in bound.group})


def _counted(bound: BoundCorrelation, measured: Measure, titles: Sequence[str]) -> str:
    given = bound.correlation
    if given.type is CorrelationType.ABSENCE:
        return f"absence of {' and '.join(map(repr, titles[1:]))} after {titles[0]!r}"
    if given.type is CorrelationType.TEMPORAL_ORDERED:
        return f"temporal_ordered {' then '.join(map(repr, titles))}"
    if given.expression:
        return f"temporal {' '.join(given.expression.split())[:_SHOWN]}"
    limits = " and ".join(f"{_SIGNS[limit.op]} {limit.number}" for limit in given.limits)
    what = f" of {', '.join(given.fields)}" if given.fields else ""
    share = f" {given.percentile}" if given.type is CorrelationType.VALUE_PERCENTILE else ""
    rules = " rules" if given.type is CorrelationType.TEMPORAL else ""
    return f"{given.type}{share}{what} {_number(measured)}{rules} {limits}"


def _number(measured: Measure) -> str:
    if measured is None or isinstance(measured, int):
        return str(measured)
    number = float(measured)
    return str(int(number)) if number.is_integer() else f"{number:.6g}"


def _json(content: object) -> str:
    return orjson.dumps(content).decode()
