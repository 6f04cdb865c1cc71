"""Hosts that were installed anew."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import DAY, HOUR, NEW_YEAR, facts_of, steady

from gamekeeper.integrity.causes.reimage import Reimage
from gamekeeper.integrity.checks.restarts import Restarts
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.build import Event


def weighed(others: Iterable[Event] = ()) -> Explanation | None:
    again = steady(1, 30, start=NEW_YEAR + 2 * DAY, source=1)
    facts = facts_of([*steady(500, 600), *again, *others])
    anomaly = next(one for one in Restarts().look(facts) if one.channel == "security")
    return Reimage().weigh(anomaly, facts)


def test_logs_that_all_began_again_speak_for_a_new_host() -> None:
    system = [
        *steady(70, 90, channel="System", source=2),
        *steady(1, 9, channel="System", source=3, start=NEW_YEAR + 2 * DAY),
    ]
    found = weighed(system)
    assert found is not None
    assert found.strength is Strength.STRONG
    assert "system began again" in found.speaks_for[0].text


def test_a_log_that_lived_on_speaks_against_it() -> None:
    found = weighed(steady(1, 100, every=HOUR, channel="System", source=2))
    assert found is not None
    assert found.strength is Strength.NONE
    assert "system lived on" in found.speaks_against[0].text


def test_without_other_logs_nothing_is_said() -> None:
    assert weighed() is None
