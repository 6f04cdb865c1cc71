"""The one list of JSON shapes, in order of priority: the first that matches a record reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.json.shapes import (
    defender,
    event_tree,
    evtxecmd,
    flat_timecreated,
    generic,
    get_winevent,
    nxlog,
    sentinel,
    splunk,
    velociraptor,
    wazuh,
    winlogbeat6,
    winlogbeat7,
    winlogbeat_module,
)

if TYPE_CHECKING:
    from gamekeeper.sources.json.contract import Shape
    from gamekeeper.sources.json.text import Record

SHAPES: Final[tuple[Shape, ...]] = (
    nxlog.SHAPE,
    event_tree.SHAPE,
    velociraptor.SHAPE,
    winlogbeat_module.SHAPE,  # before winlogbeat7, whose form it keeps
    winlogbeat7.SHAPE,
    winlogbeat6.SHAPE,
    sentinel.SHAPE,  # before flat_timecreated: newer tables have a TimeCreated, too
    flat_timecreated.SHAPE,
    splunk.XML,
    splunk.CLASSIC,
    splunk.FIELDS,
    evtxecmd.SHAPE,
    get_winevent.SHAPE,
    wazuh.SHAPE,
    defender.SHAPE,
    generic.SHAPE,  # last: it takes whatever looks like an event
)


def shape_of(record: Record) -> Shape | None:
    """Return the shape that reads a record, or None where it is no Windows event."""
    for shape in SHAPES:
        if shape.matches(record):
            return shape
    return None
