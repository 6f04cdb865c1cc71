"""Bytes of text exports to text: which encoding a file is in, and what to do where it breaks its own rules.

Windows tools write UTF-8 and UTF-16, with and without a byte order mark; old ones and spreadsheets write the
ANSI code page. A piece that is no UTF-8 is read as Windows-1252 unless it holds UTF-8 sequences as well: then
it is damaged, and the damage shows as U+FFFD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF8_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{2}")
_DECLARED: Final = re.compile(rb"<\?xml\s[^>]{0,80}encoding=[\"']([A-Za-z0-9_-]{1,20})[\"']")
#: Declared encodings that are taken at their word; all others are found by looking.
_SINGLE_BYTE: Final = {"windows-1252": "cp1252", "iso-8859-1": "cp1252", "windows-1250": "cp1250"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are text. ``width`` is the size of a code unit."""

    name: str
    bom_bytes: int = 0

    @property
    def width(self) -> int:
        """Bytes a code unit."""
        return 2 if self.name.startswith("utf-16") else 1

    def encode(self, text: str) -> bytes:
        """Return ASCII text as it stands in the file."""
        return text.encode(self.name)

    def decode(self, raw: bytes) -> tuple[str, bool]:
        """Return the text, and whether the bytes broke the encoding's rules.

        >>> Encoding("utf-8").decode(b"Gr\\xfc\\xdfe")
        ('Grüße', True)
        """
        try:
            return raw.decode(self.name), False
        except UnicodeDecodeError:
            ansi = self.name == "utf-8" and not _UTF8_SEQUENCE.search(raw)
            return raw.decode("cp1252" if ansi else self.name, "replace"), True


def encoding_of(head: bytes) -> Encoding:
    """Return the encoding that the beginning of a file shows."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, len(bom))
    sample = head[:4096]
    pairs = max(len(sample) // 2, 1)
    if sample[1::2].count(0) * 3 > pairs > sample[::2].count(0) * 4:
        return Encoding("utf-16-le")
    if sample[::2].count(0) * 3 > pairs > sample[1::2].count(0) * 4:
        return Encoding("utf-16-be")
    declared = _DECLARED.search(sample)
    name = declared[1].decode().lower() if declared else ""
    return Encoding(_SINGLE_BYTE.get(name, "utf-8"))
