"""Placeholders in the declared habits: ``{user.name}``, ``{1..500}``, ``{hex:8}``, ``{guid}``.

A name is looked up in the scene first and in the word lists second, where one entry is drawn; entries
may hold placeholders themselves.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from gamekeeper.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_PLACEHOLDER: Final = re.compile(
    r"\{(?:(?P<low>\d+)\.\.(?P<high>\d+)|hex:(?P<hex>\d+)|(?P<guid>guid)|(?P<name>[a-z_]+(?:\.[a-z_]+)*))\}"
)
_MAX_DEPTH: Final = 5


@cache
def _pieces(text: str) -> tuple[str | re.Match[str], ...]:
    """Cut a text into literal parts and placeholders."""
    pieces: list[str | re.Match[str]] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [text[at : match.start()], match]
        at = match.end()
    return (*pieces, text[at:])


def guid_of(rng: Random) -> UUID:
    """Return a random GUID (version 4)."""
    return UUID(int=rng.getrandbits(128), version=4)


def say(text: str, context: Mapping[str, str], lists: Mapping[str, list[str]], rng: Random) -> str:
    """Return ``text`` with every placeholder filled.

    >>> from random import Random
    >>> say("{host}-{7..7}", {"host": "WS1"}, {}, Random(1))
    'WS1-7'
    """
    for _ in range(_MAX_DEPTH):
        if "{" not in text:
            return text
        pieces = _pieces(text)
        if len(pieces) == 1:
            return text
        text = "".join(
            piece if isinstance(piece, str) else _fill(piece, context, lists, rng)
            for piece in pieces
        )
    return text


def _fill(
    match: re.Match[str],
    context: Mapping[str, str],
    lists: Mapping[str, list[str]],
    rng: Random,
) -> str:
    if match["low"]:
        return str(rng.randint(int(match["low"]), int(match["high"])))
    if match["hex"]:
        digits = int(match["hex"])
        return f"{rng.getrandbits(4 * digits):0{digits}x}"
    if match["guid"]:
        return str(guid_of(rng))
    name = match["name"]
    if name in context:
        return context[name]
    if name in lists:
        return rng.choice(lists[name])
    message = f"nothing is called {{{name}}} here"
    raise ContentError(message)
