"""Conditions that a value suggests: its shape as a Sigma pattern, or the kind of account that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.reference import match_fields
from gamekeeper.incidents.shapes import normalise
from gamekeeper.model.folding import fold
from gamekeeper.rules.pysigma import detection_node
from gamekeeper.tuning.observed import asked_fields

if TYPE_CHECKING:
    from gamekeeper.context.accounts import Accounts
    from gamekeeper.rules.ir import Node
    from gamekeeper.tuning.observed import Values

#: Characters of a value that a pattern spells out, and letters and digits that it must hold.
LENGTH_LIMIT: Final = 200
LITERAL_MINIMUM: Final = 8
_PLACEHOLDER: Final = re.compile(r"<(?:guid|sid|date|time|hex|n|user|temp)>")
#: Stands for any text among the signs of a value; no value holds it, since it is no single character.
_ANY: Final = "any"
_SYSTEM: Final = re.compile(
    r"(?:nt authority\\)?(?:system|local service|network service)|s-1-5-(?:18|19|20)"
)


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One line of a selection: ``field|modifier: value``, the value in Sigma's spelling."""

    field: str
    modifier: str
    value: str

    @property
    def key(self) -> str:
        """The key under which a selection has it."""
        return f"{self.field}|{self.modifier}" if self.modifier else self.field

    @property
    def weight(self) -> int:
        """How much it narrows."""
        return asked_fields()[self.field].weight

    def holds(self, values: Values) -> bool:
        """Say whether a rule engine would find it true of an event with these values."""
        return match_fields(_node(self), {fold(name): list(held) for name, held in values})


@lru_cache(65_536)
def _node(condition: Condition) -> Node:
    return detection_node("selection", {condition.key: condition.value})


def conditions_of(values: Values, accounts: Accounts) -> frozenset[Condition]:
    """Return the conditions that an event suggests, one a field; fields with several values suggest none."""
    found = (
        _account(name, held[0], accounts)
        if asked_fields()[name].kind == "account"
        else _shape(name, held[0])
        for name, held in values
        if len(held) == 1
    )
    return frozenset(condition for condition in found if condition is not None)


def _account(name: str, value: str, accounts: Accounts) -> Condition | None:
    if _SYSTEM.fullmatch(fold(value)):
        return Condition(name, "", literal(value))
    if value.endswith("$"):
        return Condition(name, "endswith", "$")
    [known] = accounts.lookup([value])
    if known is not None and known.kind in {"service", "appliance"}:
        return Condition(name, "", literal(value))
    return None


def _shape(name: str, value: str) -> Condition | None:
    text = pattern(value)
    literals = sum(sign.isalnum() for sign in text)
    return Condition(name, "", text) if literals >= LITERAL_MINIMUM else None


def pattern(value: str) -> str:
    r"""Return a value as a Sigma pattern in which what changes from run to run is a wildcard.

    >>> pattern("ping -n 4711 C:\\Users\\ann\\x.txt")
    'ping -n * C:\\Users\\\\*\\x.txt'
    """
    shape = normalise(value[:LENGTH_LIMIT])
    signs: list[str] = []
    for at, part in enumerate(_PLACEHOLDER.split(shape)):
        signs += [_ANY] * bool(at) + list(part)
    return _spelt(signs + [_ANY] * (len(value) > LENGTH_LIMIT))


def literal(text: str) -> str:
    r"""Return text in Sigma's spelling: stars, question marks and backslashes before such are escaped.

    >>> literal("C:\\a*b"), literal("\\\\server\\share")
    ('C:\\a\\*b', '\\\\\\server\\share')
    """
    return _spelt(list(text))


def _spelt(signs: list[str]) -> str:
    spelt: list[str] = []
    for at, sign in enumerate(signs):
        following = signs[at + 1] if at + 1 < len(signs) else ""
        if sign == _ANY:
            spelt += "*" * (following != _ANY)
            continue
        # A backslash right before a wildcard, too, would make it a star of the text.
        if sign in "*?" or (sign == "\\" and following in {"*", "?", "\\", _ANY}):
            spelt.append("\\")
        spelt.append(sign)
    return "".join(spelt)
