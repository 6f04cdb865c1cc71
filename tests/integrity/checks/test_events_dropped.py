"""Events that Windows says it lost."""

from __future__ import annotations

from tests.fakes.facts import EVENTLOG, HOUR, MINUTE, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.events_dropped import EventsDropped


def test_reports_that_follow_closely_are_one_loss() -> None:
    events = [event(at, NEW_YEAR + at * MINUTE, 1101, provider=EVENTLOG) for at in (1, 2, 3)]
    events.append(event(9, NEW_YEAR + 5 * HOUR, 1101, provider=EVENTLOG))
    found = list(EventsDropped().look(facts_of(events)))
    assert [len(one.evidence) for one in found] == [3, 1]


def test_what_sysmon_says_of_its_error_is_shown() -> None:
    said = event(
        1,
        NEW_YEAR,
        255,
        channel="Microsoft-Windows-Sysmon/Operational",
        provider="Microsoft-Windows-Sysmon",
        data={"ID": "QUEUE", "Description": "Events dropped from driver queue: 12"},
    )
    (found,) = EventsDropped().look(facts_of([said]))
    assert found.text == "Sysmon reports an error: Events dropped from driver queue: 12"
