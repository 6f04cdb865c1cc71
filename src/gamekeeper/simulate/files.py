"""From a journal to a folder: one event log file per host and channel, the truth, and what the world is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.simulate.catalog import EventKind
from gamekeeper.simulate.clock import SECOND, to_datetime
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Rendering, WrittenEvent
from gamekeeper.simulate.placing import Placed, logs_of
from gamekeeper.simulate.values import filetime_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gamekeeper.simulate.places import World
    from gamekeeper.simulate.site import Site

#: What the collector subscribes to.
FORWARDED_CHANNELS: Final = frozenset(
    {
        "Security",
        "System",
        "Microsoft-Windows-Sysmon/Operational",
        "Microsoft-Windows-PowerShell/Operational",
        "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    }
)
_LEVELS: Final = {
    0: "Information",
    1: "Critical",
    2: "Error",
    3: "Warning",
    4: "Information",
    5: "Verbose",
}


def file_of(host: str, channel: str) -> str:
    """Return a log's path as Windows names it.

    >>> file_of("DC01", "Microsoft-Windows-Sysmon/Operational")
    'DC01/Microsoft-Windows-Sysmon%4Operational.evtx'
    """
    return f"{host}/{channel.replace('/', '%4')}.evtx"


def _event(item: Placed, record_id: int, rendering: Rendering | None = None) -> WrittenEvent:
    entry = item.entry
    return WrittenEvent(
        envelope=entry.kind.envelope,
        layout=entry.kind.layout,
        values=entry.values,
        computer=item.fqdn,
        filetime=entry.filetime,
        record_id=record_id,
        process_id=entry.process_id,
        thread_id=entry.thread_id,
        user_sid=entry.user_sid,
        activity_id=entry.activity_id,
        as_text=rendering is not None,
        rendering=rendering,
    )


@dataclass(frozen=True, slots=True)
class Rendition:
    """A copy of a log that is in the folder in the log's place: an export, or a copy from an earlier day."""

    name: str  # the path below the folder
    keeps: Callable[[Placed], bool]
    is_export: bool  # the event log service wrote it: new record ids in headers, no times


def write_logs(
    out: Path,
    placed: list[Placed],
    renditions: Mapping[tuple[str, str], Sequence[Rendition]] = MappingProxyType({}),
) -> dict[str, int]:
    """Write every host's logs; return the number of records by file."""
    counts: dict[str, int] = {}
    for (host, channel), items in logs_of(placed):
        present = [item for item in items if not item.entry.is_erased]
        for told in renditions.get((host, channel), ()):
            kept = [item for item in present if told.keeps(item)]
            counts |= write_log(out, told.name, kept, is_export=told.is_export)
        if present and (host, channel) not in renditions:
            counts |= write_log(out, file_of(host, channel), present)
    return counts


def write_log(
    out: Path, name: str, items: Sequence[Placed], *, is_export: bool = False
) -> dict[str, int]:
    """Write one log, with the files that were put away from it before; return the records by file."""
    folder = name.rpartition("/")[0]
    (out / folder).mkdir(parents=True, exist_ok=True)
    starts = [
        0,
        *(n for n, item in enumerate(items) if n and item.put_away is not None),
        len(items),
    ]
    counts: dict[str, int] = {}
    for start, stop in pairwise(starts):
        # What the next part puts away is this part.
        kept_as = name if stop == len(items) else items[stop].put_away
        if kept_as:
            _write_file(out / kept_as, items[start:stop], is_export=is_export)
            counts[kept_as] = stop - start
    return counts


def _write_file(path: Path, items: Sequence[Placed], *, is_export: bool) -> None:
    next_id = 1 if is_export or not items else _header_id(items[0])
    with EvtxWriter(
        path, first_record_id=next_id, has_old_bytes=True, has_header_times=not is_export
    ) as writer:
        for item in items:
            if not is_export:
                writer.skip(_header_id(item) - next_id)
            next_id = writer.write(_event(item, item.own_id)) + 1


def _header_id(item: Placed) -> int:
    return item.own_id if item.header_id is None else item.header_id


@cache
def _field_names(kind: EventKind) -> tuple[str, ...]:
    return tuple(name for name in kind.names if name not in ("strings", "binary"))


def _rendering(kind: EventKind, values: tuple[Any, ...]) -> Rendering:
    holes = kind.layout.template.holes
    lines = [
        f"{name}: {hole.kind.show(value)}"
        for name, hole, value in zip(_field_names(kind), holes, values, strict=False)
    ]
    provider = kind.envelope.provider
    audit = {0x8020: "Audit Success", 0x8010: "Audit Failure"}.get(kind.envelope.keywords >> 48)
    return Rendering(
        message="\r\n".join([kind.title, *lines]),
        level=_LEVELS[kind.envelope.level],
        task=kind.category,
        channel=kind.envelope.channel.partition("/")[0],
        provider=provider,
        keywords=(audit,) if audit else (),
    )


