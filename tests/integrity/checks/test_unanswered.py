"""What others saw and the target did not record."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, account, event, facts_of

from gamekeeper.integrity.checks.unanswered import Unanswered
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

CLIENT = "10.0.0.5"
SYSMON = "Microsoft-Windows-Sysmon/Operational"


def logon(at: int) -> Event:
    data = {"LogonType": "3", "IpAddress": CLIENT}
    return event(at, NEW_YEAR + at * 2 * HOUR, 4624, host="fs01", data=data)


def beat(at: int) -> Event:
    """Something else that the target writes, every half an hour."""
    return event(10_000 + at, NEW_YEAR + at * HOUR // 2, 4688, host="fs01")


def ticket(at: int) -> Event:
    data = {"ServiceName": "FS01$", "IpAddress": f"::ffff:{CLIENT}"}
    return event(at, NEW_YEAR + at * 2 * HOUR - MINUTE, 4769, host="dc01", data=data)


def connection(at: int) -> Event:
    data = {"DestinationHostname": "fs01", "SourceIp": CLIENT, "DestinationPort": "445"}
    time = NEW_YEAR + at * 2 * HOUR - MINUTE
    return event(at, time, 3, channel=SYSMON, host="ws01", data=data)


def numbered(events: list[Event]) -> list[Event]:
    """The target's events, numbered one after another in order of time."""
    ordered = sorted(events, key=lambda one: one.filetime or 0)
    return [replace(one, event_record_id=at, record_id=at) for at, one in enumerate(ordered, 1)]


def looked(
    *gone: int, connected: bool = False, logons: int = 40, is_whole: bool = True
) -> list[Anomaly]:
    events = [logon(at) for at in range(1, logons) if at not in gone]
    events += [beat(at) for at in range(200)]
    sources = None if is_whole else [replace(account(), format="json")]
    events = numbered(events) if is_whole else events
    events += [ticket(at) for at in range(1, 40)]
    if connected:
        events += [connection(at) for at in range(1, 40)]
    return list(Unanswered().look(facts_of(events, sources)))


def test_a_host_that_records_what_others_saw_gives_no_break() -> None:
    assert looked() == []


def test_a_ticket_without_its_logon_is_weak_by_itself() -> None:
    (found,) = looked(20)
    assert (found.host, found.channel, found.strength) == ("fs01", "security", Strength.WEAK)
    assert found.start == NEW_YEAR + 40 * HOUR - MINUTE
    assert [one.record for one in found.evidence] == [20]
    assert CLIENT in found.text


def test_a_connection_beside_the_ticket_makes_it_strong() -> None:
    (found,) = looked(20, connected=True)
    assert found.strength is Strength.STRONG
    assert len(found.evidence) == 2


def test_a_log_that_is_not_whole_may_lack_the_logon_for_other_reasons() -> None:
    (found,) = looked(20, connected=True, is_whole=False)
    assert found.strength is Strength.WEAK


def test_a_target_that_leaves_many_tickets_unanswered_has_that_habit() -> None:
    assert looked(*range(10, 20)) == []


def test_a_target_that_records_no_such_logons_owes_none() -> None:
    assert looked(logons=2) == []


def test_a_log_that_does_not_cover_the_time_is_silent_elsewhere() -> None:
    events = [logon(at) for at in range(1, 40)]
    events += [beat(at) for at in range(160)]
    assert list(Unanswered().look(facts_of([*events, *(ticket(at) for at in range(1, 60))]))) == []
