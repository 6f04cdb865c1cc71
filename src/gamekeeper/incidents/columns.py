"""Columns of matches as text, a whole batch at a time.

Ten million matches are written as lines; building each in Python costs tens of microseconds. So every
distinct value becomes text once, and Arrow joins the pieces. Text is ``large_utf8`` throughout, since the
lines of one batch may pass 2 GiB.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import FILETIME_EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

LARGE: Final = pa.large_utf8()

#: Stands for "no time" in integer columns; sorts before every time.
NO_TIME: Final = np.iinfo(np.int64).min

_YEAR_1: Final = -504_911_232_000_000_000  # FILETIME of 0001-01-01
_YEAR_10000: Final = 2_650_467_744_000_000_000
_START: Final = datetime(1601, 1, 1, tzinfo=UTC)


def slices(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of at most ``rows``: what bounds the memory of everything else."""
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def literal(text: str) -> pa.Scalar:
    """Return text for a join with columns."""
    return pa.scalar(text, LARGE)


def join(*pieces: pa.Array | pa.Scalar, missing: str) -> pa.Array:
    """Return the pieces of each row joined; ``missing`` stands for nulls."""
    return pc.binary_join_element_wise(
        *pieces, literal(""), null_handling="replace", null_replacement=missing
    )


def encoded(column: pa.Array) -> pa.DictionaryArray:
    """Return the column dictionary-encoded, whether or not it came so."""
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def codes_of(column: pa.DictionaryArray) -> NDArray[np.int64]:
    """Return each row's position in the dictionary, -1 for nulls."""
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    wide: NDArray[np.int64] = codes.astype(np.int64, copy=False)
    return wide


def per_distinct(column: pa.Array, text: Callable[[str], str]) -> pa.Array:
    """Return ``text`` of every value as ``large_utf8``, calling it once for each value in use."""
    column = encoded(column)
    codes = codes_of(column)
    used, places = np.unique(codes, return_inverse=True)
    values = column.dictionary.take(pa.array(used[used >= 0])).to_pylist()
    texts: list[str | None] = [None] * int((used < 0).sum())
    texts += [None if value is None else text(value) for value in values]
    return pa.array(texts, LARGE).take(pa.array(places))


def per_code(column: pa.Array, texts: Sequence[str]) -> pa.Array:
    """Return ``texts[code]`` of every row of an integer column without nulls."""
    codes = column.to_numpy(zero_copy_only=False)
    used, places = np.unique(codes, return_inverse=True)
    return pa.array([texts[code] for code in used.tolist()], LARGE).take(pa.array(places))


def integers(column: pa.Array) -> pa.Array:
    """Return an integer column as decimal text."""
    return pc.cast(column, LARGE)


def times(column: pa.Array) -> NDArray[np.int64]:
    """Return FILETIMEs as integers with :data:`NO_TIME` for nulls."""
    numbers: NDArray[np.int64] = column.fill_null(NO_TIME).to_numpy(zero_copy_only=False)
    return numbers


def iso_times(column: pa.Array) -> pa.Array:
    """Return FILETIMEs as ``2026-01-31T23:59:59.123456Z``; null where no calendar holds them."""
    filetimes = times(column)
    micros = (filetimes // 10) - FILETIME_EPOCH // 10
    beyond = (filetimes < _YEAR_1) | (filetimes >= _YEAR_10000)
    stamps = pa.array(np.where(beyond, 0, micros), pa.timestamp("us"), mask=beyond)
    text = pc.utf8_replace_slice(pc.cast(stamps, LARGE), 10, 11, "T")
    return pc.binary_join_element_wise(text, literal("Z"), literal(""))


def iso_time(filetime: int | None) -> str | None:
    """Return one FILETIME as :func:`iso_times` does.

    >>> iso_time(134143775991234567)
    '2026-01-31T23:59:59.123456Z'
    """
    if filetime is None or not _YEAR_1 <= filetime < _YEAR_10000:
        return None
    moment = _START + timedelta(microseconds=filetime // 10)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def hexadecimal(column: pa.FixedSizeBinaryArray) -> pa.Array:
    """Return binary values of one width as lower-case hexadecimal text."""
    width, rows = column.type.byte_width, len(column)
    if not rows:
        return pa.array([], LARGE)
    start = column.offset * width
    digits = bytes(column.buffers()[1])[start : start + rows * width].hex().encode()
    offsets = np.arange(rows + 1, dtype=np.int64) * (2 * width)
    return pa.Array.from_buffers(LARGE, rows, [None, pa.py_buffer(offsets), pa.py_buffer(digits)])


def text_bytes(lines: pa.Array) -> memoryview:
    """Return the rows of a ``large_utf8`` array without nulls, one after the other, uncopied."""
    if not len(lines):
        return memoryview(b"")
    offsets = np.frombuffer(lines.buffers()[1], np.int64)
    start, stop = offsets[lines.offset], offsets[lines.offset + len(lines)]
    return memoryview(lines.buffers()[2])[int(start) : int(stop)]
