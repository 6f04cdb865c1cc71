"""Habits of older cases in the form that is made today: names of hosts and accounts folded by their place.

What was folded before stays folded, so that the same follows as from the events themselves. A command that
was cut at its limit may differ in its last words, and is then learnt anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.analytics.baselines.forms import LIMIT
from gamekeeper.analytics.baselines.naming import without_names, without_server
from gamekeeper.model.habits import MARK, SEEN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable


def refolded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows of ``SEEN_SCHEMA`` with their keys in today's form."""
    pairs = pa.StructArray.from_arrays(
        [batch.column("baseline"), batch.column("key")], ["baseline", "key"]
    )
    known: dict[tuple[str, str], str] = {}
    keys = []
    for pair in pairs.to_pylist():  # texts of a few million rows, once in the life of a case
        one = pair["baseline"], pair["key"]
        if one not in known:
            known[one] = _again(*one)
        keys.append(known[one])
    place = SEEN_SCHEMA.get_field_index("key")
    field = SEEN_SCHEMA.field(place)
    return batch.set_column(place, field, pa.array(keys, field.type))


def _again(baseline: str, key: str) -> str:
    fold = _FOLDED.get(baseline)
    return key if fold is None else MARK.join(map(fold, key.split(MARK)))


def _command(text: str) -> str:
    program, _, rest = text.partition(" ")
    words = without_names(program.rpartition("\\")[2], f" {rest}")
    return " ".join(f"{without_server(program)} {words}".split())[:LIMIT]


#: Baselines whose keys hold commands or paths.
_FOLDED: Final[dict[str, Callable[[str], str]]] = {
    "command-shapes": _command,
    "services": _command,
    "scripts": _command,
    "programs": without_server,
    "tasks": without_server,
}
