"""What a chain file states, taken apart with errors that say where: maps, lists, texts, lengths of time."""

from __future__ import annotations

import re
from typing import Any, Final

from gamekeeper.errors import RuleError
from gamekeeper.rules import stated

_SPAN: Final = re.compile(r"([0-9]{1,6})([smhdwy])", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
#: Steps of one body, bodies of one chain, texts of one list.
_MANY: Final = 40

Map = dict[str, Any]


def a_map(value: object, where: str, known: set[str]) -> Map:
    """Return a map; raise RuleError where it is none or says what nobody reads."""
    if not isinstance(value, dict):
        raise RuleError(f"{where}: a map is expected")
    odd = sorted(set(map(str, value)) - known)
    if odd:
        raise RuleError(f"{where}: nobody reads {odd[0]!r}; there is {', '.join(sorted(known))}")
    return {str(key): item for key, item in value.items()}


def entries(value: object, where: str) -> list[tuple[str, Any]]:
    """Return what a map of names holds, in order; names are lower case with underscores."""
    if not isinstance(value, dict) or not value or len(value) > _MANY:
        raise RuleError(f"{where}: a map of 1 to {_MANY} names is expected")
    for name in value:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise RuleError(f"{where}: {name!r} is no name: lower case letters, digits and _")
    return list(value.items())


def some_text(value: object, where: str) -> str:
    """Return a text that says something."""
    found = stated.text(value)
    if not found:
        raise RuleError(f"{where}: a text is missing")
    return found


def texts(value: object, where: str) -> tuple[str, ...]:
    """Return a list of texts."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MANY:
        raise RuleError(f"{where}: a list of up to {_MANY} texts is expected")
    return tuple(some_text(item, where) for item in value)


def seconds(value: object, where: str) -> int:
    """Return a length of time.

    >>> seconds("90s", ""), seconds("5y", "")
    (90, 157680000)
    """
    match = _SPAN.fullmatch(stated.text(value))
    if not match or not int(match[1]):
        raise RuleError(f"{where}: {value!r} is no length of time such as 30s, 5m, 1h, 7d or 5y")
    return int(match[1]) * _SECONDS[match[2]]


def span_text(length_s: int) -> str:
    """Return a length of time as a person writes it.

    >>> span_text(90), span_text(86_400 * 7)
    ('90 seconds', '7 days')
    """
    for unit, size in (("year", 31_536_000), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        if length_s % size == 0:
            return _counted(length_s // size, unit)
    return _counted(length_s, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def whole(value: object, where: str, least: int) -> int:
    """Return a whole number of at least so much."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise RuleError(f"{where}: a number from {least} on is expected, not {value!r}")
    return value


def flag(value: object, where: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise RuleError(f"{where}: true or false is expected, not {value!r}")
    return value
