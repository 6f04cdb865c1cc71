"""Names as people select them: ``*`` for any text, ``?`` for one character, whatever the case."""

from __future__ import annotations

import re
from functools import cache

from gamekeeper.model.folding import fold

Patterns = tuple[str, ...]


@cache
def compiled(patterns: Patterns) -> re.Pattern[str]:
    """Return one expression that fully matches a folded name where one of the patterns means it."""
    wild = {"*": ".*", "?": "."}
    spelt = ("".join(wild.get(sign) or re.escape(sign) for sign in fold(p)) for p in patterns)
    return re.compile("|".join(f"(?:{one})" for one in spelt), re.DOTALL)


def is_pattern(name: str) -> bool:
    """Say whether a name has a wildcard.

    >>> is_pattern("dc*"), is_pattern("dc01")
    (True, False)
    """
    return "*" in name or "?" in name


def matches_any(patterns: Patterns, *names: str) -> bool:
    """Say whether one of the names is one of the patterns, whatever the case.

    >>> matches_any(("dc*", "ws-0?"), "DC01.example.org"), matches_any(("ws-0?",), "WS-011")
    (True, False)
    """
    return bool(patterns) and any(compiled(patterns).fullmatch(fold(name)) for name in names)


def host_names(host: str) -> tuple[str, str]:
    """Return the names that a host answers to: its full name and the first part of it."""
    return host, host.partition(".")[0]
