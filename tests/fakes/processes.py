"""Events of processes, written by hand in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch

SECOND = 10_000_000
#: 2026-01-31 08:00:00 UTC.
MORNING = FILETIME_EPOCH + 1_769_846_400 * SECOND

_offset = 0


def guid(number: int) -> str:
    """Return a ProcessGuid."""
    return f"{{AAAAAAAA-0000-0000-0000-{number:012X}}}"


def utc_time(seconds: float) -> str:
    """Return Sysmon's ``UtcTime`` of a moment after the morning."""
    moment = datetime(2026, 1, 31, 8) + timedelta(seconds=seconds)  # noqa: DTZ001
    return moment.isoformat(" ", "milliseconds")


def event(
    channel: str,
    provider: str,
    number: int,
    at: float | None,
    data: dict[str, str],
    host: str = "WS-01.example.org",
) -> Event:
    """Return one event at some seconds after the morning; None is no time."""
    global _offset  # noqa: PLW0603 - each event stands somewhere else
    _offset += 512
    return Event(
        source=0,
        offset=_offset,
        filetime=None if at is None else MORNING + round(at * SECOND),
        event_id=number,
        system={"Channel": channel, "Provider_Name": provider, "Computer": host},
        data=tuple(data.items()),
    )


def sysmon(number: int, at: float | None, data: dict[str, str], **more: str) -> Event:
    """Return an event of Sysmon."""
    name = "Microsoft-Windows-Sysmon"
    return event(f"{name}/Operational", name, number, at, data, **more)


def security(number: int, at: float | None, data: dict[str, str], **more: str) -> Event:
    """Return an event of the Security log."""
    return event("Security", "Microsoft-Windows-Security-Auditing", number, at, data, **more)


def system(provider: str, number: int, at: float, **more: str) -> Event:
    """Return an event of the System log."""
    return event("System", provider, number, at, {}, **more)


def started(
    at: float, pid: int, image: str, *, parent: tuple[int, str], command: str = "", **more: str
) -> Event:
    """Return a 4688."""
    data = {
        "NewProcessId": hex(pid),
        "NewProcessName": image,
        "ProcessId": hex(parent[0]),
        "ParentProcessName": parent[1],
        "CommandLine": command,
        "SubjectUserName": "alice",
        "SubjectDomainName": "EX",
        "SubjectLogonId": "0x1234",
        "TargetUserName": "-",
        "MandatoryLabel": "S-1-16-8192",
    }
    return security(4688, at, data, **more)


def seen(
    at: float, own: tuple[int, int], image: str, *, parent: tuple[int, int, str], **more: str
) -> Event:
    """Return a Sysmon 1; ``own`` is number of the ProcessGuid and process id, likewise the parent's."""
    command = more.pop("command", image)
    data = {
        "UtcTime": utc_time(at),
        "ProcessGuid": guid(own[0]),
        "ProcessId": str(own[1]),
        "Image": image,
        "CommandLine": command,
        "User": "EX\\alice",
        "LogonId": "0x1234",
        "IntegrityLevel": "Medium",
        "Hashes": "SHA1=AB,MD5=CD,SHA256=EF,IMPHASH=01",
        "ParentProcessGuid": guid(parent[0]),
        "ParentProcessId": str(parent[1]),
        "ParentImage": parent[2],
        "ParentCommandLine": f"{parent[2]} of old",
    }
    return sysmon(1, at, {name: text for name, text in data.items() if text}, **more)


def ended(at: float, pid: int, image: str, **more: str) -> Event:
    """Return a 4689."""
    return security(4689, at, {"ProcessId": hex(pid), "ProcessName": image}, **more)


def batches(events: Iterable[Event]) -> Iterator[EventBatch]:
    """Yield events as batches."""
    builder = BatchBuilder()
    for one in events:
        yield from builder.add(one)
    yield from builder.flush()
