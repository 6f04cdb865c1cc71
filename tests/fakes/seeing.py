"""Questions about what could have been seen, asked of events that a test writes down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.fakes.facts import AUDITING, DAY, HOUR, MINUTE, NEW_YEAR, event, facts_of, timeline_of

from gamekeeper.integrity.judging import judge
from gamekeeper.model.breaks import Break, IntegrityResult
from gamekeeper.model.build import Event
from gamekeeper.model.context import Asset
from gamekeeper.model.visibility import CheckResult, Coverage, Sight, VisibilityResult
from gamekeeper.visibility.looking import Seeing, see
from gamekeeper.visibility.scope import Scope, scope_of
from gamekeeper.visibility.seen import Seen

SYSMON = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL = "Microsoft-Windows-PowerShell/Operational"
ESENT = "ESENT"

__all__ = ["DAY", "ESENT", "HOUR", "MINUTE", "NEW_YEAR", "POWERSHELL", "SYSMON", "event"]


def each_hour(
    code: int,
    days: int = 2,
    *,
    host: str = "SRV01",
    channel: str = "Security",
    provider: str = AUDITING,
    first: int = 0,
    data: Mapping[str, str] | None = None,
    system: Mapping[str, str] | None = None,
) -> list[Event]:
    """One event an hour, for days from day ``first`` on."""
    found = [
        event(
            None,
            NEW_YEAR + first * DAY + hour * HOUR + 5 * MINUTE,
            code,
            host=host,
            channel=channel,
            provider=provider,
            data=data,
        )
        for hour in range(24 * days)
    ]
    return [_with(one, system) for one in found] if system else found


def _with(one: Event, system: Mapping[str, str]) -> Event:
    values = {name: getattr(one, name) for name in Event.__slots__}
    return Event(**values | {"system": {**one.system, **system}})


def processes(
    host: str = "SRV01", days: int = 2, line: str = "whoami", first: int = 0
) -> list[Event]:
    """New processes, with command lines where ``line`` says something."""
    data = {"CommandLine": line, "ParentProcessName": r"C:\Windows\explorer.exe"}
    return each_hour(4688, days, host=host, data=data, first=first)


def controller(host: str = "DC01", days: int = 2) -> list[Event]:
    """What makes a host a domain controller, and the logs that show a copy of its database."""
    tickets = each_hour(4769, days, host=host, data={"IpAddress": "10.0.0.5"})
    application = each_hour(326, days, host=host, channel="Application", provider=ESENT)
    return [*tickets, *application, *each_hour(7036, days, host=host, channel="System")]


def seen_in(events: Iterable[Event]) -> Seen:
    """The counts behind all answers."""
    facts = facts_of(events)
    return Seen(facts, scope_of(facts))


def scope_in(events: Iterable[Event]) -> Scope:
    """The scope of events."""
    return scope_of(facts_of(events))


def seeing(
    events: Iterable[Event],
    assets: Mapping[str, Asset] | None = None,
    breaks: tuple[Break, ...] | None = None,
) -> Seeing:
    """Everything about what events could have shown. ``breaks``: in place of those that checks find."""
    facts = facts_of(events)
    found = judge(facts) if breaks is None else breaks
    return see(facts, IntegrityResult(found, timeline=timeline_of(facts, found)), assets)


def result(events: Iterable[Event], assets: Mapping[str, Asset] | None = None) -> VisibilityResult:
    """The result alone."""
    return seeing(events, assets).result


def check(found: VisibilityResult, name: str) -> CheckResult:
    """One check of a result."""
    return next(one for one in found.checks if one.id == name)


def coverage(found: VisibilityResult, name: str) -> Coverage:
    """The coverage of one question."""
    all_of = (*found.chains, *found.techniques, *found.behaviours)
    return next(one for one in all_of if one.id == name)


def sights(found: VisibilityResult, name: str) -> dict[tuple[str, int], Sight]:
    """The sight of a question by host and day number."""
    return {
        (host, (day - NEW_YEAR) // DAY): each.sight
        for each in coverage(found, name).stretches
        for host in each.hosts
        for day in range(each.first_day, each.last_day + 1, DAY)
    }
