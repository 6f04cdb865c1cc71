"""What a CSV shape is: one way in which a tool writes Windows events as rows.

A row becomes the object that the same tool writes as JSON wherever it writes both; what such an object means
is known in :mod:`gamekeeper.sources.json.shapes` and nowhere else. Adding a shape is one file in ``shapes/``
and one line in the list there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json.faults import BadRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place, Shape
    from gamekeeper.sources.json.text import Record

#: Columns that hold the event's time, whoever wrote them.
_TIME_COLUMNS: Final = frozenset(
    {
        *("timecreated", "timegenerated", "timewritten", "timestamp", "@timestamp", "_time"),
        *("date and time", "datum und uhrzeit", "eventtime", "systemtime", "time_created"),
        *("datetime", "date", "time", "eventreceivedtime"),
    }
)
_WITH_ZONE: Final = re.compile(r"(.+?) \[(UTC|[^\]]{1,40})\]")


@dataclass(frozen=True, slots=True)
class Variant:
    """What one row turned out to be; a file's rows need not agree."""

    name: str
    fidelity: Fidelity
    fields_lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """The names of a file's columns, as written but for the zone that some exporters add to them."""

    cells: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names by which shapes know the columns."""
        split = [_WITH_ZONE.fullmatch(cell.strip()) for cell in self.cells]
        return tuple(
            match[1] if match else cell.strip()
            for match, cell in zip(split, self.cells, strict=True)
        )

    @cached_property
    def utc(self) -> frozenset[str]:
        """Columns of times that say UTC in their name."""
        found = [_WITH_ZONE.fullmatch(cell.strip()) for cell in self.cells]
        return frozenset(match[1] for match in found if match and match[2] == "UTC")

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Columns that hold the event's time."""
        return tuple(name for name in self.names if name.lower() in _TIME_COLUMNS)

    @cached_property
    def known(self) -> frozenset[str]:
        """The names as a set."""
        return frozenset(self.names)

    def record(self, cells: Sequence[str], unnamed: str, *, keep_empty: bool) -> Record:
        """Return a row as an object; a column that occurs twice becomes a list, a repeated field."""
        record: Record = {}
        names = self.names if len(cells) <= len(self.names) else (*self.names, unnamed)
        for name, cell in zip(names, cells, strict=False):
            if not cell and not keep_empty:
                continue
            if name in record:
                before = record[name]
                record[name] = [*before, cell] if isinstance(before, list) else [before, cell]
            else:
                record[name] = cell
        return record


@dataclass(frozen=True, slots=True)
class CsvShape:
    """One export shape. ``claims`` says how surely a header is this shape, 0 for not at all.

    ``read`` raises nothing but ``json.contract.BadRecord`` and ``windows_xml.BadXml``. ``unnamed`` is the
    name of one cell that rows have beyond the header; ``held_back`` are columns that never become fields.
    """

    name: str
    claims: Callable[[Header], float]
    read: Callable[[Record, Place], tuple[Event, Variant]]
    unnamed: str = ""
    keep_empty: bool = False
    held_back: frozenset[str] = frozenset()


def require(record: Record, *names: str) -> None:
    """Reject a row in which one of the columns holds nothing."""
    for name in names:
        if not record.get(name):
            raise BadRecord("not_an_event", f"the row has no {name}")


def variant_of(shape: Shape) -> Variant:
    """Return what a row is that a JSON shape reads."""
    return Variant(shape.name, shape.fidelity, shape.fields_lacking)
