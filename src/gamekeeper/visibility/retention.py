"""How far back each log of each host reaches, and how far it will: LR-08 and LR-09.

A log that an export has cut to a period cannot be told from one that was kept no longer: results say what
is in these logs, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper import content
from gamekeeper.integrity.gathering.presence import DAY
from gamekeeper.model.folding import fold
from gamekeeper.model.visibility import Kept, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.visibility import HostRole

OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long one log should reach back: days for a pass, a warning and a failure below, by role."""

    channel: str  # as it is written
    size: int  # bytes, of an untouched Windows
    keep: dict[str, tuple[int, int, int]]
    collect: str

    def days(self, roles: tuple[str, ...]) -> tuple[int, int, int]:
        """Return the days for a host of these roles."""
        return next((self.keep[role] for role in roles if role in self.keep), self.keep[OTHER])


@cache
def wanted() -> dict[str, Wanted]:
    """Return what is wanted, by folded channel."""
    return {
        fold(name): Wanted(
            name,
            row["size"],
            {role: tuple(days) for role, days in row["keep"].items()},
            row["collect"],
        )
        for name, row in content.load_yaml("visibility/retention.yml").items()
    }


def kept(facts: Facts, roles: tuple[HostRole, ...]) -> tuple[Kept, ...]:
    """Return how far back the logs of each host reach, in order of host and log."""
    hours = facts.table("hours")
    named = {one.host: one.roles for one in roles}
    found = []
    # A handful of logs a host: rows of the grouped table are few.
    sums = hours.group_by(["host", "channel"]).aggregate(
        [("events", "sum"), ("first", "min"), ("last", "max"), ("source", "distinct")]
    )
    sizes = dict(_sizes(facts))
    for row in sums.to_pylist():
        asked = wanted().get(row["channel"])
        if asked is not None and row["host"]:
            key = row["host"], row["channel"]
            span = row["first_min"], row["last_max"]
            found.append(
                _kept(key, span, row["events_sum"], asked.days(named.get(row["host"], ())), sizes)
            )
    return tuple(sorted(found, key=lambda one: (one.host, one.channel)))


def _kept(
    key: tuple[str, str],
    span: tuple[int, int],
    events: int,
    limits: tuple[int, int, int],
    sizes: Mapping[tuple[str, str], int],
) -> Kept:
    host, channel = key
    days = (span[1] - span[0]) / DAY
    size = sizes.get(key)
    # An hour at the least: a log of one moment has no rate.
    a_day = round(size / max(days, 1 / 24)) if size is not None and days >= 1 else None
    room = max(wanted()[channel].size, size or 0)
    return Kept(
        host,
        channel,
        span[0],
        span[1],
        round(days, 1),
        round(events / max(days, 1.0)),
        a_day,
        limits[0],
        round(room / a_day, 1) if a_day else None,
        _outcome(days, limits),
    )


def _outcome(days: float, limits: tuple[int, int, int]) -> Outcome:
    good, poor, bad = limits
    if days >= good:
        return Outcome.PASS
    return Outcome.FAIL if days < bad or days < poor else Outcome.WARN


def _sizes(facts: Facts) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the bytes of a host's log where its files hold that log alone, as native logs do."""
    pairs = facts.table("hours").group_by(["source", "host", "channel"]).aggregate([]).to_pylist()
    logs_in: dict[int, set[tuple[str, str]]] = {}
    for row in pairs:
        logs_in.setdefault(row["source"], set()).add((row["host"], row["channel"]))
    sizes: dict[tuple[str, str], list[int]] = {}
    for source, logs in logs_in.items():
        for log in logs:
            alone = len(logs) == 1 and _is_native(facts.sources.get(source))
            sizes.setdefault(log, []).append(facts.sources[source].size_bytes if alone else -1)
    for log, found in sizes.items():
        if min(found) >= 0:
            yield log, int(np.sum(found))


def _is_native(source: SourceAccount | None) -> bool:
    return source is not None and source.format == "evtx"
