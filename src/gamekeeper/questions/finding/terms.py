"""What people look for: a word, the value of a field, or a pattern in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.errors import UsageError
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Where a term splits: a name, then = or ~, then what it says. Names have no blanks and no slashes.
_SPLIT: Final = re.compile(r"([@\w.-]+)([=~])(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Term:
    """One term. ``field`` is folded, "" for any field; ``pattern`` is for RE2, case ignored."""

    field: str
    pattern: str
    word: str  # folded, for a plain word in any field; "" otherwise
    number: int | None  # what a whole number in a typed column has to be
    literals: tuple[str, ...] = ()  # in lower case: what has to stand in a value that matches

    def asks(self, name: str) -> bool:
        """Say whether a column of this name is to be looked into."""
        return not self.field or name == "event.rest" or self.is_called(name)

    def is_called(self, name: str) -> bool:
        """Say whether a field is the one that is meant."""
        return fold(name) == self.field

    @property
    def needs(self) -> tuple[str, ...] | None:
        """The texts of which all have to stand somewhere; None where a number or anything may do."""
        return self.literals if self.literals and self.number is None else None

    def matches(self, values: pa.Array) -> NDArray[np.bool_]:
        """Say for each distinct value whether the term stands in it."""
        if self.word:
            found = pc.match_substring(pc.utf8_lower(values), self.word)
        else:
            found = pc.match_substring_regex(values, self.pattern, ignore_case=True)
        known = pc.fill_null(found, False)
        return np.asarray(known.to_numpy(zero_copy_only=False), bool)

    def pair_of(self, pairs: Sequence[dict[str, str]]) -> tuple[str, str]:
        """Return the first pair of the rest in which the term stands."""
        for pair in pairs:
            if self.field and not self.is_called(pair["name"]):
                continue
            if self.matches(pa.array([pair["value"]], pa.utf8()))[0]:
                return pair["name"], pair["value"]
        return "", ""


def parse(text: str, *, is_regex: bool) -> Term:
    """Return the term that a person wrote.

    >>> parse("TargetUserName=adm*", is_regex=False).pattern
    '(?s)^adm.*$'
    """
    if not text:
        raise UsageError("an empty term finds nothing")
    split = _SPLIT.fullmatch(text)
    if split is not None and not is_regex:
        name, sign, value = split.groups()
        if sign == "~":
            return Term(fold(name), _checked(value), "", None)
        wild = {"*": ".*", "?": "."}
        spelt = "".join(wild.get(one) or re.escape(one) for one in value)
        literals = tuple(re.split(r"[*?]+", fold(value)))
        return Term(fold(name), f"(?s)^{spelt}$", "", _number(value), literals)
    if is_regex:
        return Term("", _checked(text), "", None)
    return Term("", "", fold(text), _number(text), (fold(text),))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _checked(pattern: str) -> str:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise UsageError(f"{pattern!r} is no pattern: {error}") from None
    return pattern
