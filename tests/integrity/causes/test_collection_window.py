"""Records that nobody collected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from tests.fakes.facts import DAY, HOUR, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.base import Check
from gamekeeper.integrity.causes.collection_window import CollectionWindow
from gamekeeper.integrity.checks.between_copies import BetweenCopies
from gamekeeper.integrity.checks.left_out import LeftOut
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount

SYSTEM = steady(1, 400, channel="System")
CAPTURES = [*steady(1, 9), *steady(90, 99, start=NEW_YEAR + DAY)]
LEFT_OUT: Check = LeftOut()


def weighed(
    events: Iterable[Event],
    sources: Sequence[SourceAccount] | None = None,
    check: Check = LEFT_OUT,
) -> Explanation:
    facts = facts_of(events, sources)
    (anomaly,) = check.look(facts)
    found = CollectionWindow().weigh(anomaly, facts)
    assert found is not None
    return found


def text(events: Iterable[Event]) -> Explanation:
    lines = [replace(one, offset=at * 333 + 1) for at, one in enumerate(events)]
    return weighed(lines, [replace(account(), format="json")])


def without(*gone: int) -> list[Event]:
    return [one for one in steady(1, 400) if one.event_record_id not in gone]


def test_a_choice_of_records_says_so_by_its_own_numbers() -> None:
    kept = [event(n, NEW_YEAR + n, header=at) for at, n in enumerate([900, 905], 1)]
    found = weighed(kept)
    assert found.strength is Strength.STRONG
    assert "record headers count on from 1" in found.speaks_for[0].text


@pytest.mark.parametrize(
    ("events", "strength"),
    [
        ([*CAPTURES, *steady(1, 9, channel="System")], Strength.STRONG),
        (CAPTURES, Strength.NONE),
        ([*without(*range(20, 400, 40)), *SYSTEM], Strength.STRONG),
        ([*without(50, 51), *SYSTEM], Strength.NONE),
        ([*CAPTURES, *steady(1, 400, channel="System")], Strength.WEAK),
    ],
    ids=[
        "the whole file is silent",
        "no other log to tell",
        "records lack everywhere",
        "the file speaks of that time",
        "the file is silent for most of that time",
    ],
)
def test_a_text_is_explained_by_what_else_it_holds(events: list[Event], strength: Strength) -> None:
    assert text(events).strength is strength


def test_the_bounds_of_an_export_are_chosen() -> None:
    first, second = (
        [event(n, NEW_YEAR + n, header=n - low + 1, source=at) for n in range(low, low + 9)]
        for at, low in enumerate((100, 300))
    )
    assert weighed([*first, *second], check=BetweenCopies()).strength is Strength.STRONG


def test_between_logs_of_windows_own_nobody_chose() -> None:
    events = [*steady(1, 20), *steady(51, 60, start=NEW_YEAR + DAY, source=1)]
    assert weighed(events, check=BetweenCopies()).strength is Strength.NONE


def test_a_file_of_several_hosts_that_counts_from_1_may_be_a_choice() -> None:
    hosts = [("DC01", 10), ("WS1", 900), ("DC01", 12), ("WS1", 901), ("DC01", 13), ("WS1", 902)]
    kept = [
        event(n, NEW_YEAR + at * HOUR, header=at, host=host)
        for at, (host, n) in enumerate(hosts, 1)
    ]
    found = weighed(kept)
    assert found.strength is Strength.WEAK
    assert "numbered its records from 1" in found.speaks_for[0].text


def test_few_places_in_each_of_several_logs_are_a_pattern_of_the_file() -> None:
    system = [one for one in SYSTEM if one.event_record_id not in (20, 60, 90)]
    lines = [
        replace(one, offset=at * 333 + 1) for at, one in enumerate([*without(50, 52), *system])
    ]
    facts = facts_of(lines, [replace(account(), format="json")])
    found = [CollectionWindow().weigh(one, facts) for one in LEFT_OUT.look(facts)]
    assert [one.strength for one in found if one] == [Strength.WEAK] * 5
    assert all(one and "in 5 places of this file" in one.speaks_for[0].text for one in found)
