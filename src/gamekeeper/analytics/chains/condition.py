"""The condition of a chain: ``copied and 2 of (asked, packed, tidied)`` to a tree of thresholds.

There is no ``not``: a condition that holds goes on to hold when more happens, which is what lets windows
be found in one pass. What must not happen is a step marked ``absent``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.ir import AtLeast, StepIs, Term
from gamekeeper.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Collection

_WORD: Final = re.compile(r"\s*(?:([(),])|([\w\-]+)|(\S))", re.ASCII)
_DEPTH: Final = 20
_LENGTH: Final = 2_000


def parse_condition(text: str, steps: Collection[str]) -> Term:
    """Return the tree of a condition over the names of steps; raise RuleError where it has none.

    >>> parse_condition("a and 2 of (b, c, d)", "abcd")  # doctest: +ELLIPSIS
    AtLeast(number=2, terms=(StepIs(step='a'), AtLeast(number=2, terms=(StepIs(step='b'), ...
    """
    if len(text) > _LENGTH:
        raise RuleError(f"condition: it is longer than {_LENGTH} characters")
    reader = _Reader(_split(text), frozenset(steps))
    found = reader.any_of(0)
    reader.end()
    return found


def every(steps: Collection[str]) -> Term:
    """Return the condition that all of some steps happened."""
    terms = tuple(StepIs(step) for step in steps)
    return terms[0] if len(terms) == 1 else AtLeast(len(terms), terms)


def _split(text: str) -> list[str]:
    found = []
    for sign, word, other in _WORD.findall(text.rstrip()):
        if other:
            raise RuleError(f"condition: {other!r} is not expected here")
        found.append(sign or word)
    return found


class _Reader:
    """Reads from left to right; ``and`` binds before ``or``."""

    def __init__(self, words: list[str], steps: frozenset[str]) -> None:
        self._words = words
        self._steps = steps
        self._at = 0

    def any_of(self, depth: int) -> Term:
        """Read what stands between ``or``."""
        terms = [self._all_of(depth)]
        while self._takes("or"):
            terms.append(self._all_of(depth))
        return terms[0] if len(terms) == 1 else AtLeast(1, tuple(terms))

    def end(self) -> None:
        """Raise where something is left."""
        if self._at < len(self._words):
            raise RuleError(f"condition: {self._words[self._at]!r} is not expected here")

    def _all_of(self, depth: int) -> Term:
        terms = [self._one(depth)]
        while self._takes("and"):
            terms.append(self._one(depth))
        return terms[0] if len(terms) == 1 else AtLeast(len(terms), tuple(terms))

    def _one(self, depth: int) -> Term:
        if depth > _DEPTH:
            raise RuleError(f"condition: nested deeper than {_DEPTH} levels")
        word = self._next()
        if word == "(":
            found = self.any_of(depth + 1)
            self._wants(")")
            return found
        if self._takes("of"):
            return self._some(word, depth + 1)
        if word not in self._steps:
            names = ", ".join(sorted(self._steps))
            raise RuleError(f"condition: there is no step {word!r}; there are {names}")
        return StepIs(word)

    def _some(self, number: str, depth: int) -> Term:
        self._wants("(")
        terms = [self.any_of(depth)]
        while self._takes(","):
            terms.append(self.any_of(depth))
        self._wants(")")
        wanted = len(terms) if number == "all" else int(number) if number.isdecimal() else 0
        if not 1 <= wanted <= len(terms):
            raise RuleError(f"condition: {number!r} of {len(terms)} makes no sense")
        return AtLeast(wanted, tuple(terms))

    def _next(self) -> str:
        if self._at == len(self._words):
            raise RuleError("condition: it ends too early")
        self._at += 1
        return self._words[self._at - 1]

    def _takes(self, word: str) -> bool:
        is_next = self._at < len(self._words) and self._words[self._at] == word
        self._at += is_next
        return is_next

    def _wants(self, word: str) -> None:
        if not self._takes(word):
            raise RuleError(f"condition: {word!r} is expected, not {self._next()!r}")
