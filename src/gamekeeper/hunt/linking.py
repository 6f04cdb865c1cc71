"""What the logs of a hunt cover, as the linking of signals needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.hunt.census import ranked
from gamekeeper.incidents.assembling import Scope
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from gamekeeper.hunt.census import Census
    from gamekeeper.model.breaks import IntegrityResult, Timeline

_DAY: Final = 864_000_000_000


def scope_of(census: Census, integrity: IntegrityResult | None) -> Scope:
    """Return hosts, days and host-days: of the timeline where there is one, else hosts times days."""
    hosts: dict[str, str] = {}
    for name, _ in ranked(census.hosts):
        hosts.setdefault(
            short_host(name), name.partition(".")[0] if not _is_address(name) else name
        )
    if census.first is None or census.last is None:
        return Scope(max(1, len(hosts)), 1, hosts)
    if integrity is not None and integrity.timeline.num_rows:
        spoke = _spoke(integrity.timeline)
        return Scope(max(1, len(spoke)), len({day for _, day in spoke}), hosts)
    days = census.last // _DAY - census.first // _DAY + 1
    return Scope(max(1, len(hosts)) * days, days, hosts)


def _spoke(timeline: Timeline) -> set[tuple[str, int]]:
    """Return the hosts and days with events."""
    found: set[tuple[str, int]] = set()
    for batch in timeline.to_batches():
        spoke = batch.filter(pc.greater(batch["events"], 0))
        columns = {"host": spoke["host"], "day": pc.divide(spoke["hour"], _DAY)}
        pairs = pa.table(columns).group_by(["host", "day"]).aggregate([])
        found |= set(zip(pairs["host"].to_pylist(), pairs["day"].to_pylist(), strict=True))
    return found


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
