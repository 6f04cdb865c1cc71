"""How far each log can be trusted, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.breaks import TIMELINE_SCHEMA, Break, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.integrity.facts import Facts

#: What is left of a log's trust in an hour that a break touches.
SCORES: Final = {
    Standing.PROVED: 0,
    Standing.LIKELY: 25,
    Standing.POSSIBLE: 60,
    Standing.EXPLAINED: 95,
}
TRUSTED: Final = 100
#: Hours that one break can mark beyond those with events: a hole of years is no million rows.
MOST_HOURS: Final = 24 * 366
_WORST: Final = ("", *(str(standing) for standing in reversed(list(Standing))))

_Cell = tuple[str, str, int]


def timeline(facts: Facts, breaks: Iterable[Break]) -> pa.Table:
    """Return one row a host, channel and hour in which there are events or a break, of TIMELINE_SCHEMA.

    A break of a whole host marks all of its channels; one without a beginning marks its last hour.
    """
    cells = _spoken(facts)
    channels: dict[str, set[str]] = {}
    for host, channel, _ in cells:
        channels.setdefault(host, set()).add(channel)
    marks: dict[_Cell, list[Standing]] = {}
    for one in breaks:
        for cell in _touched(one, channels):
            marks.setdefault(cell, []).append(one.standing)
    rows = [
        {
            "host": host,
            "channel": channel,
            "hour": hour,
            "events": cells.get((host, channel, hour), 0),
            "score": min((SCORES[s] for s in found), default=TRUSTED),
            "standing": min(found, key=SCORES.__getitem__).value if found else "",
            "breaks": len(found),
        }
        for host, channel, hour in sorted(cells.keys() | marks.keys())
        for found in [marks.get((host, channel, hour), [])]
    ]
    return pa.Table.from_pylist(rows, schema=TIMELINE_SCHEMA)


def _spoken(facts: Facts) -> dict[_Cell, int]:
    """Return events by cell. Copies of a log overlap: the one with most events speaks for the hour."""
    hours = facts.table("hours")
    most = hours.group_by(["host", "channel", "hour"]).aggregate([("events", "max")])
    columns = (most[name].to_pylist() for name in ("host", "channel", "hour", "events_max"))
    return {
        (host, channel, hour): events for host, channel, hour, events in zip(*columns, strict=True)
    }


def _touched(one: Break, channels: dict[str, set[str]]) -> Iterator[_Cell]:
    anomaly = one.anomaly
    stop = anomaly.stop if anomaly.stop is not None else anomaly.start
    if stop is None or not anomaly.host:
        return
    start = anomaly.start if anomaly.start is not None else stop
    first, last = start // HOUR * HOUR, stop // HOUR * HOUR
    hours = np.arange(first, last + HOUR, HOUR)[-MOST_HOURS:].tolist()
    for channel in sorted({anomaly.channel} if anomaly.channel else channels.get(anomaly.host, ())):
        for hour in hours:
            yield anomaly.host, channel, hour
