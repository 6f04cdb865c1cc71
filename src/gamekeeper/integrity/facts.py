"""All that checks may look at: the tables that gatherers filled, and the accounts of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gamekeeper.model.findings import SourceAccount

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """Tables by name, each in the order of its gatherer's key and without partial rows.

    ``sources``: the accounts of input files by number, with the evidence that their readers kept.
    ``hosts``: short name → the spelling met most often; ``channels``: folded name → the same.
    """

    tables: Mapping[str, pa.Table]
    sources: Mapping[int, SourceAccount]
    hosts: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    _kept: dict[str, object] = field(default_factory=dict)

    def table(self, name: str) -> pa.Table:
        """Return a table; an empty one where no event gave a row."""
        return self.tables[name]

    def once(self, name: str, make: Callable[[Facts], T]) -> T:
        """Return what ``make`` gives, made at the first call: several checks lean on the same view."""
        if name not in self._kept:
            self._kept[name] = make(self)
        value: T = self._kept[name]  # type: ignore[assignment]  # what was kept under this name
        return value
