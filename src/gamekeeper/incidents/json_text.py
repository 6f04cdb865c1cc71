"""JSON as every report writes it: strict UTF-8 with nothing in it that a terminal would obey.

Log text is hostile, and people print result files. JSON escapes the C0 controls anyway; this module also
escapes what JSON allows raw and what hides or reorders text on a screen: DEL, the C1 controls,
bidirectional controls, zero-width characters and tag characters. The values stay the same.
"""

from __future__ import annotations

import re
from typing import Final

import orjson

#: Characters that change how the text around them is shown, as a class for ``re`` and for RE2.
UNSEEN: Final = (
    "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
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


def escape_unseen(raw: bytes) -> bytes:
    """Return JSON text of equal meaning in which no unseen character stands raw."""
    if raw.isascii() and b"\x7f" not in raw:
        return raw
    return _UNSEEN.sub(_escaped, raw.decode()).encode()


def quoted(text: str) -> str:
    """Return one JSON string, quotes included."""
    return dumps(text).decode()


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(
        f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)
    )


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
