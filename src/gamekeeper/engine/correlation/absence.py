"""``absence``: the first rule matches and none of the others follows in time. An extension of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.engine.correlation.windows import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.engine.correlation.row_file import Event, RowFile

_NEVER: Final = -(1 << 63)


class Absence:
    """Reads ahead of each event of the first rule by the time span, and remembers the latest follower."""

    def __init__(self, file: RowFile, ticks: int, until: int) -> None:
        self._file = file
        self._ticks = ticks
        self._until = until
        self.undecided = 0  # events whose time span goes on beyond the end of the logs

    def spans(self) -> Iterator[Span]:
        """Yield a stretch for every event of the first rule that nothing follows."""
        ahead = self._file.events()
        waiting = next(ahead, None)
        key, follower = b"", _NEVER
        for event in self._file.events():
            if event.key != key:
                key, follower = event.key, _NEVER
                while waiting is not None and waiting.row < event.row:
                    waiting = next(ahead, None)
            while waiting is not None and self._reaches(event, waiting):
                if waiting.roles - {0}:
                    follower = waiting.time
                waiting = next(ahead, None)
            if 0 not in event.roles or follower >= event.time:
                continue
            if event.time + self._ticks > self._until:
                self.undecided += 1
                continue
            yield Span(event.row, event.stop)

    def _reaches(self, event: Event, other: Event) -> bool:
        return other.key == event.key and other.time <= event.time + self._ticks
