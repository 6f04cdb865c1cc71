"""Facts as a hunt would have gathered them, from events that a test writes down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from gamekeeper.integrity.base import Gatherer
from gamekeeper.integrity.facts import Facts
from gamekeeper.integrity.registry import GATHERERS
from gamekeeper.integrity.timeline import timeline
from gamekeeper.model.breaks import TIMELINE_SCHEMA, Break
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.model.findings import SourceAccount

#: 2026-01-01T00:00:00Z as a FILETIME.
NEW_YEAR = 134_116_992_000_000_000
SECOND = 10_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EVENTLOG = "Microsoft-Windows-Eventlog"
AUDITING = "Microsoft-Windows-Security-Auditing"


def event(
    record: int | None,
    time: int | None,
    code: int = 4624,
    *,
    channel: str = "Security",
    provider: str = AUDITING,
    host: str = "DC01.example.org",
    source: int = 0,
    header: int | None = None,
    data: Mapping[str, str] | None = None,
) -> Event:
    """One event. ``header``: the record header's own number, the EventRecordID where not given."""
    number = record if header is None else header
    return Event(
        source=source,
        offset=4608 + (number or 0) * 512,
        record_id=number,
        filetime=time,
        event_id=code,
        event_record_id=record,
        system={"Computer": host, "Channel": channel, "Provider_Name": provider},
        data=tuple((data or {}).items()),
    )


def steady(
    first: int, last: int, *, start: int = NEW_YEAR, every: int = MINUTE, **other: object
) -> list[Event]:
    """Events of one log without a hole: records ``first`` to ``last``, one every so often."""
    return [
        event(record, start + at * every, **other)  # type: ignore[arg-type]
        for at, record in enumerate(range(first, last + 1))
    ]


def batches_of(events: Iterable[Event]) -> list[EventBatch]:
    """Return events as a reader gives them, some to a batch."""
    builder = BatchBuilder(16)
    found = [batch for one in events for batch in builder.add(one)]
    return [*found, *builder.flush()]


def gathered(gatherer: Gatherer, events: Iterable[Event]) -> pa.Table:
    """Return the table that a gatherer fills from events."""
    parts = [rows for batch in batches_of(events) if (rows := gatherer.gather(batch)) is not None]
    table = pa.Table.from_batches(parts, schema=gatherer.schema)
    order = [(name, "ascending") for name in gatherer.key]
    return gatherer.whole(table.sort_by(order))


def account(number: int = 0, path: str = "Security.evtx", **evidence: object) -> SourceAccount:
    """The account of one file; ``evidence`` is what its reader kept."""
    return SourceAccount(
        number=number,
        path=path,
        sha256=f"{number:064x}",
        size_bytes=69_632,
        format="evtx",
        shape="evtx",
        fidelity="lossless",
        records_present=0,
        events=0,
        rejects=0,
        evidence=evidence,
    )


def facts_of(events: Iterable[Event], sources: Sequence[SourceAccount] | None = None) -> Facts:
    """Return the facts of events; without ``sources``, each file is an EVTX file that shows nothing odd."""
    rows = list(events)
    if sources is None:
        sources = [account(number) for number in sorted({one.source for one in rows})]
    tables = {gatherer.name: gathered(gatherer, rows) for gatherer in GATHERERS}
    return Facts(tables, {one.number: one for one in sources})


def timeline_of(facts: Facts, breaks: Iterable[Break]) -> pa.Table:
    """Return the timeline of breaks as one table."""
    return pa.concat_tables([TIMELINE_SCHEMA.empty_table(), *timeline(facts, breaks)])
