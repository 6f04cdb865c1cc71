"""More events than a machine can write."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, facts_of, steady

from gamekeeper.integrity.causes.overload import Overload
from gamekeeper.model.breaks import Anomaly, Strength

LOSS = Anomaly(
    "events_dropped", "", "events dropped", Strength.WEAK, "dc01", start=NEW_YEAR + 10 * HOUR
)


def test_an_hour_far_above_what_is_usual_is_a_flood() -> None:
    flood = steady(601, 12_600, start=NEW_YEAR + 10 * HOUR, every=1000)
    found = Overload().weigh(LOSS, facts_of([*steady(1, 600), *flood]))
    assert found is not None
    assert found.strength is Strength.STRONG
    assert "12000 events" in found.speaks_for[0].text


def test_an_ordinary_hour_is_none() -> None:
    assert Overload().weigh(LOSS, facts_of(steady(1, 1200))) is None
