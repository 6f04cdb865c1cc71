"""JSON as every report writes it: strict UTF-8 with nothing in it that a terminal would obey.

Log text is hostile, and people print result files. JSON escapes the C0 controls anyway; this module also
escapes what JSON allows raw and what hides or reorders text on a screen: DEL, the C1 controls,
bidirectional controls, zero-width characters and tag characters. The values stay the same.
"""

from __future__ import annotations

from typing import Final

import orjson

from gamekeeper.model.visible import UNSEEN, escape_unseen

__all__ = ["UNSEEN", "dumps", "escape_unseen", "quoted", "utf8"]

_OPTIONS: Final = orjson.OPT_NON_STR_KEYS
_INTEGERS: Final = range(-(2**63), 2**64)


def utf8(text: str) -> str:
    r"""Return text that UTF-8 can carry: bytes of a file name that are none appear as ``\udcXX``.

    >>> utf8("caf\udce9")
    'caf\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def dumps(value: object, *, pretty: bool = False) -> bytes:
    """Return compact JSON (or indented by two), whatever the value holds; order is kept."""
    options = _OPTIONS | orjson.OPT_INDENT_2 if pretty else _OPTIONS
    try:
        raw = orjson.dumps(value, default=_plain, option=options)
    except TypeError:  # a lone surrogate or a huge integer somewhere inside
        raw = orjson.dumps(_carriable(value), default=_plain, option=options)
    return escape_unseen(raw)


def quoted(text: str) -> str:
    """Return one JSON string, quotes included."""
    return dumps(text).decode()


def _plain(value: object) -> object:
    """Give orjson something that it knows: bytes as hexadecimal, anything else as its text."""
    return value.hex() if isinstance(value, bytes) else utf8(str(value))


def _carriable(value: object) -> object:
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, dict):
        return {utf8(str(key)): _carriable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_carriable(item) for item in value]
    if isinstance(value, int) and value not in _INTEGERS:
        return str(value)
    return value