def write_collected(out: Path, site: Site, placed: list[Placed]) -> tuple[str, int]:
    """Write the collector's log: the copies of all hosts' events, rendered, in order of arrival.

    A cleared log still lives here, and records taken out of it as well.
    """
    collector = site.world.of_role("monitor").name
    rng = site.world.rng("collector")
    arrivals: list[tuple[int, int, Placed]] = []
    for item in placed:
        if item.entry.kind.envelope.channel in FORWARDED_CHANNELS:
            delay = int(rng.expovariate(1 / 20) * SECOND)
            arrival = (item.entry.filetime if item.arrives is None else item.arrives) + delay
            if item.is_collected:
                arrivals.append((arrival, len(arrivals), item))
    arrivals.sort(key=lambda a: a[:2])
    name = f"{collector}/ForwardedEvents.evtx"
    (out / collector).mkdir(exist_ok=True)
    with EvtxWriter(out / name, has_old_bytes=True) as writer:
        for _, _, item in arrivals:
            rendering = _rendering(item.entry.kind, item.entry.values)
            item.collected_id = writer.write(_event(item, item.record_id, rendering))
    return name, len(arrivals)


def truth_lines(placed: list[Placed], collected: str | None) -> Iterator[dict[str, object]]:
    """Yield one line for each event of the intrusion that a file still holds, in order of time."""
    told = [p for p in placed if p.entry.step is not None]
    told.sort(key=lambda p: (p.entry.filetime, p.entry.order))
    for item in told:
        entry, step = item.entry, item.entry.step
        assert step is not None
        if entry.is_erased and item.collected_id is None:
            continue
        own = None if entry.is_erased else file_of(item.host, entry.kind.envelope.channel)
        copy = None if item.collected_id is None else collected
        yield {
            "step": step.number,
            "phase": step.phase,
            "technique": list(step.techniques),
            "chain": list(step.chains),
            "host": item.host,
            "computer": item.fqdn,
            "account": step.account,
            "channel": entry.kind.envelope.channel,
            "provider": entry.kind.envelope.provider,
            "EventID": entry.kind.envelope.event_id,
            "EventRecordID": item.record_id if own is None else item.own_id,
            "filetime": entry.filetime,
            "time": filetime_text(entry.filetime),
            "file": own,
            "collected_file": copy,
            "collected_record_id": item.collected_id,
            "text": step.text,
        }


def write_truth(out: Path, placed: list[Placed], collected: str | None) -> int:
    """Write ``truth.jsonl`` and return its number of lines."""
    lines = [json.dumps(line, ensure_ascii=False) for line in truth_lines(placed, collected)]
    text = "".join(line + "\n" for line in lines)
    (out / "truth.jsonl").write_text(text, encoding="utf-8")
    return len(lines)


def _erased(placed: list[Placed]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in placed:
        if item.entry.is_erased:
            name = file_of(item.host, item.entry.kind.envelope.channel)
            counts[name] = counts.get(name, 0) + 1
    return counts


def describe(site: Site, placed: list[Placed], intrusion: str | None) -> dict[str, Any]:
    """Return what ``world.json`` says: places, people, steps, and what was taken away again."""
    world: World = site.world
    return {
        "seed": world.seed,
        "days": world.days,
        "sector": world.sector,
        "organisation": world.organisation,
        "domain": world.domain,
        "start": to_datetime(world.start).isoformat(),
        "end": to_datetime(world.end).isoformat(),
        "intrusion": intrusion,
        "hosts": [
            {
                "name": host.name,
                "fqdn": host.fqdn,
                "role": host.role,
                "address": host.address,
                "system": host.system,
                "owner": host.owner.name if host.owner is not None else None,
                "lacks": sorted(host.lacks),
                "command_lines": host.has_command_lines,
            }
            for host in world.hosts
        ],
        "accounts": [
            {
                "name": account.name,
                "display": account.display,
                "sid": account.sid,
                "kind": account.kind,
                "duty": account.duty,
                "groups": list(account.groups),
            }
            for account in world.accounts
        ],
        "networks": world.networks,
        "steps": _steps(site, placed),
        "erased": _erased(placed),
    }


def _steps(site: Site, placed: list[Placed]) -> list[dict[str, Any]]:
    times: dict[int, list[int]] = {}
    for item in placed:
        if item.entry.step is not None:
            times.setdefault(item.entry.step.number, []).append(item.entry.filetime)
    return [
        {
            "step": step.number,
            "phase": step.phase,
            "technique": list(step.techniques),
            "chain": list(step.chains),
            "account": step.account,
            "text": step.text,
            "events": len(times.get(step.number, ())),
            "first": filetime_text(min(times[step.number])) if step.number in times else None,
            "last": filetime_text(max(times[step.number])) if step.number in times else None,
        }
        for step in site.journal.steps
    ]
