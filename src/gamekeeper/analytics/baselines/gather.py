"""What workers keep of events for baselines: one row a habit and day, with its first event.

Distinct values are brought into their form once, rows only carry codes, and what batches of a unit say of
one day is one row. The result does not depend on how events come in batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.analytics.baselines.base import HOST, HOURS, REST, WORDS, Whose
from gamekeeper.analytics.baselines.forms import FORMS, LOOKED_AT
from gamekeeper.analytics.baselines.merging import first_rows, once
from gamekeeper.analytics.baselines.registry import GATHERED
from gamekeeper.engine.columnar.values import codes_of, distinct_of
from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.model.fingerprint import fingerprints
from gamekeeper.model.habits import DAY, MARK, SEEN_KEY, SEEN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.analytics.baselines.base import Baseline, Frame, Look, Part
    from gamekeeper.model.events import EventBatch

    Codes = NDArray[np.int64]

_HOUR: Final = DAY // 24
#: Hours that count as one time of the day.
_SPAN: Final = 4
#: Bytes of values whose form is remembered, and what each takes beside its text; more are worked out anew.
_REMEMBERED: Final = 12 << 20
_ENTRY: Final = 150
_NOTHING: Final = -1

#: baseline, key, who.
Habit = tuple[str, str, str]
#: filetime, source, offset.
Place = tuple[int, int, int]


@cache
def _looks() -> dict[str, list[tuple[Baseline, Look]]]:
    """Return what is looked for, by dataset."""
    found: dict[str, list[tuple[Baseline, Look]]] = {}
    for baseline in GATHERED:
        for look in baseline.looks:
            found.setdefault(look.dataset, []).append((baseline, look))
    return found


class HabitRows:
    """Takes the events of one unit and leaves rows of what they show on disk."""

    def __init__(self, folder: Path, name: str) -> None:
        self._writer = RunWriter(folder, f"{name}-habits", SEEN_KEY, self._once)
        # Fingerprints cost more than all the rest, and only the very first event of a habit is ever cited.
        self._firsts: dict[Habit, tuple[Place, bytes]] = {}

    def add(self, batch: EventBatch, frame_of: Callable[[EventBatch], Frame]) -> None:
        """Keep what a batch shows; events without a time, stale and carved ones show nothing."""
        looks = _looks().get(batch.dataset)
        if looks is None or len(batch) == 0:
            return
        events = _Events(batch, frame_of(batch))
        wanted = [(baseline, look) for baseline, look in looks if len(events.rows(look.codes))]
        new: dict[Habit, tuple[Place, int]] = {}
        tables = []
        for baseline, look in wanted:
            shown = events.shown(baseline, look)
            if shown is None:
                continue
            tables.append(shown.table)
            for habit, place, row in shown.firsts:
                earliest = new.get(habit) or self._firsts.get(habit)
                if earliest is None or place < earliest[0]:
                    new[habit] = place, row
        if tables:
            self._cite(batch, new)
            # At once: what goes to disk takes its fingerprints along.
            self._writer.add(pa.concat_batches(tables))

    def _cite(self, batch: EventBatch, new: dict[Habit, tuple[Place, int]]) -> None:
        if not new:
            return
        rows, at = np.unique([row for _, row in new.values()], return_inverse=True)
        prints = fingerprints(batch, rows.astype(np.int32)).to_pylist()
        for (habit, (place, _)), cited in zip(new.items(), at.tolist(), strict=True):
            self._firsts[habit] = place, prints[cited]

    def finish(self) -> tuple[Run, ...]:
        """Write what waits and return the runs."""
        return self._writer.finish()

    def _once(self, table: pa.Table) -> pa.Table:
        """Return sorted rows with one a habit and day; only the first of each habit has its fingerprint."""
        table = once(table)
        firsts = np.flatnonzero(first_rows(table) == np.arange(table.num_rows))
        names = ("baseline", "key", "who")
        columns = (table.column(name).take(pa.array(firsts)).to_pylist() for name in names)
        cited = [self._firsts[habit][1] for habit in zip(*columns, strict=True)]
        at = np.full(table.num_rows, -1, np.int64)
        at[firsts] = np.arange(len(firsts))
        prints = pa.array(cited, pa.binary(16)).take(pa.array(at, mask=at < 0))
        place = SEEN_SCHEMA.get_field_index("fingerprint")
        self._firsts = {}
        return table.set_column(place, SEEN_SCHEMA.field(place), prints)


@dataclass(frozen=True, slots=True)
class _Coded:
    """Texts and, for each row, which of them it has; -1 for none."""

    texts: list[str]
    codes: Codes

    def take(self, at: Codes) -> _Coded:
        """Return some rows."""
        return _Coded(self.texts, self.codes[at])

    def words(self) -> list[str]:
        """Return the text of each row, an empty one for none."""
        texts = [*self.texts, ""]
        return [texts[code] for code in self.codes.tolist()]

    def column(self) -> pa.Array:
        """Return the same as a column."""
        at = np.where(self.codes < 0, len(self.texts), self.codes)
        return pa.array([*self.texts, ""], pa.utf8()).take(pa.array(at))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a look shows: rows of ``SEEN_SCHEMA``, and of each habit the first event and its row."""

    table: pa.RecordBatch
    firsts: list[tuple[Habit, Place, int]]


