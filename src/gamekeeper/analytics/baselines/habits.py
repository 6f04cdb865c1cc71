"""Habits in columns: for each the day on which it was first seen, and who else had it before or around
then.

All counts are of days before the habit's own first day, so that nothing explains itself, and what came
later explains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.analytics.baselines.base import Whose
from gamekeeper.analytics.baselines.marks import account_role, host_role
from gamekeeper.analytics.baselines.merging import changes, first_rows
from gamekeeper.analytics.baselines.registry import GATHERED
from gamekeeper.model.habits import SEEN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gamekeeper.analytics.baselines.merging import Seen

    Ints = NDArray[np.int64]

#: More than there are days.
SPAN: Final = 1 << 20
#: Days before and after within which others that show the same new thing make it a change of the network.
NEAR_DAYS: Final = 3
#: Habits that are kept of one host or account and baseline: the first ones. What is beyond is counted.
LIMIT: Final = 5_000
#: Rows above which habits beyond the limit are dropped from memory.
_PRUNE_ROWS: Final = 1_000_000

_WHOSE: Final = {baseline.name: baseline.whose for baseline in GATHERED}
NUMBERS: Final = {baseline.name: number for number, baseline in enumerate(GATHERED)}


@dataclass(frozen=True, slots=True)
class Cast:
    """Hosts and accounts by number, each with its role by number."""

    names: list[tuple[Whose, str]]
    roles: Ints
    role_names: list[str]

    @classmethod
    def of(cls, seen: Seen, given: Mapping[str, str]) -> Cast:
        """Return all that have habits. ``given``: roles of hosts as somebody said or as other logs show."""
        known: dict[tuple[Whose, str], int] = {}
        for batch in seen.batches():
            for whose, name in zip(*_whose(batch), strict=True):
                known.setdefault((whose, name), len(known))
        words = [_role(whose, name, seen, given) for whose, name in known]
        role_names = sorted(set(words))
        place = {word: number for number, word in enumerate(role_names)}
        roles = np.array([place[word] for word in words], np.int64)
        return cls(list(known), roles, role_names)

    def numbers(self) -> dict[tuple[Whose, str], int]:
        """Return the number of each."""
        return {one: number for number, one in enumerate(self.names)}


def _whose(batch: pa.RecordBatch) -> tuple[list[Whose], list[str]]:
    pairs = batch.select(["baseline", "who"])
    distinct = pa.Table.from_batches([pairs]).group_by(["baseline", "who"], use_threads=False)
    table = distinct.aggregate([])
    whose = [_WHOSE[name] for name in table.column("baseline").to_pylist()]
    return whose, table.column("who").to_pylist()


def _role(whose: Whose, name: str, seen: Seen, given: Mapping[str, str]) -> str:
    if whose is Whose.ACCOUNT:
        return account_role(seen.account_marks.get(name, ()))
    return given.get(name) or host_role(seen.host_marks.get(name, ()))


@dataclass(frozen=True, slots=True)
class Habits:
    """One row a habit (baseline, key, who). ``row``: where its first day stands among the rows of ``Seen``.

    ``all_*`` counts everybody, ``role_*`` those of the same role: days of theirs on which they had it
    before its first day here, how many had it by then, how many others began within ``NEAR_DAYS``.
    """

    baseline: Ints
    who: Ints
    day: Ints
    time: Ints
    row: Ints
    days: Ints
    all_days: Ints
    all_who: Ints
    all_near: Ints
    role_days: Ints
    role_who: Ints
    role_near: Ints

    def take(self, at: Ints) -> Habits:
        """Return some rows."""
        return Habits(*(getattr(self, name)[at] for name in self.__slots__))

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of everybody: habits, the days on which each could be seen, and what was left out."""

    cast: Cast
    habits: Habits
    active: Ints  # sorted: (baseline, who, day) packed by ``packed``
    overflow: dict[tuple[int, int], int]  # (baseline, who) → habits beyond the limit
    keys: Ints  # distinct keys, by baseline


def packed(*parts: Ints | int) -> Ints:
    """Return one number for a baseline, a host or account (or a role), and a day."""
    baseline, who, day = parts
    high = np.left_shift(np.asarray(baseline, np.int64), 52)
    result: Ints = high + np.left_shift(np.asarray(who, np.int64), 20) + np.asarray(day)
    return result


