"""Windows events for tests, written in a line each, as batches."""

from __future__ import annotations

from collections.abc import Iterable

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch

SECURITY = ("Security", "Microsoft-Windows-Security-Auditing")
SYSMON = ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon")
SYSTEM = ("System", "EventLog")
#: 2026-01-05T08:00:00Z
MORNING = FILETIME_EPOCH + 1_767_600_000 * 10_000_000
SECOND = 10_000_000


class Told:
    """Collects events of one file; each stands a second after the one before."""

    def __init__(self, source: int = 0) -> None:
        self._source = source
        self._events: list[Event] = []

    def event(
        self,
        log: tuple[str, str],
        event_id: int,
        *data: tuple[str, str],
        host: str = "WS01.example.org",
        system: dict[str, str] | None = None,
        **fields: str,
    ) -> Told:
        """Add an event; ``data`` are pairs whose names repeat or have blanks."""
        place = len(self._events)
        channel, provider = log
        envelope = {"Channel": channel, "Provider_Name": provider, "Computer": host}
        self._events.append(
            Event(
                self._source,
                place * 100,
                record_id=place + 1,
                filetime=MORNING + place * SECOND,
                event_id=event_id,
                event_record_id=place + 1,
                system={**envelope, **(system or {})},
                data=[*fields.items(), *data],
            )
        )
        return self

    def batches(self) -> list[EventBatch]:
        """Return the events, a batch a dataset."""
        return batches_of(self._events)

    def batch(self) -> EventBatch:
        """Return the events of the only dataset that has any."""
        (only,) = self.batches()
        return only


def batches_of(events: Iterable[Event]) -> list[EventBatch]:
    """Return events as batches."""
    builder = BatchBuilder()
    found = [batch for event in events for batch in builder.add(event)]
    return [*found, *builder.flush()]
