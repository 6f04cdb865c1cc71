"""What the events of steps say of entities: distinct values are read once, rows only carry codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.columnar.values import codes_of
from gamekeeper.engine.correlation.fields import Texts
from gamekeeper.model.ecs import ecs_columns
from gamekeeper.model.ecs.forms import FORMS
from gamekeeper.model.ecs.mapping import names as ecs_names
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.ir import Reading
    from gamekeeper.analytics.chains.plan import BoundStep
    from gamekeeper.model.events import EventBatch

    #: Each row's place among values, of which the last is None: that of -1.
    Said = tuple[NDArray[np.int64], list[str | None]]

Values = tuple[str | None, ...]

#: Characters of an entity's value that travel with an event.
_VALUE: Final = 1_000


class Read:
    """What the events of a batch say of the entities that some steps want."""

    def __init__(self, events: EventBatch, steps: Sequence[BoundStep]) -> None:
        readings = dict.fromkeys(r for step in steps for r in step.readings if r is not None)
        self._said = dict(_readings(events, list(readings)))

    def distinct(
        self, step: BoundStep, rows: NDArray[np.int64]
    ) -> tuple[list[Values], NDArray[np.int64]]:
        """Return the distinct values that rows have of the entities that their step wants, and each row's."""
        said = [None if r is None else self._said[r] for r in step.readings]
        place = np.zeros(len(rows), np.int64)
        for codes, values in (one for one in said if one is not None):
            place = np.unique(place * len(values) + codes[rows], return_inverse=True)[1]
        _, first, place = np.unique(place, return_index=True, return_inverse=True)
        examples = rows[first]
        columns = [
            [None] * len(first)
            if one is None
            else [one[1][code] for code in one[0][examples].tolist()]
            for one in said
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * len(first), place


def _readings(events: EventBatch, readings: Sequence[Reading]) -> Iterator[tuple[Reading, Said]]:
    ours = [reading for reading in readings if reading.name in ecs_names()]
    view = ecs_columns(events, list(dict.fromkeys(reading.name for reading in ours)))
    for reading in ours:
        yield reading, _said(reading, *_coded(view.column(reading.name)))
    others = [reading for reading in readings if reading.name not in ecs_names()]
    if others:
        rows = np.arange(len(events), dtype=np.int32)
        texts = Texts(events, rows, {reading.name for reading in others})
        for reading in others:
            yield reading, _said(reading, *_held(texts, fold(reading.name)))


def _held(texts: Texts, name: str) -> tuple[NDArray[np.integer], list[object]]:
    """Return the distinct values of a field by its folded name, and which each row has."""
    values = list(texts.column(name))
    for row in texts.extra_rows():
        values[row] = "\n".join(texts.event(row).get(name, ()))
    known: dict[object, int] = {}
    codes = np.array([known.setdefault(value, len(known)) for value in values], np.int64)
    return codes, list(known)


def _coded(column: pa.Array) -> tuple[NDArray[np.integer], list[object]]:
    coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    return codes_of(coded.indices), coded.dictionary.to_pylist()


def _said(reading: Reading, codes: NDArray[np.integer], values: Iterable[object]) -> Said:
    """Return entities: values that are the same entity get one place."""
    pattern = re.compile(reading.match, re.IGNORECASE) if reading.match else None
    known: dict[str, int] = {}
    places = []
    for value in values:
        entity = None if value is None else _entity(str(value), pattern, reading.form)
        places.append(-1 if entity is None else known.setdefault(entity, len(known)))
    lookup = np.array([*places, -1], np.int64)[codes]
    return lookup % (len(known) + 1), [*known, None]


def _entity(text: str, pattern: re.Pattern[str] | None, form: str) -> str | None:
    """Return the value of an entity: folded, since no two logs agree on case."""
    if pattern is not None:
        match = pattern.search(text)
        if match is None:
            return None
        text = match[1] if pattern.groups else match[0]
    if form:
        formed = FORMS[form].apply(text or "")
        text = "" if formed is None else str(formed)
    text = fold(text.strip())[:_VALUE]
    return None if text in {"", "-"} else text
