"""Entries of a journal with the record ids that their logs gave them, and with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.simulate.journal import Entry
    from gamekeeper.simulate.site import Site


@dataclass(slots=True, eq=False)
class Placed:
    """One entry with the record id that its own log gave it, and its copy at the collector.

    The last five say where the log's file differs from what was logged.
    """

    host: str
    fqdn: str
    entry: Entry
    record_id: int
    collected_id: int | None = None
    local_id: int | None = None  # the EventRecordID that the file has instead
    header_id: int | None = None  # the record header's id, where it is not the EventRecordID
    is_collected: bool = True  # the collector gets it if it subscribes to the channel
    arrives: int | None = None  # at the collector, where its own time does not say that
    put_away: str | None = (
        None  # the file so far gets this name before the entry; none: it is deleted
    )

    @property
    def channel(self) -> str:
        """The log that it belongs to."""
        return self.entry.kind.envelope.channel

    @property
    def own_id(self) -> int:
        """The EventRecordID in the log's own file."""
        return self.record_id if self.local_id is None else self.local_id


def place(site: Site) -> list[Placed]:
    """Number the entries of every log that fall into the simulated time."""
    world = site.world
    names = {host.name: host.fqdn for host in world.hosts}
    placed: list[Placed] = []
    for (host, channel), entries in site.journal.settled().items():
        # A log that has run for years does not begin at 1.
        record_id = world.rng("first record", host, channel).randint(2_000, 900_000)
        for entry in entries:
            if world.start <= entry.filetime < world.end:
                placed.append(Placed(host, names[host], entry, record_id))
                record_id += 1
    return placed


def log_of(placed: list[Placed], host: str, channel: str) -> list[Placed]:
    """Return one log, in order."""
    return [item for item in placed if item.host == host and item.channel == channel]


def logs_of(placed: list[Placed]) -> Iterator[tuple[tuple[str, str], list[Placed]]]:
    """Yield every log with its host and channel."""
    start = 0
    for at, item in enumerate(placed):
        first = placed[start]
        if (item.host, item.channel) != (first.host, first.channel):
            yield (first.host, first.channel), placed[start:at]
            start = at
    if placed:
        yield (placed[start].host, placed[start].channel), placed[start:]
