"""Which events each log has on each day, and what they say: the ground of what could have been seen.

One row for a host, channel, provider, event id and day, and one more for each declared field that some of
them fill. Every row names one record as an example. What is counted is ``content/integrity/presence.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper import content
from gamekeeper.engine.columnar.values import codes_of, distinct_of
from gamekeeper.engine.presence import SILENT
from gamekeeper.integrity.gathering.frames import first_of_each, frame_of
from gamekeeper.integrity.gathering.groups import coded
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

    Codes = NDArray[np.int64]

DAY: Final = 24 * HOUR

#: ``code``: EventID, -1 where there is none; ``variant``: what tells events of one number apart, or "";
#: ``day``: FILETIME of its start; ``field``: "" for all events, else those that say something in the field.
SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("provider", pa.utf8(), nullable=False),
        pa.field("code", pa.int32(), nullable=False),
        pa.field("variant", pa.utf8(), nullable=False),
        pa.field("field", pa.utf8(), nullable=False),
        pa.field("day", pa.int64(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
    ]
)
_SAME: Final = ("host", "channel", "provider", "code", "variant", "field", "day")


@dataclass(frozen=True, slots=True)
class Watched:
    """What is counted of the events of one channel and number."""

    fields: tuple[str, ...]
    by: str
    values: tuple[str, ...]
    contains: tuple[tuple[str, str], ...]  # name, folded part of a value

    def names(self) -> list[str]:
        """Return the variants by their number, which starts at 1."""
        return [*self.values, *(name for name, _ in self.contains)]

    def variant(self, value: str | None) -> int:
        """Return the number of the variant that a value means, 0 for none."""
        if value in self.values:
            return self.values.index(value) + 1
        folded = fold(value or "")
        found = (n for n, (_, part) in enumerate(self.contains, 1) if part in folded)
        return next(found, 0)


@cache
def watched() -> dict[tuple[str, int], Watched]:
    """Return what is counted, by folded channel and event id."""
    return {
        (fold(channel), code): Watched(
            tuple(row.get("fields", ())),
            row.get("by", ""),
            tuple(row.get("values", ())),
            tuple((name, fold(part)) for name, part in row.get("contains", {}).items()),
        )
        for channel, rows in content.load_yaml("integrity/presence.yml").items()
        for code, row in rows.items()
    }


class Presence:
    """Gathers counts by event id and day; events without a time have none."""

    name = "presence"
    schema = SCHEMA
    key = (*_SAME, "source", "offset")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the rows of a batch."""
        frame = frame_of(batch)
        rows = frame.timed
        if not len(rows):
            return None
        kinds = _Kinds(frame)
        day = frame.times[rows] // DAY
        first = int(day.min())
        days = int(day.max()) - first + 1
        day -= first
        parts = [
            (name, *_counted(rows[at], kind * days + day[at], len(kinds) * days))
            for name, at, kind in kinds.parts()
            if len(at)
        ]
        fields = pa.array([name for name, *_ in parts], pa.utf8())
        which = np.repeat(np.arange(len(parts)), [len(groups) for _, groups, _, _ in parts])
        groups, counts, example = (np.concatenate([part[at] for part in parts]) for at in (1, 2, 3))
        columns = [
            *kinds.names(groups // days),
            fields.take(pa.array(which)),
            pa.array((groups % days + first) * DAY),
            pa.array(counts),
            frame.integers("event.source", example),
            pa.array(frame.offsets[example]),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)

    def whole(self, rows: pa.Table) -> pa.Table:
        """Add up what batches say of one day; the first record stands for all.

        Not by ``group_by``, which gives groups in an order of its own.
        """
        starts = np.flatnonzero(first_of_each(_plain(rows[name]) for name in _SAME))
        if not len(starts):
            return rows
        found = rows.take(pa.array(starts))
        events = pa.array(np.add.reduceat(rows["events"].to_numpy(), starts))
        place = SCHEMA.get_field_index("events")
        return found.set_column(place, SCHEMA.field(place), events)


def _plain(column: pa.ChunkedArray) -> Codes:
    """Return numbers that are equal where the values of a column are."""
    if pa.types.is_string(column.type):
        column = column.combine_chunks().dictionary_encode().indices
    found: Codes = column.to_numpy()
    return found


def _counted(rows: Codes, keys: Codes, limit: int) -> tuple[Codes, Codes, Codes]:
    """Return the distinct keys of some rows, how many rows have each, and the first row that has it."""
    groups, group = distinct_of(keys, limit)
    example = np.empty(len(groups), np.int64)
    example[group[::-1]] = rows[::-1]
    return groups, np.bincount(group, minlength=len(groups)), example


class _Kinds:
    """The kinds of event in a batch: log, provider, number and variant."""

    def __init__(self, frame: Frame) -> None:
        self.table = frame.table
        self._rows = frame.timed
        self._logs = frame.logs
        log = frame.logs.code[self._rows]
        names, provider = coded(self.table.column("Provider_Name"), fold)
        self._providers = [*names, ""]
        self._numbers, number = frame.numbers
        width = len(self._providers) * len(self._numbers)
        packed = log * len(self._providers) + provider[self._rows] % len(self._providers)
        packed = packed * len(self._numbers) + number[self._rows]
        self._kinds, self._kind = distinct_of(packed, (int(log.max()) + 1) * width)
        self._watched = self._all_watched()
        self._variants = 1 + max((len(one.names()) for one in self._watched.values()), default=0)
        self._full = self._kind * self._variants + self._variant()

    def __len__(self) -> int:
        return len(self._kinds) * self._variants

    def _split(self, kind: Codes) -> tuple[Codes, Codes, Codes]:
        rest, number = np.divmod(self._kinds[kind], len(self._numbers))
        log, provider = np.divmod(rest, len(self._providers))
        return log, provider, number

    def _all_watched(self) -> dict[int, Watched]:
        """Return what is counted, by kind."""
        log, _, number = self._split(np.arange(len(self._kinds)))
        pairs = zip(log.tolist(), self._numbers[number].tolist(), strict=True)
        found = (watched().get((self._logs.channel[at], code)) for at, code in pairs)
        return {kind: one for kind, one in enumerate(found) if one is not None}

    def _of(self, chosen: list[int]) -> Codes:
        """Return which of the rows are of these kinds, as positions."""
        is_chosen = np.zeros(len(self._kinds), bool)
        is_chosen[chosen] = True
        return np.flatnonzero(is_chosen[self._kind])

    def _variant(self) -> Codes:
        variant = np.zeros(len(self._rows), np.int64)
        by_watch = _grouped(self._watched, lambda one: (one.by, one.values, one.contains))
        for (by, _, _), kinds in by_watch.items():
            if not by:
                continue
            at = self._of(kinds)
            column = self.table.column(by)
            watch = self._watched[kinds[0]]
            asked = codes_of(column.indices)[self._rows[at]]
            lookup = np.zeros(len(column.dictionary) + 1, np.int64)
            for code in np.unique(asked[asked >= 0]).tolist():
                lookup[code] = watch.variant(column.dictionary[code].as_py())
            variant[at] = lookup[asked]
        return variant

    def parts(self) -> Iterator[tuple[str, Codes, Codes]]:
        """Yield a field, the positions of the rows that say something in it, and their kinds."""
        yield "", np.arange(len(self._rows)), self._full
        by_field: dict[str, list[int]] = {}
        for kind, one in self._watched.items():
            for field in one.fields:
                by_field.setdefault(field, []).append(kind)
        for field, kinds in by_field.items():
            column = self.table.column(field)
            if column.null_count == len(column):
                continue
            at = self._of(kinds)
            at = at[_says(column)[codes_of(column.indices)[self._rows[at]]]]
            yield field, at, self._full[at]

    def names(self, full: Codes) -> list[pa.Array]:
        """Return host, channel, provider, number and variant of kinds."""
        kind, variant = np.divmod(full, self._variants)
        log, provider, number = self._split(kind)
        words = [""] * len(full)
        for at in np.flatnonzero(variant).tolist():
            words[at] = self._watched[int(kind[at])].names()[int(variant[at]) - 1]
        return [
            *self._logs.columns(log)[:2],
            pa.array(self._providers, pa.utf8()).take(pa.array(provider)),
            pa.array(self._numbers[number].astype(np.int32)),
            pa.array(words, pa.utf8()),
        ]


def _grouped(
    watched_kinds: dict[int, Watched], form: Callable[[Watched], tuple[object, ...]]
) -> dict[tuple[object, ...], list[int]]:
    found: dict[tuple[object, ...], list[int]] = {}
    for kind, one in watched_kinds.items():
        found.setdefault(form(one), []).append(kind)
    return found


def _says(column: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Return for each distinct text whether it says something; the last, -1, does not."""
    texts = column.dictionary
    says = np.ones(len(texts) + 1, bool)
    says[-1] = False
    _, offsets, _ = texts.buffers()
    starts = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    for code in np.flatnonzero(starts[1:] - starts[:-1] <= 1).tolist():
        says[code] = texts[code].as_py() not in (*SILENT, None)
    return says
