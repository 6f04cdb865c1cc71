"""One record's bytes on their way from the file to the decoder."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

#: Longer records are rejected: the largest event that Windows can write is far smaller, even escaped.
MAX_RECORD_BYTES: Final = 16 << 20
CHUNK_BYTES: Final = 4 << 20
KEPT_BYTES: Final = 4096  # first bytes of what is too long or no record


class Frame(NamedTuple):
    """One record: where it begins in the UTF-8 text, its number from 1, its bytes."""

    offset: int
    number: int
    raw: bytes
    reason: str = ""  # set where the bytes are known not to be one record


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
