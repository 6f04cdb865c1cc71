"""What the events of steps say in the fields that the selections name: the evidence of a chain.

A step may be as common as a logon, so that all of it is columns: which fields a selection names is worked
out once for a dataset, and values are taken for all rows at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.correlation.fields import Texts
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, predicates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan

#: Characters of one field of an event, and fields, that travel with it.
_FIELD: Final = 600
_FIELDS: Final = 8


class Shown:
    """Says what events show for the rules of steps, which begin at ``first``."""

    def __init__(self, plan: Plan, first: int) -> None:
        self._names: dict[tuple[str, int], dict[str, None]] = {}
        for bound in plan.bound:
            if bound.rule >= first:
                names = self._names.setdefault((bound.route.dataset, bound.rule - first), {})
                for predicate in predicates(bound.condition):
                    names.setdefault(predicate.name)
                    if predicate.op in REFERENCES:
                        names.setdefault(predicate.value)

    def texts(
        self, events: EventBatch, steps: NDArray[np.int32], place: NDArray[np.int64]
    ) -> pa.Array:
        """Return a JSON object {field: value or list of values} for each step and place of an event."""
        names = {
            step: [name for name in self._names.get((events.dataset, step), ()) if name]
            for step in np.unique(steps).tolist()
        }
        rows = np.arange(len(events), dtype=np.int32)
        held = Texts(events, rows, {name for group in names.values() for name in group})
        known: dict[tuple[int, object], str] = {}
        found = []
        # A row at a time, over events of steps only; what equal events say is written once.
        for step, row in zip(steps.tolist(), place.tolist(), strict=True):
            key = (step, held.signatures[row] if held.is_plain(row) else row)
            text = known.get(key)
            if text is None:
                text = known[key] = _text(held, row, names[step])
            found.append(text)
        return pa.array(found, pa.utf8())


def _text(held: Texts, row: int, names: list[str]) -> str:
    event = held.event(row)
    fields: dict[str, object] = {}
    for name in names:
        values = [_cut(value) for value in event.get(fold(name), ())]
        if values and len(fields) < _FIELDS:
            fields[name] = values[0] if len(values) == 1 else values[:_FIELDS]
    return orjson.dumps(fields).decode()


def _cut(value: str) -> str:
    return value if len(value) <= _FIELD else value[:_FIELD] + "…"
