"""Which row groups can hold a word: one small filter of letters in threes for each.

A filter is a set of bits, one for each hash of three bytes in a row of any value, in lower case. A word can
stand in a row group only if all its threes are there. It may say yes for nothing; it never says no for
something. ``docs/reference/case.md`` counts its size.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: Bits of a filter before it is folded: a power of two.
_MOST: Final = 1 << 19
_LEAST: Final = 1 << 10
#: A filter is folded in half as long as fewer than one bit in so many is set.
_SPARSE: Final = 12
_STEP_BYTES: Final = 1 << 20
#: Odd, and without a pattern: neighbouring threes go to bits far apart.
_FACTOR: Final = np.uint32(2_654_435_761)


def filter_of(table: pa.Table) -> bytes:
    """Return the filter of all text in a table."""
    bits = np.zeros(_MOST, bool)
    for values in _texts(table):
        _add(bits, pc.utf8_lower(values))
    while len(bits) > _LEAST and np.count_nonzero(bits) * _SPARSE < len(bits):
        half = len(bits) // 2
        bits = bits[:half] | bits[half:]
    return zlib.compress(np.packbits(bits).tobytes(), 1)


def may_hold(packed: bytes, words: Sequence[str]) -> bool:
    """Say whether all of some words, in lower case, may stand in a row group."""
    bits = np.unpackbits(np.frombuffer(zlib.decompress(packed), np.uint8)).astype(bool)
    for word in words:
        threes = _threes(np.frombuffer(word.encode("utf-8", "replace"), np.uint8))
        if not bits[threes & np.uint32(len(bits) - 1)].all():
            return False
    return True


def _texts(table: pa.Table) -> Iterator[pa.Array]:
    for field, column in zip(table.schema, table.columns, strict=True):
        for chunk in column.chunks:
            if field.type == TEXT:
                yield chunk.dictionary
            elif field.name == "event.rest":
                yield chunk.flatten().field("value").dictionary


def _add(bits: NDArray[np.bool_], values: pa.Array) -> None:
    """Set the bits of all threes. Some of them reach from one value into the next: those are harmless."""
    _, ends, data = values.buffers()
    if data is None or len(values) == 0:
        return
    offsets = np.frombuffer(ends, np.int32)[values.offset : values.offset + len(values) + 1]
    text = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    for start in range(0, len(text), _STEP_BYTES):
        bits[_threes(text[start : start + _STEP_BYTES + 2])] = True


def _threes(text: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the bit of each three bytes in a row."""
    wide = text.astype(np.uint32)
    if len(wide) < 3:
        return wide[:0]
    joined = wide[:-2] | wide[1:-1] << np.uint32(8) | wide[2:] << np.uint32(16)
    hashed: NDArray[np.uint32] = (joined * _FACTOR) >> np.uint32(32 - 19)
    return hashed
