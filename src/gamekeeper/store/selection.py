"""Which events of a case a question is about."""

from __future__ import annotations

from dataclasses import dataclass

from gamekeeper.model.wildcards import matches_any


@dataclass(frozen=True, slots=True)
class Selection:
    """All given conditions hold; an empty one asks for everything.

    ``hosts`` and ``channels`` are patterns with ``*`` and ``?``; a host answers to its full name and to the
    first part of it. Times are FILETIMEs; an event without a time is in no bounded period.
    """

    datasets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    event_ids: tuple[int, ...] = ()
    start: int | None = None  # inclusive
    stop: int | None = None  # exclusive

    def takes_dataset(self, dataset: str) -> bool:
        """Say whether events of a dataset can be meant."""
        return not self.datasets or dataset in self.datasets

    def takes_host(self, *names: str) -> bool:
        """Say whether events of a host with these names can be meant."""
        return not self.hosts or matches_any(self.hosts, *names)

    def takes_channel(self, channel: str) -> bool:
        """Say whether events of a channel can be meant."""
        return not self.channels or matches_any(self.channels, channel)

    def overlaps(self, first: int | None, last: int | None) -> bool:
        """Say whether events between two moments (None: none has a time) can be meant."""
        if self.start is None and self.stop is None:
            return True
        if first is None or last is None:
            return False
        return (self.start is None or last >= self.start) and (
            self.stop is None or first < self.stop
        )
