r"""Text from logs on one visible line: nothing in it can move a cursor or hide.

Whoever controls a command line or a host name controls text wherever it is shown. Characters that change
how the text around them looks stand as their escapes; everything else stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

#: Characters that change how the text around them is shown, as a class for ``re`` and for RE2.
UNSEEN: Final = (
    "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
_CONTROLS: Final = re.compile(f"[\x00-\x1f{UNSEEN}\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return text whose control characters stand as escapes; it fills one line.

    >>> visible("a\x1b[31m\nb\u202e")
    'a\\x1b[31m\\nb\\u202e'
    """
    return _CONTROLS.sub(_escape, text)


def escape_unseen(raw: bytes) -> bytes:
    """Return JSON text of equal meaning in which no unseen character stands raw."""
    if raw.isascii() and b"\x7f" not in raw:
        return raw
    return _UNSEEN.sub(_in_json, raw.decode()).encode()


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    named = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    if named:
        return named
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _in_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(
        f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)
    )
