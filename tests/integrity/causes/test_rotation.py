"""Old records that made room for new ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import DAY, EVENTLOG, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.causes.rotation import Rotation
from gamekeeper.integrity.checks.between_copies import BetweenCopies
from gamekeeper.model.breaks import Anomaly, Explanation, Strength
from gamekeeper.model.build import Event

LATER = NEW_YEAR + DAY
BEGINS = Anomaly("beginnings", "", "", Strength.STRONG, "dc01", "security", stop=LATER, source=1)


def weighed(events: Iterable[Event], anomaly: Anomaly | None = None) -> Explanation:
    rows = list(events)
    sources = [account(n, chunks=17) for n in sorted({one.source for one in rows})]
    facts = facts_of(rows, sources)
    found = Rotation().weigh(anomaly or next(BetweenCopies().look(facts)), facts)
    assert found is not None
    return found


def test_an_archive_that_ends_right_before_explains_a_beginning() -> None:
    events = [*steady(1, 50), *steady(51, 60, start=LATER, source=1)]
    found = weighed(events, BEGINS)
    assert found.strength is Strength.CERTAIN
    assert [(one.source, one.record) for one in found.speaks_for] == [(0, 50)]


def test_a_record_of_an_archive_explains_it_as_well() -> None:
    archived = event(51, LATER, 1105, provider=EVENTLOG, source=1)
    found = weighed([archived, *steady(52, 60, start=LATER, source=1)], BEGINS)
    assert found.strength is Strength.STRONG


def test_a_file_that_came_around_has_overwritten_its_oldest_records() -> None:
    ring = [
        replace(one, offset=4096 + 512 + (n + 300) % 500 * 512)
        for n, one in enumerate(steady(900, 1300, start=LATER, source=1))
    ]
    assert weighed([*steady(1, 50), *ring]).strength is Strength.STRONG


def test_a_file_that_never_came_around_has_not() -> None:
    found = weighed([*steady(1, 50), *steady(90, 99, start=LATER, source=1)])
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_what_is_no_copy_of_a_log_is_not_weighed() -> None:
    assert Rotation().weigh(BEGINS, facts_of([])) is None
