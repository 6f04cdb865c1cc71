"""What must have begun and has no record of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.fakes.facts import MINUTE, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.orphans import Orphans
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

GENERAL = "Microsoft-Windows-Kernel-General"
BOOT = event(1, NEW_YEAR + MINUTE, 12, channel="System", provider=GENERAL, source=1)


def sessions(
    count: int, *, without: Iterable[int] = (), cut: Iterable[int] = ()
) -> Iterator[Event]:
    """Logons and logoffs, one behind the other; ``without`` a logon; ``cut``: its record is not there."""
    record = 100
    for at in range(count):
        data = {"TargetLogonId": hex(5000 + at)}
        for code in (4624, 4634):
            if code == 4634 or at not in {*without, *cut}:
                yield event(record, NEW_YEAR + at * MINUTE, code, data=data)
            record += not (code == 4624 and at in without)


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(Orphans().look(facts_of(events)))


def test_a_logoff_without_its_logon_in_a_whole_log_is_possible() -> None:
    (found,) = looked([BOOT, *sessions(60, without=[30])])
    assert found.strength is Strength.WEAK
    assert (found.host, found.channel) == ("dc01", "security")
    assert [one.filetime for one in found.evidence] == [NEW_YEAR + 30 * MINUTE]


def test_sessions_that_have_their_logon_are_nothing() -> None:
    assert looked([BOOT, *sessions(60)]) == []


def test_without_the_hosts_start_nothing_is_said() -> None:
    assert looked(sessions(60, without=[30])) == []


def test_a_log_that_begins_after_the_hosts_start_says_nothing() -> None:
    early = event(1, NEW_YEAR - MINUTE, 12, channel="System", provider=GENERAL, source=1)
    assert looked([early, *sessions(60, without=[30])]) == []


def test_what_lacks_often_is_a_habit() -> None:
    assert looked([BOOT, *sessions(60, without=range(10, 60, 10))]) == []
    assert looked([BOOT, *sessions(15, without=[8])]) == []


def test_records_that_were_cut_out_make_it_likely() -> None:
    (found,) = looked([BOOT, *sessions(60, cut=[30])])
    assert found.strength is Strength.STRONG


def test_two_logs_that_lack_something_at_one_time_make_it_likely() -> None:
    sysmon = "Microsoft-Windows-Sysmon"
    guid = "{{747F3D96-C74B-5F67-0000-0010{:08X}}}"
    starts = [
        event(
            at,
            NEW_YEAR + at * MINUTE,
            1,
            channel=f"{sysmon}/Operational",
            provider=sysmon,
            source=2,
            data={
                "ProcessGuid": guid.format(at),
                "ParentProcessGuid": guid.format(777 if at == 32 else at - 1),
                "ParentImage": r"C:\cmd.exe",
            },
        )
        for at in range(1, 60)
    ]
    found = looked([BOOT, *sessions(60, without=[30]), *starts])
    assert [one.strength for one in found] == [Strength.STRONG, Strength.STRONG]
