"""UTF-16 and UTF-32 exports as UTF-8, with the way back to the file's own offsets."""

from __future__ import annotations

import codecs
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gamekeeper.sources.json.frame import Readable

_CONTINUATION: Final = bytes(range(0x80, 0xC0))
_FOUR_BYTE_LEADS: Final = tuple(bytes([lead]) for lead in range(0xF0, 0xF5))
#: Text that is kept for questions about offsets: more than the longest record.
_REMEMBERED_BYTES: Final = 48 << 20


class Transcoder:
    """UTF-16 or UTF-32 as a stream of UTF-8, that remembers where in the file its bytes came from."""

    def __init__(self, stream: Readable, encoding: str, start: int) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._unit = 4 if "32" in encoding else 2
        self._base = (0, start)  # the same place in both texts
        self._chunks: deque[bytes] = deque()  # text behind that place, not yet asked about

    def read(self, size: int, /) -> bytes:
        """Return up to about ``size`` bytes of UTF-8."""
        text = b""
        while not text and (raw := self._stream.read(size)):
            text = self._decoder.decode(raw).encode("utf-8", "replace")
        if not text:
            text = self._decoder.decode(b"", final=True).encode("utf-8", "replace")
            self._decoder.reset()
        if text:
            self._chunks.append(text)
        if sum(map(len, self._chunks)) > _REMEMBERED_BYTES:
            self._forget_first()
        return text

    def file_offset(self, position: int) -> int:
        """Return the byte of the file behind a position in the UTF-8; positions must not go back."""
        while self._chunks and position - self._base[0] >= len(self._chunks[0]):
            self._forget_first()
        inside = position - self._base[0]
        if inside <= 0 or not self._chunks:
            return self._base[1]
        return self._base[1] + self._width(self._chunks[0][:inside])

    def _forget_first(self) -> None:
        chunk = self._chunks.popleft()
        self._base = (self._base[0] + len(chunk), self._base[1] + self._width(chunk))

    def _width(self, text: bytes) -> int:
        characters = len(text.translate(None, _CONTINUATION))
        pairs = sum(text.count(lead) for lead in _FOUR_BYTE_LEADS) if self._unit == 2 else 0
        return (characters + pairs) * self._unit