def learn(seen: Seen, cast: Cast) -> Learnt:
    """Return the habits in all rows."""
    numbers = cast.numbers()
    parts: list[Habits] = []
    active: list[Ints] = []
    overflow: dict[tuple[int, int], int] = {}
    keys = np.zeros(len(GATHERED), np.int64)
    at = waiting = 0
    for table in seen.tables():
        rows = _Rows.of(table, at, numbers, cast)
        parts.append(_habits(rows))
        active.append(np.unique(packed(rows.baseline, rows.who, rows.day)))
        _, starts = np.unique(rows.group, return_index=True)
        keys += np.bincount(rows.baseline[starts], minlength=len(keys))
        at += table.num_rows
        waiting += len(parts[-1])
        if waiting > _PRUNE_ROWS:
            parts = [_pruned(_joined(parts), overflow)]
            active = [np.unique(np.concatenate(active))]
            waiting = 0
    days = np.unique(np.concatenate(active)) if active else np.zeros(0, np.int64)
    return Learnt(cast, _pruned(_joined(parts), overflow), days, overflow, keys)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of whole habits. ``group``: baseline and key by number."""

    group: Ints
    baseline: Ints
    who: Ints
    role: Ints
    day: Ints
    time: Ints
    row: Ints
    roles: int

    @classmethod
    def of(
        cls, table: pa.Table, at: int, numbers: Mapping[tuple[Whose, str], int], cast: Cast
    ) -> _Rows:
        names = table.column("baseline").combine_chunks().dictionary_encode()
        whom = table.column("who").combine_chunks().dictionary_encode()
        baselines = [name.as_py() for name in names.dictionary]
        people = [name.as_py() for name in whom.dictionary]
        # Each pair of them that there may be: baselines are few.
        lookup = np.array(
            [[numbers.get((_WHOSE[name], who), -1) for who in people] for name in baselines]
        )
        which, who = names.indices.to_numpy(), whom.indices.to_numpy()
        number = lookup[which, who]
        return cls(
            np.cumsum(changes(table, ("baseline", "key"))) - 1,
            np.array([NUMBERS[name] for name in baselines], np.int64)[which],
            number,
            cast.roles[number],
            table.column("day").to_numpy().astype(np.int64),
            table.column("filetime").to_numpy(),
            np.arange(at, at + table.num_rows),
            len(cast.role_names),
        )


def _habits(rows: _Rows) -> Habits:
    order = np.lexsort((rows.day, rows.who, rows.group))
    group, who = rows.group[order], rows.who[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (group[1:] != group[:-1]) | (who[1:] != who[:-1])
    starts = np.flatnonzero(begins)
    days = np.diff(np.append(starts, len(order)))
    first = order[starts]
    day = rows.day[first]
    one = rows.group[first]
    same = one * rows.roles + rows.role[first]
    all_rows, role_rows = rows.group, rows.group * rows.roles + rows.role
    return Habits(
        rows.baseline[first],
        rows.who[first],
        day,
        rows.time[first],
        rows.row[first],
        days,
        _before(all_rows, rows.day, one, day),
        _before(one, day, one, day),
        _near(one, day),
        _before(role_rows, rows.day, same, day),
        _before(same, day, same, day),
        _near(same, day),
    )


def _before(groups: Ints, days: Ints, asked: Ints, day: Ints) -> Ints:
    """Return how many rows of each asked group lie before a day."""
    known = np.sort(groups * SPAN + days)
    found: Ints = np.searchsorted(known, asked * SPAN + day) - np.searchsorted(known, asked * SPAN)
    return found


def _near(groups: Ints, days: Ints) -> Ints:
    """Return how many others of a group lie within some days."""
    known = np.sort(groups * SPAN + days)
    at = groups * SPAN + days
    stop = np.searchsorted(known, at + NEAR_DAYS, side="right")
    found: Ints = stop - np.searchsorted(known, at - NEAR_DAYS) - 1
    return found


def _joined(parts: list[Habits]) -> Habits:
    if not parts:
        return Habits(*(np.zeros(0, np.int64) for _ in Habits.__slots__))
    columns = ([getattr(part, name) for part in parts] for name in Habits.__slots__)
    return Habits(*(np.concatenate(column) for column in columns))


def _pruned(habits: Habits, overflow: dict[tuple[int, int], int]) -> Habits:
    """Return the first habits of each host and account, and count the others: whatever order rows came in."""
    owner = packed(habits.baseline, habits.who, 0)
    order = np.lexsort((habits.row, habits.time, owner))
    sorted_owner = owner[order]
    begins = np.ones(len(order), bool)
    begins[1:] = sorted_owner[1:] != sorted_owner[:-1]
    starts = np.flatnonzero(begins)
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    beyond = order[rank >= LIMIT]
    for pair, count in zip(*np.unique(owner[beyond], return_counts=True), strict=True):
        key = int(pair) >> 52, (int(pair) >> 20) & 0xFFFFFFFF
        overflow[key] = overflow.get(key, 0) + int(count)
    return habits.take(np.sort(order[rank < LIMIT]))


def kept(seen: Seen, learnt: Learnt) -> Iterator[pa.RecordBatch]:
    """Yield the rows of habits within the limit. Only the first of each keeps its fingerprint."""
    firsts = np.sort(learnt.habits.row)
    place = SEEN_SCHEMA.get_field_index("fingerprint")
    at = 0
    for table in seen.tables():
        first = first_rows(table) + at
        stays = firsts[np.minimum(np.searchsorted(firsts, first), len(firsts) - 1)] == first
        cited = first == np.arange(at, at + table.num_rows)
        prints = pc.if_else(pa.array(cited), table.column("fingerprint"), None)
        told = table.set_column(place, SEEN_SCHEMA.field(place), prints)
        yield from told.filter(pa.array(stays)).to_batches()
        at += len(first)
