"""Dates like 3/4/2026: which number is the day, decided once a file from what its rows prove.

A 22 in either place settles it for the whole file. Where no row does, the month comes first, as Windows'
English (United States) writes it; the file's account says which of the two it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.sources.written_time import is_order_open, shows_day_first, with_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.sources.csv.contract import Header
    from gamekeeper.sources.json.text import Record


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a file's ambiguous dates are read, and a sentence that says so where it has any."""

    day_first: bool = False
    note: str = ""
    is_open: bool = False

    def apply(self, record: Record, header: Header) -> None:
        """Rewrite the times of a row in ISO order; the ones of columns that say UTC get their zone."""
        for name in header.times:
            value = record.get(name)
            if isinstance(value, str):
                text = with_order(value, day_first=self.day_first)
                record[name] = f"{text}Z" if name in header.utc and text[-1:].isdigit() else text


def times_in(record: Record, header: Header) -> list[str]:
    """Return a row's times as written."""
    return [value for name in header.times if isinstance(value := record.get(name), str)]


def order_of(times: Iterable[str]) -> DateOrder:
    """Return the order that the first conclusive time of a file shows.

    >>> order_of(["03/04/2026 09:00:00", "22/04/2026 09:00:00"]).day_first
    True
    """
    has_open = False
    for text in times:
        order = shows_day_first(text)
        if order is not None:
            what = "day before month" if order else "month before day"
            return DateOrder(
                order, f"dates are read with the {what}: {text} shows it" if has_open else ""
            )
        has_open = has_open or is_order_open(text)
    if has_open:
        note = "dates are read with the month before day: no row shows the order"
        return DateOrder(note=note, is_open=True)
    return DateOrder()
