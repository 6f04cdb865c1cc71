"""Records that never arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import HOUR, NEW_YEAR, account, facts_of, steady

from gamekeeper.integrity.causes.agent_outage import AgentOutage
from gamekeeper.integrity.checks.left_out import LeftOut
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.build import Event

HOLE = [*steady(1, 10), *steady(500, 510, start=NEW_YEAR + 9 * HOUR)]
OTHER_HOST = steady(1, 700, host="WS1")


def weighed(events: Iterable[Event]) -> Explanation | None:
    lines = [replace(one, offset=at * 333 + 1) for at, one in enumerate(events)]
    facts = facts_of(lines, [replace(account(), format="json")])
    (anomaly,) = LeftOut().look(facts)
    return AgentOutage().weigh(anomaly, facts)


def test_a_host_that_fell_silent_in_all_channels_while_others_spoke() -> None:
    found = weighed([*HOLE, *OTHER_HOST])
    assert found is not None
    assert found.strength is Strength.STRONG


def test_another_channel_that_arrived_speaks_against_it() -> None:
    found = weighed([*HOLE, *steady(1, 700, channel="System"), *OTHER_HOST])
    assert found is not None
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_a_file_of_one_host_says_nothing_of_its_agent() -> None:
    assert weighed(HOLE) is None
