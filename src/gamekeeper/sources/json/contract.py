"""What a shape is: one way in which a tool writes a Windows event as a JSON object.

Adding a shape is one file in ``shapes/`` that ends in a ``SHAPE``, and one line in the list of
``shapes/__init__.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.model.build import Event
    from gamekeeper.model.events import Fidelity
    from gamekeeper.sources.json.clock import FileClock
    from gamekeeper.sources.json.text import Record

#: Deeper objects are no events; the limit keeps every walk over them far from Python's own.
MAX_DEPTH: Final = 100


class BadRecord(ValueError):  # noqa: N818 - it names the record's state; it becomes a reject, never an error
    """A record that cannot become an event; ``reason`` is the reject's stable word."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def too_deep() -> BadRecord:
    """Return the error for an object that is nested deeper than any event."""
    return BadRecord("too_deep", f"nested deeper than {MAX_DEPTH} levels")


@dataclass(slots=True)
class Place:
    """Where the record at hand lies and how its file's clock reads; one object a range, moved along."""

    source: int
    clock: FileClock
    offset: int = 0
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One export shape. ``matches`` is cheap and decides alone; the first shape in the list wins.

    ``to_event`` takes whatever JSON the record holds and raises nothing but :class:`BadRecord` and
    ``windows_xml.BadXml``.
    """

    name: str
    fidelity: Fidelity
    matches: Callable[[Record], bool]
    to_event: Callable[[Record, Place], Event]
    fields_lacking: tuple[str, ...] = ()  # what a lossy shape cannot carry
