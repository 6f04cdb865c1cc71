"""Placeholders of ``expand``: lists of values that a person gives take their place.

A value with placeholders becomes all values that the lists make of it, before any other modifier is applied:
the rule then means what it would mean if the values stood in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final

from sigma.types import Placeholder, SigmaString

from gamekeeper.errors import RuleError
from gamekeeper.model.reasons import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

#: An escaped backslash, an escaped percent sign, a placeholder.
_TOKEN: Final = re.compile(r"(\\\\)|(\\%)|%([^%\\]+)%")
#: Values that one value may become.
LIMIT: Final = 20_000
#: Why no value can be made up for a placeholder.
_SENTENCE: Final = (
    "(Sigma specification, section Placeholders: "
    'they "get their final meaning at conversion or usage time of the rule")'
)


@dataclass(frozen=True, slots=True)
class Lists:
    """Values by the name of their placeholder; ``is_open`` where a pipeline may know further ones."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_open: bool = False


def without_list(name: str) -> str:
    """Return the reason why a rule with this placeholder cannot be used."""
    return f"{NO_VALUES}{name}% has no list of values: give it one with --placeholders FILE {_SENTENCE}"


def expanded(text: str, lists: Lists, *, is_regex: bool = False) -> list[SigmaString]:
    """Return every value that a text with placeholders stands for.

    Listed values are Sigma's: ``*`` and ``?`` in them are wildcards, and in an expression they are parts of
    it. A placeholder without a list stays one where ``lists`` are open, for a pipeline to replace.
    """
    choices = [_choices(part, is_name, lists, is_regex) for part, is_name in _parts(text)]
    if prod(map(len, choices)) > LIMIT:
        raise RuleError(f"the lists of its placeholders make more than {LIMIT:,} values of one")
    return [_joined(chosen, is_regex=is_regex) for chosen in product(*choices)]


def _parts(text: str) -> list[tuple[str, bool]]:
    """Return text and names of placeholders in turn, as (text, is it a name)."""
    found = [("", False)]
    start = 0
    for token in _TOKEN.finditer(text):
        backslashes, percent, name = token.groups()
        before = text[start : token.start()] + (backslashes or ("%" if percent else ""))
        found[-1] = (found[-1][0] + before, False)
        if name:
            found += [(name, True), ("", False)]
        start = token.end()
    found[-1] = (found[-1][0] + text[start:], False)
    return found


def _choices(
    part: str,
    is_name: bool,
    lists: Lists,
    is_regex: bool,
) -> tuple[SigmaString | str, ...]:
    if not is_name:
        return (part if is_regex else SigmaString(part),)
    if part in lists.values:
        values = lists.values[part]
        if not values:
            raise RuleError(f"placeholder %{part}% has an empty list")
        return values if is_regex else tuple(map(SigmaString, values))
    if not lists.is_open or is_regex:
        raise RuleError(without_list(part))
    left = SigmaString()
    left.s = [Placeholder(part)]
    return (left,)


def _joined(chosen: tuple[SigmaString | str, ...], *, is_regex: bool) -> SigmaString:
    if is_regex:
        return SigmaString.from_str("".join(map(str, chosen)))
    whole = SigmaString()
    pieces: list[str | object] = []
    for one in chosen:
        for piece in one.s if isinstance(one, SigmaString) else (one,):
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            elif piece != "":
                pieces.append(piece)
    whole.s = pieces  # type: ignore[assignment]
    return whole
