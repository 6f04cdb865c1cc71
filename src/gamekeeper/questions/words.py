"""Events that have given words somewhere in them, whatever the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.questions.record_fields import codes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.questions.record_fields import Coded, RecordFields


def having(
    fields: RecordFields, told: pa.DictionaryArray, words: Sequence[str]
) -> NDArray[np.bool_]:
    """Say which events have every word in a value of a field or in ``told``, what is said of them."""
    keep = np.ones(fields.rows, bool)
    for word in words:
        keep &= _has(fields, told, word)
    return keep


def _has(fields: RecordFields, told: pa.DictionaryArray, word: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _in_values(told.dictionary, word)[codes_of(told)]
    for _, coded in fields.columns():
        found |= _in_coded(coded, word)
    rest = fields.rest()
    found[rest.rows[_in_coded(rest.values, word)]] = True
    return found


def _in_coded(coded: Coded, word: str) -> NDArray[np.bool_]:
    hits = np.append(_in_values(coded.values, word), False)  # the last one: rows without a value
    answer: NDArray[np.bool_] = hits[coded.codes]
    return answer


def _in_values(values: pa.Array, word: str) -> NDArray[np.bool_]:
    hits = pc.match_substring(values, word, ignore_case=True).fill_null(False)
    answer: NDArray[np.bool_] = hits.to_numpy(zero_copy_only=False).copy()
    return answer
