"""Records between copies of a log."""

from __future__ import annotations

from tests.fakes.facts import DAY, EVENTLOG, HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.between_copies import BetweenCopies
from gamekeeper.model.breaks import Strength
from gamekeeper.model.build import Event


def export(first: int, last: int, source: int) -> list[Event]:
    return [
        event(n, NEW_YEAR + n * HOUR, header=at, source=source)
        for at, n in enumerate(range(first, last + 1), 1)
    ]


def test_what_two_copies_leave_between_them_is_told_with_both_ends() -> None:
    later = steady(51, 60, start=NEW_YEAR + DAY, source=1)
    (found,) = BetweenCopies().look(facts_of([*steady(1, 20), *later]))
    assert (found.records, found.strength) == ((21, 50), Strength.WEAK)
    assert [(one.source, one.record) for one in found.evidence] == [(0, 20), (1, 51)]


def test_gaps_between_exports_are_told_as_one() -> None:
    events = [*export(100, 110, 0), *export(200, 210, 1), *export(300, 310, 2)]
    (found,) = BetweenCopies().look(facts_of(events))
    assert found.records == (111, 299)
    assert "178 records between 3 copies" in found.text


def test_what_a_clear_took_is_told_by_the_clear() -> None:
    clear = event(51, NEW_YEAR + DAY, 1102, provider=EVENTLOG, source=1)
    later = steady(52, 60, start=NEW_YEAR + DAY + HOUR, source=1)
    assert list(BetweenCopies().look(facts_of([*steady(1, 20), clear, *later]))) == []
