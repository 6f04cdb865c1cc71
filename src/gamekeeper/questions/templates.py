r"""The sentences of ``content/mappings/summaries``: text with fields of an event in it, as a tree.

::

    {Name}              the value of a field, written on one line
    {Name:form}         what the value means; forms are those of ``spoken.py``
    {A|B:form|C}        the first of them that says something
    {A\B}               both with a backslash between them, B alone where A says nothing
    {Name#2}            the second of several fields of one name
    {@short}            one of the texts under ``short`` in the same file
    [ from {Name}]      a part that vanishes where one of its own fields says nothing

A field that says nothing outside of brackets is shown as a question mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Reading:
    """One field, which of its values, and the form that says what the value means."""

    name: str
    place: int = 1
    form: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to fill a gap: a field, or two with a backslash between them."""

    right: Reading
    left: Reading | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The first choice that says something stands here."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """Parts that stand together or not at all."""

    parts: tuple[Part, ...]


Part = str | Gap | Maybe

_PIECES: Final = re.compile(r"\[|\]|\{[^{}\[\]]*\}|[^\[\]{}]+|[{}]")
_READING: Final = re.compile(
    r"(?P<name>[^#:|\\]+)(?:#(?P<place>\d+))?(?::(?P<form>\w+)(?:\((?P<argument>[^()]*)\))?)?"
)


def parse(text: str, short: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the parts of a sentence, or raise ``ContentError``."""
    stack: list[list[Part]] = [[]]
    for piece in _PIECES.findall(text):
        if piece == "[":
            stack.append([])
        elif piece == "]" and len(stack) > 1:
            parts = stack.pop()
            stack[-1].append(Maybe(tuple(parts)))
        elif piece.startswith("{") and len(piece) > 1:
            stack[-1].append(_gap(piece[1:-1], short))
        elif piece in {"{", "}", "]"}:
            raise ContentError(f"summary {text!r}: {piece!r} has no partner")
        else:
            stack[-1].append(piece)
    if len(stack) > 1:
        raise ContentError(f"summary {text!r}: '[' has no partner")
    return tuple(stack[0])


def _gap(inner: str, short: Mapping[str, str]) -> Gap:
    if inner.startswith("@"):
        if inner[1:] not in short:
            raise ContentError(f"summaries have no short form {inner!r}")
        inner = short[inner[1:]]
    return Gap(tuple(_choice(choice) for choice in inner.split("|")))


def _choice(text: str) -> Choice:
    left, _, right = text.rpartition("\\")
    return Choice(_reading(right), _reading(left) if left else None)


def _reading(text: str) -> Reading:
    found = _READING.fullmatch(text)
    if not found:
        raise ContentError(f"{text!r} in a summary is no field")
    return Reading(
        found["name"], int(found["place"] or 1), found["form"] or "", found["argument"] or ""
    )


def readings(parts: tuple[Part, ...]) -> Iterator[Reading]:
    """Yield every field that a sentence reads, as often as it reads it."""
    for part in parts:
        if isinstance(part, Maybe):
            yield from readings(part.parts)
        elif isinstance(part, Gap):
            for choice in part.choices:
                if choice.left:
                    yield choice.left
                yield choice.right
