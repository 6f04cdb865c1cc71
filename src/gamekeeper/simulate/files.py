"""From a journal to a folder: one event log file per host and channel, the truth, and what the world is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.simulate.catalog import EventKind
from gamekeeper.simulate.clock import SECOND, to_datetime
from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Rendering, WrittenEvent
from gamekeeper.simulate.values import filetime_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gamekeeper.simulate.journal import Entry
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


@dataclass(slots=True, eq=False)
class Placed:
    """One entry with the record id that its own log gave it, and its copy at the collector."""

    host: str
    fqdn: str
    entry: Entry
    record_id: int
    collected_id: int | None = None


def file_of(host: str, channel: str) -> str:
    """Return a log's path as Windows names it.

    >>> file_of("DC01", "Microsoft-Windows-Sysmon/Operational")
    'DC01/Microsoft-Windows-Sysmon%4Operational.evtx'
    """
    return f"{host}/{channel.replace('/', '%4')}.evtx"


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


def _event(
    item: Placed, *, as_text: bool = False, rendering: Rendering | None = None
) -> WrittenEvent:
    entry = item.entry
    return WrittenEvent(
        envelope=entry.kind.envelope,
        layout=entry.kind.layout,
        values=entry.values,
        computer=item.fqdn,
        filetime=entry.filetime,
        record_id=item.record_id,
        process_id=entry.process_id,
        thread_id=entry.thread_id,
        user_sid=entry.user_sid,
        activity_id=entry.activity_id,
        as_text=as_text,
        rendering=rendering,
    )


def write_logs(out: Path, placed: list[Placed]) -> dict[str, int]:
    """Write every host's logs; return the number of records by file."""
    counts: dict[str, int] = {}
    writer: EvtxWriter | None = None
    path = ""
    next_id = 0
    for item in placed:
        if item.entry.is_erased:
            continue
        name = file_of(item.host, item.entry.kind.envelope.channel)
        if name != path:
            if writer is not None:
                writer.close()
            path, next_id = name, item.record_id
            (out / item.host).mkdir(exist_ok=True)
            writer = EvtxWriter(out / name, first_record_id=item.record_id)
            counts[name] = 0
        assert writer is not None
        writer.skip(item.record_id - next_id)
        writer.write(_event(item))
        next_id = item.record_id + 1
        counts[name] += 1
    if writer is not None:
        writer.close()
    return counts


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
            arrivals.append((item.entry.filetime + delay, len(arrivals), item))
    arrivals.sort(key=lambda a: a[:2])
    name = f"{collector}/ForwardedEvents.evtx"
    (out / collector).mkdir(exist_ok=True)
    with EvtxWriter(out / name) as writer:
        for _, _, item in arrivals:
            rendering = _rendering(item.entry.kind, item.entry.values)
            item.collected_id = writer.write(_event(item, as_text=True, rendering=rendering))
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
            "host": item.host,
            "computer": item.fqdn,
            "account": step.account,
            "channel": entry.kind.envelope.channel,
            "provider": entry.kind.envelope.provider,
            "EventID": entry.kind.envelope.event_id,
            "EventRecordID": item.record_id,
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
            "account": step.account,
            "text": step.text,
            "events": len(times.get(step.number, ())),
            "first": filetime_text(min(times[step.number])) if step.number in times else None,
            "last": filetime_text(max(times[step.number])) if step.number in times else None,
        }
        for step in site.journal.steps
    ]
