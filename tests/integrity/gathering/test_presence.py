"""Events by number and day, and what they say."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import DAY, HOUR, NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.presence import Presence
from gamekeeper.model.build import Event

POWERSHELL = "Microsoft-Windows-PowerShell/Operational"


def counts(events: Iterable[Event], *names: str) -> dict[tuple[object, ...], int]:
    rows = gathered(Presence(), events).to_pylist()
    return {tuple(row[name] for name in names): row["events"] for row in rows}


def test_events_are_counted_by_number_and_day_across_batches() -> None:
    rows = counts(steady(1, 60, every=HOUR), "code", "field", "day")
    assert rows == {
        (4624, "", NEW_YEAR): 24,
        (4624, "", NEW_YEAR + DAY): 24,
        (4624, "", NEW_YEAR + 2 * DAY): 12,
    }


def test_a_field_is_counted_where_it_says_something() -> None:
    lines = ["whoami", "-", "", "net user"]
    events = [event(n, NEW_YEAR, 4688, data={"CommandLine": t}) for n, t in enumerate(lines)]
    assert counts(events, "field") == {("",): 4, ("CommandLine",): 2}


def test_fields_are_counted_of_the_events_that_are_asked_only() -> None:
    events = [event(1, NEW_YEAR, 4689, data={"CommandLine": "x"}), event(2, NEW_YEAR, 4688)]
    assert counts(events, "code", "field") == {(4688, ""): 1, (4689, ""): 1}


def test_logons_are_counted_apart_by_their_type() -> None:
    data = [{"LogonType": kind, "IpAddress": ip} for kind, ip in [("3", "10.0.0.1"), ("10", "-")]]
    events = [event(n, NEW_YEAR, data=one) for n, one in enumerate([*data, {"LogonType": "99"}])]
    rows = counts(events, "variant", "field")
    assert rows == {("3", ""): 1, ("3", "IpAddress"): 1, ("10", ""): 1, ("", ""): 1}


def test_a_part_of_a_value_can_tell_events_apart() -> None:
    names = [r"C:\Windows\NTDS\NTDS.dit", r"C:\Windows\System32\config\SAM", "other"]
    events = [event(n, NEW_YEAR, 4663, data={"ObjectName": name}) for n, name in enumerate(names)]
    assert counts(events, "variant") == {("directory database",): 1, ("hive",): 1, ("",): 1}


def test_a_row_names_its_first_record() -> None:
    events = steady(1, 40)
    (row,) = gathered(Presence(), events).to_pylist()
    assert (row["source"], row["offset"]) == (0, events[0].offset)


def test_the_number_of_another_provider_is_counted_apart() -> None:
    events = [event(n, NEW_YEAR, 98, channel="System", provider=p) for n, p in enumerate("ab")]
    assert counts(events, "provider") == {("a",): 1, ("b",): 1}


def test_an_event_without_a_number_is_counted_too() -> None:
    nothing = event(1, NEW_YEAR, channel=POWERSHELL)
    unnumbered = Event(
        **{name: getattr(nothing, name) for name in Event.__slots__} | {"event_id": None}
    )
    assert counts([unnumbered], "code") == {(-1,): 1}
