"""Datasets: kinds of event, the channels that feed them and the columns they declare.

Declared in ``content/datasets.yml``. A field that a dataset does not declare is not lost: it travels in
``event.rest``. A channel that no dataset names belongs to ``windows.other``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.model.events import RESERVED_NAMES, build_schema
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    import pyarrow as pa

OTHER = "windows.other"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of event. ``columns`` maps a folded field name to the declared spelling."""

    name: str
    channels: tuple[str, ...]
    declared: tuple[str, ...]
    schema: pa.Schema = field(repr=False, compare=False)
    columns: dict[str, str] = field(repr=False, compare=False)


def _make(name: str, channels: list[str], declared: list[str]) -> Dataset:
    columns = {fold(column): column for column in declared}
    if len(columns) != len(declared) or RESERVED_NAMES & columns.keys():
        message = f"dataset {name}: a column is declared twice or has a reserved name"
        raise ContentError(message)
    schema = build_schema(tuple(declared))
    return Dataset(name, tuple(channels), tuple(declared), schema, columns)


@cache
def datasets() -> dict[str, Dataset]:
    """Return every declared dataset by name, in the order of declaration."""
    rows = content.load_yaml("datasets.yml")
    return {name: _make(name, row["channels"], row["columns"]) for name, row in rows.items()}


@cache
def _by_channel() -> dict[str, str]:
    return {fold(channel): d.name for d in datasets().values() for channel in d.channels}


def dataset_of_channel(channel: str | None) -> str:
    """Return the name of the dataset that a channel feeds, whatever its spelling.

    >>> dataset_of_channel("security")
    'windows.security'
    """
    return _by_channel().get(fold(channel or ""), OTHER)
