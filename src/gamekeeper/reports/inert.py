"""Log text made harmless for the place that it is shown in.

Whoever controls a command line, a host name or a file name controls text in every report. A terminal
obeys escape sequences, a spreadsheet formulas, a Markdown viewer mark-up, a browser script tags, and all
of them bidirectional controls. HTML goes through Jinja's autoescaping; the rest is here. Nothing is
dropped in silence: what is not shown as it is, is shown as its escape.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from gamekeeper.model.visible import visible

__all__ = ["csv_safe", "markdown_safe", "script_safe", "terminal_safe", "visible"]

#: Characters of one value that a terminal or a table cell is given.
TEXT_LIMIT: Final = 2_000

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:@$^=])")
_IN_SCRIPT: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def terminal_safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return one line that no terminal obeys, with at most ``limit`` characters of the text.

    Combining marks pile up only three high: more would paint over the lines around.
    """
    shown = _unstacked(visible(text[:limit]))
    return shown if len(text) <= limit else f"{shown}… ({len(text) - limit} more characters)"


def csv_safe(text: str) -> str:
    """Return text that a spreadsheet takes for text: formulas get a leading apostrophe.

    Control characters become escapes, since ``matches.csv`` is also looked at with ``cat``.
    """
    return f"'{visible(text)}" if text.lstrip(" ").startswith(_FORMULA) else visible(text)


def markdown_safe(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return text that stays plain text in Markdown, in a paragraph and in a table cell alike."""
    shown = terminal_safe(text, limit).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", shown.replace(">", "&gt;"))


def script_safe(json_text: str) -> str:
    """Return JSON of equal meaning that cannot leave the ``<script>`` element around it.

    Only strings hold these characters, so that escaping them is safe; U+2028 and its like were escaped
    when the JSON was written.
    """
    return json_text.translate(_IN_SCRIPT)


def _unstacked(text: str) -> str:
    if text.isascii():
        return text
    shown: list[str] = []
    height = 0
    for character in text:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= 3:
            shown.append(character)
    return "".join(shown)
