"""The records that a hive holds, counted bin by bin: the pass that does not follow the decoder's links.

It looks at every cell in use, in order of the file, and asks of each key what stands above it. So it finds
keys that no list of subkeys leads to any more.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.windows_state.hive_cells import FIRST_BIN
from gamekeeper.sources.windows_state.hive_walk import MAX_DEPTH
from gamekeeper.sources.windows_state.keys import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.windows_state.hive_cells import Bytes, Cells, Key
    from gamekeeper.sources.windows_state.keys import Place

_BIN_HEAD: Final = 32
_PAGE: Final = 4096


def keys_taken(data: Bytes, cells: Cells, root: Key, place: Place) -> Iterator[Key]:
    """Yield the keys in use that are looked at, in the order of the file."""
    places = {root.offset: place}
    for offset in _cells_in_use(data):
        if data[FIRST_BIN + offset + 4 : FIRST_BIN + offset + 6] != b"nk":
            continue
        key = cells.key(offset)
        if key is not None and _place(key, cells, places).is_taken:
            yield key


def _place(key: Key, cells: Cells, places: dict[int, Place]) -> Place:
    """Return the place of a key by way of its parents; nowhere, where they do not lead to the root."""
    chain: list[Key] = []
    above: Key | None = key
    while above is not None and above.offset not in places and len(chain) < MAX_DEPTH:
        chain.append(above)
        above = cells.key(above.parent)
    place = places.get(above.offset, NOWHERE) if above is not None else NOWHERE
    for one in reversed(chain):
        place = place.below(one.name)
        places[one.offset] = place
    return place


def _cells_in_use(data: Bytes) -> Iterator[int]:
    """Yield the offset of each cell in use. After a damaged bin the walk goes on at the next page."""
    at, size = FIRST_BIN, len(data)
    while at + _BIN_HEAD <= size:
        length = _PAGE
        if data[at : at + 4] == b"hbin":
            (claimed,) = struct.unpack_from("<I", data, at + 8)
            if claimed and claimed % _PAGE == 0 and at + claimed <= size:
                length = claimed
            yield from _cells_of_bin(data, at + _BIN_HEAD, min(at + length, size))
        at += length


def _cells_of_bin(data: Bytes, at: int, stop: int) -> Iterator[int]:
    while at + 8 <= stop:
        (size,) = struct.unpack_from("<i", data, at)
        length = abs(size)
        if length < 8 or length % 8 or at + length > stop:
            return
        if size < 0:
            yield at - FIRST_BIN
        at += length
