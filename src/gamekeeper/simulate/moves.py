"""Clocks that are wrong for a while: what a host logs then bears other times than it happened at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.simulate.clock import millisecond_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.simulate.placing import Placed


def move_times(
    placed: list[Placed], host: str, start: int, stop: int, shift: Callable[[int], int]
) -> None:
    """Move the times of what a host logged between two true times; ``shift`` is given the true time.

    The order and the ids of records stay. Sysmon's own time in its events moves along; the collector
    gets events when they really happened.
    """
    for item in placed:
        entry = item.entry
        if item.host != host or not start <= entry.filetime < stop:
            continue
        true = entry.filetime
        moved = shift(true)
        item.arrives = true
        entry.filetime = true + moved
        if "UtcTime" in entry.kind.names:
            at = entry.kind.names.index("UtcTime")
            told = millisecond_text(entry.filetime)
            entry.values = (*entry.values[:at], told, *entry.values[at + 1 :])
