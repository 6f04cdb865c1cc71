"""Events in which all of some terms stand, over fields that have been looked at already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.questions.record_fields import Coded, RecordFields
    from gamekeeper.questions.terms import Term


def having(fields: RecordFields, terms: Sequence[Term]) -> NDArray[np.bool_]:
    """Say in which events every term stands, as ``search`` understands it."""
    keep = np.ones(fields.rows, bool)
    for term in terms:
        keep &= _has(fields, term)
    return keep


def needed(terms: Sequence[Term]) -> list[str] | None:
    """Return texts that have to stand in every such event; None where that cannot be said."""
    known = [text for term in terms for text in term.needs or ()]
    return known or None


def _has(fields: RecordFields, term: Term) -> NDArray[np.bool_]:
    found = np.zeros(fields.rows, bool)
    for name, coded in fields.columns():
        if term.asks(name):
            found |= _in_coded(coded, term)
    rest = fields.rest()
    entries = _in_coded(rest.values, term)
    if term.field:
        called = [term.is_called(name or "") for name in rest.names.values.to_pylist()]
        entries &= np.array([*called, False])[rest.names.codes]
    found[rest.rows[entries]] = True
    for name, numbers in fields.numbers():
        if term.asks(name) and term.number is not None:
            equal = pc.equal(numbers, term.number).fill_null(False)
            found |= equal.to_numpy(zero_copy_only=False)
    return found


def _in_coded(coded: Coded, term: Term) -> NDArray[np.bool_]:
    hits = np.append(term.matches(coded.values), False)  # the last one: rows without a value
    answer: NDArray[np.bool_] = hits[coded.codes]
    return answer
