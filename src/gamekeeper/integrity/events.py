"""Telling events as checks and causes ask for them: by host, number and time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING

import orjson

from gamekeeper.integrity.rows import rows_of
from gamekeeper.model.breaks import Evidence
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.integrity.facts import Facts


@dataclass(frozen=True, slots=True)
class TellingEvent:
    """One telling event; ``provider`` and ``channel`` are folded."""

    host: str
    channel: str
    provider: str
    code: int
    filetime: int
    record: int | None
    source: int
    offset: int
    user: str  # SID of the envelope
    fields: Mapping[str, str]  # one for all events that say the same

    def evidence(self, text: str) -> Evidence:
        """Return the event as evidence for a statement."""
        return Evidence(text, self.source, self.offset, self.record, self.filetime)


class TellingEvents:
    """All telling events; those of one host in order of time. Copies of one event count once."""

    def __init__(self, facts: Facts) -> None:
        self._by_host: dict[str, list[TellingEvent]] = {}
        seen: set[tuple[object, ...]] = set()
        said: dict[str, dict[str, str]] = {}
        host = ""
        for row in rows_of(facts.table("telling")):
            if row["filetime"] is None:
                continue
            if row["host"] != host:  # rows are in order of hosts
                host = row["host"]
                seen.clear()
            text = row["fields"]
            event = TellingEvent(
                host,
                intern(row["channel"]),
                intern(fold(row["provider"])),
                row["code"],
                row["filetime"],
                row["record"],
                row["source"],
                row["offset"],
                intern(row["user"]),
                said[text] if text in said else said.setdefault(text, orjson.loads(text)),
            )
            # Exports without record numbers: a burst of one moment differs by what it says.
            number = text if event.record is None else event.record
            same = (event.channel, event.code, event.filetime, number)
            if same not in seen:
                seen.add(same)
                self._by_host.setdefault(event.host, []).append(event)
        self._times = {
            host: [event.filetime for event in events] for host, events in self._by_host.items()
        }

    @property
    def hosts(self) -> list[str]:
        """Hosts that said something, in order of name."""
        return sorted(self._by_host)

    def of(
        self, host: str, *codes: int, provider: str = "", channel: str = ""
    ) -> list[TellingEvent]:
        """Return a host's events of some numbers (all, where none is given) in order of time."""
        return [
            event
            for event in self._by_host.get(host, ())
            if (not codes or event.code in codes)
            and (not provider or event.provider == fold(provider))
            and (not channel or event.channel == fold(channel))
        ]

    def between(self, host: str, start: int, stop: int) -> list[TellingEvent]:
        """Return all of a host's events from ``start`` to ``stop``, both included."""
        times = self._times.get(host, [])
        return self._by_host.get(host, [])[bisect_left(times, start) : bisect_right(times, stop)]


def telling(facts: Facts) -> TellingEvents:
    """Return the telling events of all hosts."""
    return facts.once("telling events", TellingEvents)