def _hours(times: NDArray[np.int64]) -> _Coded:
    """Return in which hours of a working day or a weekend (UTC) events happened; 1601 began on a Monday."""
    spans = 24 // _SPAN
    names = [f"{at * _SPAN:02}-{(at + 1) * _SPAN:02} UTC" for at in range(spans)]
    texts = [f"{kind}, {name}" for kind in ("working day", "weekend") for name in names]
    is_off = (times // DAY) % 7 >= 5
    return _Coded(texts, is_off * spans + (times % DAY) // (_SPAN * _HOUR))


class _Events:
    """The events of one batch, of which each value is read once for all baselines."""

    def __init__(self, batch: EventBatch, frame: Frame) -> None:
        self._table = batch.table
        self._frame = frame
        self._sources: Codes = batch.table.column("event.source").to_numpy()
        self._rows: dict[tuple[int, ...], Codes] = {}
        self._read: dict[tuple[Part, tuple[int, ...]], _Coded] = {}

    def rows(self, codes: tuple[int, ...]) -> Codes:
        """Return the rows of events with these numbers and a time, by time and place; all for none."""
        found = self._rows.get(codes)
        if found is None:
            found = self._frame.numbered(codes) if codes else self._frame.timed
            if codes and len(found):
                found = found[self._frame.times[found] >= 0]
            places = self._frame.offsets, self._sources, self._frame.times
            found = found[np.lexsort([place[found] for place in places])]
            self._rows[codes] = found
        return found

    def shown(self, baseline: Baseline, look: Look) -> _Shown | None:
        """Return the habits that a look shows, each day's first event; None where it shows nothing."""
        at = self._kept(look)
        if not len(at):
            return None
        owner, *parts = (self._coded(one, look.codes) for one in (look.who, *look.key))
        days = self._frame.times[self.rows(look.codes)[at]] // DAY
        codes = [coded.codes[at] for coded in (*parts, owner)]
        at = np.sort(at[_firsts([days - days.min(), *codes])])
        rows = self.rows(look.codes)[at]
        keys = _joined([part.take(at) for part in parts], look.word, len(at))
        whom = owner.take(at)
        numbers = [
            column[rows] for column in (self._frame.times, self._sources, self._frame.offsets)
        ]
        logs = self._frame.logs
        columns = {
            "baseline": pa.repeat(pa.scalar(baseline.name, pa.utf8()), len(rows)),
            "key": keys.column(),
            "day": pa.array(numbers[0] // DAY, pa.int32()),
            "who": whom.column(),
            **dict(zip(("filetime", "source", "offset"), map(pa.array, numbers), strict=True)),
            "host": _Coded(logs.host, logs.code[rows]).column(),
            "account": self._account(baseline, look, at, whom).column(),
            "fingerprint": pa.nulls(len(rows), pa.binary(16)),
            "now": pa.repeat(pa.scalar(value=True), len(rows)),
        }
        table = pa.RecordBatch.from_arrays(
            [columns[field.name].cast(field.type) for field in SEEN_SCHEMA], schema=SEEN_SCHEMA
        )
        firsts = np.sort(_firsts([keys.codes, whom.codes]))
        told = zip(keys.take(firsts).words(), whom.take(firsts).words(), strict=True)
        habits = ((baseline.name, key, who) for key, who in told)
        places = zip(*(column[firsts].tolist() for column in numbers), strict=True)
        return _Shown(table, list(zip(habits, places, rows[firsts].tolist(), strict=True)))

    def _kept(self, look: Look) -> Codes:
        """Return the places of rows in which all that is needed says something."""
        keep = np.ones(len(self.rows(look.codes)), bool)
        needed = (one for one in (look.who, *look.key) if one.is_needed)
        for one in (*look.only, *needed):
            keep &= self._coded(one, look.codes).codes >= 0
            if not keep.any():
                break  # what else it wants need not be read
        return np.flatnonzero(keep)

    def _account(self, baseline: Baseline, look: Look, at: Codes, who: _Coded) -> _Coded:
        if baseline.whose is Whose.ACCOUNT:
            return who
        if look.account is None:
            return _Coded([], np.full(len(at), _NOTHING, np.int64))
        return self._coded(look.account, look.codes).take(at)

    def _coded(self, one: Part, codes: tuple[int, ...]) -> _Coded:
        """Return the values of the rows with some numbers, in their form."""
        found = self._read.get((one, codes))
        if found is None:
            rows = self.rows(codes)
            columns = [self._column(name, one.form, rows) for name in one.columns]
            found = columns[0]
            for other in columns[1:]:
                both = np.where(found.codes >= 0, found.codes, other.codes + len(found.texts))
                both[(found.codes < 0) & (other.codes < 0)] = _NOTHING
                found = _Coded([*found.texts, *other.texts], both)
            self._read[one, codes] = found
        return found

    def _column(self, name: str, form: str, rows: Codes) -> _Coded:
        if name == HOST:
            return _Coded(self._frame.logs.host, self._frame.logs.code[rows])
        if name == HOURS:
            return _hours(self._frame.times[rows])
        if name.startswith(WORDS):
            return _Coded([name.removeprefix(WORDS)], np.zeros(len(rows), np.int64))
        if name.startswith(REST):
            return self._rest(name.removeprefix(REST), form, rows)
        column = self._table.column(name)
        codes = codes_of(column.indices)[rows]
        used, place = distinct_of(codes + 1, len(column.dictionary) + 1)
        # The first place stands for nothing at all.
        texts = [""] if len(used) and used[0] == 0 else []
        texts += column.dictionary.take(pa.array(used[len(texts) :] - 1)).to_pylist()
        return _formed(texts, place, form)

    def _rest(self, name: str, form: str, rows: Codes) -> _Coded:
        """Read a field that has no column: only of events that are rare."""
        told = self._table.column("event.rest").take(pa.array(rows)).to_pylist()
        texts = [
            MARK.join(pair["value"] or "" for pair in pairs if pair["name"] == name)
            for pairs in told
        ]
        return _formed(texts, np.arange(len(rows)), form)


def _formed(texts: list[str], place: Codes, form: str) -> _Coded:
    """Return distinct texts in their form."""
    memory = _MEMORIES.setdefault(form, _Memory(FORMS[form]))
    known: dict[str, int] = {}
    formed = [memory[text[:LOOKED_AT]] for text in texts]
    lookup = [known.setdefault(one, len(known)) if one else _NOTHING for one in formed]
    return _Coded(list(known), np.array(lookup, np.int64)[place])


class _Memory(dict[str, str]):
    """Values and their forms: programs and accounts come back in every batch."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form
        self._forms: dict[str, str] = {}  # each once: many values have one form
        self._held = 0

    def __missing__(self, text: str) -> str:
        if self._held > _REMEMBERED:
            self.clear()
            self._forms.clear()
            self._held = 0
        formed = self._form(text).replace(MARK, " ")
        if formed not in self._forms:
            self._forms[formed] = formed
            self._held += len(formed) + _ENTRY
        self._held += len(text) + _ENTRY
        found = self[text] = self._forms[formed]
        return found


_MEMORIES: Final[dict[str, _Memory]] = {}


def _firsts(parts: list[Codes]) -> Codes:
    """Return the first row of each group of equal parts, which are codes from -1 on."""
    group = _grouped(parts)
    first = np.empty(int(group.max()) + 1, np.int64)
    # Backwards, so that the first row of a group is written last.
    first[group[::-1]] = np.arange(len(group))[::-1]
    return first


def _grouped(parts: list[Codes]) -> Codes:
    """Return for each row the number of its group of equal parts."""
    group = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        width = int(part.max()) + 2
        _, group = distinct_of(group * width + part + 1, (int(group.max()) + 1) * width)
    return group


def _joined(parts: list[_Coded], word: str, rows: int) -> _Coded:
    """Return the keys of some rows: a word, where there is one, and the parts."""
    if not parts:
        return _Coded([word], np.zeros(rows, np.int64))
    codes = [part.codes for part in parts]
    firsts = _firsts(codes)
    words = [part.take(firsts).words() for part in parts]
    words = [[word] * len(firsts), *words] if word else words
    return _Coded([MARK.join(texts) for texts in zip(*words, strict=True)], _grouped(codes))
