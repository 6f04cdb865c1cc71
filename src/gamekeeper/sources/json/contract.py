"""What a shape is: one way in which a tool writes a Windows event as a JSON object.

Adding a shape is one file in ``shapes/`` that ends in a ``SHAPE``, and one line in the list of
``shapes/__init__.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.model.build import Event
    from gamekeeper.model.events import Fidelity
    from gamekeeper.sources.json.clock import FileClock
    from gamekeeper.sources.json.text import Record


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

    ``to_event`` takes whatever JSON the record holds and raises nothing but ``faults.BadRecord`` and
    ``windows_xml.BadXml``.
    """

    name: str
    fidelity: Fidelity
    matches: Callable[[Record], bool]
    to_event: Callable[[Record, Place], Event]
    fields_lacking: tuple[str, ...] = ()  # what a lossy shape cannot carry
