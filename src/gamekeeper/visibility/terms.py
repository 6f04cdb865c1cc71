"""What a question needs, as a term over *atoms*: things that are so or not so on a host on a day.

A value is a sight: 0 blind, 1 partly, 2 seen. "All of these" is the least of its parts, "any of these" the
greatest, "n of these" the n-th greatest: one rule gives the sight of every behaviour and chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that is so or not: a row of the values."""

    row: int


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast:
    """So many of the parts. Made by ``at_least``: equal ones are the same one, and keys of caches."""

    number: int
    parts: tuple[Term, ...]


Term: TypeAlias = Atom | AtLeast


@cache
def at_least(number: int, parts: tuple[Term, ...]) -> Term:
    """Return a term that needs so many of the parts."""
    return parts[0] if number == len(parts) == 1 else AtLeast(number, parts)


NEVER = at_least(1, ())


def all_of(parts: Iterable[Term]) -> Term:
    """Return a term that needs all parts."""
    found = tuple(dict.fromkeys(parts))
    return at_least(len(found), found)


def any_of(parts: Iterable[Term]) -> Term:
    """Return a term that needs one of the parts; without parts nothing helps."""
    found = tuple(dict.fromkeys(parts))
    return at_least(1, found)


class Sights:
    """Sights of terms in each column of some values; parts that terms share are looked at once.

    >>> values = np.array([[2, 2], [0, 1]], np.int8)
    >>> Sights(values).of(at_least(2, (Atom(0), Atom(1)))).tolist()
    [0, 1]
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self._known: dict[Term, Values] = {}

    def of(self, term: Term) -> Values:
        """Return the sight of a term."""
        if isinstance(term, Atom):
            row: Values = self.values[term.row]
            return row
        if term not in self._known:
            self._known[term] = self._new(term)
        return self._known[term]

    def _new(self, term: AtLeast) -> Values:
        if term.number <= 0:
            return np.full(self.values.shape[1], 2, np.int8)
        if term.number > len(term.parts):
            return np.zeros(self.values.shape[1], np.int8)
        found = np.array([self.of(part) for part in term.parts])
        # The usual two, without sorting.
        if term.number == 1:
            return np.asarray(found.max(axis=0))
        if term.number == len(term.parts):
            return np.asarray(found.min(axis=0))
        nth: Values = np.sort(found, axis=0)[-term.number]
        return nth


def lacking(term: Term, column: Values, constant: int = -1) -> tuple[int, ...]:
    """Return the rows that keep a term from being seen in one column: of alternatives, the nearest ones.

    ``constant`` is a row that nothing changes, and so explains nothing.
    """
    rows = dict.fromkeys(_lacking(term, column, constant)[1])
    return tuple(row for row in rows if row != constant)


def _lacking(term: Term, column: Values, constant: int) -> tuple[int, list[int]]:
    """Return the sight of a term, and the rows that keep it from being seen."""
    if isinstance(term, Atom):
        value = int(column[term.row])
        return value, [term.row] if value < 2 else []
    if term.number > len(term.parts):
        return 0, []
    found = sorted(
        (_lacking(part, column, constant) for part in term.parts),
        key=lambda one: (one[1] == [constant], -one[0], len(one[1])),
    )[: term.number]
    return min((one[0] for one in found), default=2), [row for one in found for row in one[1]]
