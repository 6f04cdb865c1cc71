"""Logon sessions as numbers: years of logs name millions, and what a log calls one is a number already."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_BITS: Final = 31
_MASK: Final = (1 << _BITS) - 1


def session_of(text: str | None) -> int:
    """Return the number of a session by its logon id, -1 for none; it means something beside its host only.

    Ids below 2^31, as all that Windows gives out, stay what they are. Of others on one host two may come
    together, by chance once in 2^31 pairs.

    >>> session_of("0x3E7"), session_of(""), session_of("0x1000003e7")
    (999, -1, 997)
    """
    if not text:
        return -1
    try:
        number = int(text, 16)
    except ValueError:
        number = int.from_bytes(blake2b(text.lower().encode(), digest_size=4).digest(), "big")
    return (number ^ number >> _BITS) & _MASK


def sessions(column: pa.DictionaryArray) -> NDArray[np.int32]:
    """Return the number of each row's session."""
    numbers = np.array([*map(session_of, column.dictionary.to_pylist()), -1], np.int32)
    found: NDArray[np.int32] = numbers[
        pc.fill_null(column.indices, len(numbers) - 1).to_numpy(zero_copy_only=False)
    ]
    return found
