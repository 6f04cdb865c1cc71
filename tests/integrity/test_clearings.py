"""Recorded clears."""

from __future__ import annotations

from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, event, facts_of

from gamekeeper.integrity.clearings import clearing_of, clearings


def test_a_clear_names_channel_and_account() -> None:
    data = {"SubjectDomainName": "CORP", "SubjectUserName": "mallory", "Channel": "Application"}
    clear = event(7, NEW_YEAR, 104, channel="System", provider=EVENTLOG, data=data)
    (one,) = clearings(facts_of([clear]))
    assert (one.channel, one.who) == ("Application", "CORP\\mallory")


def test_a_clear_is_found_between_two_moments_only() -> None:
    facts = facts_of([event(7, NEW_YEAR, 1102, provider=EVENTLOG)])
    assert clearing_of(facts, "dc01", "security", NEW_YEAR - HOUR, NEW_YEAR + HOUR) is not None
    assert clearing_of(facts, "dc01", "security", NEW_YEAR + HOUR, NEW_YEAR + 2 * HOUR) is None
    assert clearing_of(facts, "dc01", "security", None, NEW_YEAR + HOUR) is None
    assert clearing_of(facts, "dc02", "security", NEW_YEAR - HOUR, NEW_YEAR + HOUR) is None


def test_a_clear_that_names_nobody_says_so() -> None:
    (one,) = clearings(facts_of([event(7, NEW_YEAR, 1102, provider=EVENTLOG)]))
    assert one.who == "somebody unnamed"


def test_an_export_without_fields_says_it_in_its_message() -> None:
    subject = "\r\nSubject:\r\n\tAccount Name:\tmallory\r\n\tDomain Name:\tCORP\r\n\tLogon ID:\t0x1"
    messages = {
        1102: "The audit log was cleared." + subject,
        104: "The System log file was cleared.",
    }
    events = [
        event(
            7, NEW_YEAR, code, channel=channel, provider=EVENTLOG, data={"Message": messages[code]}
        )
        for code, channel in ((1102, "Security"), (104, "System"))
    ]
    security, system = clearings(facts_of(events))
    assert (security.channel, security.account) == ("Security", "CORP\\mallory")
    assert (system.channel, system.account) == ("System", "")
