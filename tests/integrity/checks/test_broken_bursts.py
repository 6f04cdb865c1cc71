"""Bursts that end in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.fakes.facts import MINUTE, NEW_YEAR, SECOND, account, event, facts_of

from gamekeeper.integrity.checks.broken_bursts import BrokenBursts
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event


def logons(count: int, *, without: int = -1, cut: int = -1, other: int = 12) -> Iterator[Event]:
    """Logons, each followed by its privileges and, later, by other records."""
    record = 0
    for at in range(count):
        time = NEW_YEAR + at * MINUTE
        codes = [4624, *([] if at == without else [4672]), *range(100, 100 + other)]
        for place, code in enumerate(codes):
            record += 1
            if at != cut or code != 4672:
                yield event(record, time + place * (SECOND if place < 2 else 3 * SECOND), code)


def looked(events: Iterable[Event], **evidence: object) -> list[Anomaly]:
    return list(BrokenBursts().look(facts_of(events, [account(**evidence)])))


def test_a_follower_that_lacks_once_is_possible() -> None:
    (found,) = looked(logons(160, without=63))
    assert found.strength is Strength.WEAK
    assert found.start == NEW_YEAR + 63 * MINUTE
    assert "4624 is not followed by 4672" in found.text


def test_numbers_that_lack_there_make_it_likely() -> None:
    (found,) = looked(logons(160, cut=63))
    assert found.strength is Strength.STRONG


def test_numbers_that_lack_in_a_text_were_left_out_by_a_filter() -> None:
    texts = [replace(account(), format="json")]
    assert list(BrokenBursts().look(facts_of(logons(160, cut=63), texts))) == []


def test_fewer_than_a_hundred_cases_are_no_rule() -> None:
    assert looked(logons(80, without=63)) == []


def test_a_follower_that_follows_everything_is_none() -> None:
    assert looked(logons(160, without=63, other=1)) == []


def test_a_stop_of_the_machine_ends_bursts() -> None:
    power = "Microsoft-Windows-Kernel-General"
    time = NEW_YEAR + 63 * MINUTE
    start = event(1, time + 30 * SECOND, 12, channel="System", provider=power, source=1)
    facts = facts_of([*logons(160, without=63), start])
    assert list(BrokenBursts().look(facts)) == []
