"""Logs that say that they were cleared."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.clears import Clears
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

WHO = {"SubjectDomainName": "CORP", "SubjectUserName": "mallory"}


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(Clears().look(facts_of(events)))


def test_a_cleared_security_log_names_who_did_it_and_leads_to_the_record() -> None:
    cleared = event(120, NEW_YEAR + HOUR, 1102, provider=EVENTLOG, data=WHO)
    (found,) = looked([cleared, *steady(121, 130, start=NEW_YEAR + HOUR)])
    assert (found.host, found.channel, found.stop) == ("dc01", "security", NEW_YEAR + HOUR)
    assert "CORP\\mallory" in found.text
    assert found.strength is Strength.CERTAIN
    assert [(one.record, one.offset) for one in found.evidence] == [(120, cleared.offset)]


def test_another_channel_is_named_by_the_system_log() -> None:
    data = {**WHO, "Channel": "Application"}
    (found,) = looked([event(7, NEW_YEAR, 104, channel="System", provider=EVENTLOG, data=data)])
    assert found.channel == "application"


def test_other_providers_use_the_same_numbers_for_other_things() -> None:
    others = [
        event(1, NEW_YEAR, 1102, provider="SomeProduct"),
        event(2, NEW_YEAR, 104, channel="System", provider="SomeDriver"),
        event(3, NEW_YEAR, 104, channel="Application", provider=EVENTLOG),
    ]
    assert looked(others) == []


def test_copies_of_one_record_are_one_clear() -> None:
    copies = [event(5, NEW_YEAR, 1102, provider=EVENTLOG, data=WHO, source=at) for at in (0, 1)]
    assert len(looked(copies)) == 1


def test_a_clear_takes_the_records_between_the_last_copy_and_itself() -> None:
    cleared = event(120, NEW_YEAR + HOUR, 1102, provider=EVENTLOG, data=WHO, source=1)
    after = steady(121, 130, start=NEW_YEAR + HOUR, source=1)
    (found,) = looked([*steady(1, 50), cleared, *after])
    assert (found.records, found.start) == ((51, 119), NEW_YEAR + 49 * HOUR // 60)
    assert "records 51 to 119 are in no copy" in found.text
    assert [(one.source, one.record) for one in found.evidence] == [(1, 120), (0, 50)]


def test_a_clear_of_a_log_that_a_copy_holds_whole_loses_nothing() -> None:
    cleared = event(51, NEW_YEAR + HOUR, 1102, provider=EVENTLOG, data=WHO, source=1)
    (found,) = looked([*steady(1, 50), cleared])
    assert found.records == (None, None)


def test_a_clear_did_not_take_what_was_written_after_it() -> None:
    first = [event(1, NEW_YEAR, 1102, provider=EVENTLOG, data=WHO), *steady(2, 4)]
    later = steady(900, 905, start=NEW_YEAR + HOUR, source=1)
    (found,) = looked([*first, *later])
    assert (found.records, found.start) == ((None, None), None)
