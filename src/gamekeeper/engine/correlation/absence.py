"""``absence``: the first rule matches and none of the others follows in time. An extension of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.engine.correlation.windows import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.engine.correlation.row_file import Event, RowFile

_NEVER: Final = -(1 << 63)


def absences(file: RowFile, ticks: int) -> Iterator[Span]:
    """Yield a stretch for every event of the first rule that nothing follows within the time span.

    Reads ahead of each event by the time span, and remembers the latest follower. Whether the logs
    go on for so long is for others to judge.
    """
    ahead = file.events()
    waiting = next(ahead, None)
    key, follower = b"", _NEVER
    for event in file.events():
        if event.key != key:
            key, follower = event.key, _NEVER
        while waiting is not None and _reaches(event, ticks, waiting):
            if waiting.key == key and waiting.roles - {0}:
                follower = waiting.time
            waiting = next(ahead, None)
        if 0 in event.roles and follower < event.time:
            yield Span(event.row, event.stop)


def _reaches(event: Event, ticks: int, other: Event) -> bool:
    """Say whether another event lies before the end of an event's time span, or in a group before."""
    if other.key != event.key:
        return other.row < event.row
    return other.time <= event.time + ticks
