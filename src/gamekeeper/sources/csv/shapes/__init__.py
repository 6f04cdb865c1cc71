"""The one list of CSV shapes; the surest of a header reads the file, the first where two are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.csv.contract import CsvShape, Header
from gamekeeper.sources.csv.shapes import (
    alerts,
    defender,
    event_viewer,
    evtxecmd,
    export_csv,
    flat,
    get_eventlog,
    hayabusa,
    sentinel,
    splunk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SHAPES: Final[tuple[CsvShape, ...]] = (
    splunk.SHAPE,
    evtxecmd.SHAPE,
    export_csv.SHAPE,
    get_eventlog.SHAPE,
    event_viewer.SHAPE,
    sentinel.SHAPE,
    defender.SHAPE,
    hayabusa.SHAPE,
    alerts.SHAPE,
    flat.SHAPE,  # last: it takes whatever has an event id and a channel or provider
)

#: What every cell of a header looks like, and hardly ever every cell of a row.
_NAME: Final = re.compile(r"\s?(?:[^\W\d]|[@\ufeff])[\w .@#:()\[\]/-]{0,119}")


def surest(header: Header) -> tuple[CsvShape, float]:
    """Return the shape that claims a header most, and how surely; zero means that none does."""
    return max(((shape, shape.claims(header)) for shape in SHAPES), key=lambda pair: pair[1])


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is a header: names in every cell, and a shape that claims them.

    >>> is_header(["EventID", "Channel", "Computer"]), is_header(["4688", "Security", "pc"])
    (True, False)
    """
    if len(cells) < 2 or not all(_NAME.fullmatch(cell) for cell in cells):
        return False
    return surest(Header(tuple(cells)))[1] > 0
