"""Hosts that a collector lost."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.forwarding_stops import ForwardingStops
from gamekeeper.integrity.facts import Facts
from gamekeeper.integrity.natures import FORWARDED
from gamekeeper.model.breaks import Anomaly, SourceNature, Strength
from gamekeeper.model.build import Event

SCM = "Service Control Manager"
COLLECTOR = 9


def facts(*more: Event, own: int = 600, others: int = 600) -> Facts:
    """A collector that has an hour of ws01, and of dc01 as many minutes as ``others``."""
    events = [
        *steady(1, own, host="ws01", source=1),
        *steady(1, 60, host="ws01", source=COLLECTOR),
        *steady(1, others, host="dc01", source=COLLECTOR),
        *more,
    ]
    found = facts_of(events)
    natures = {COLLECTOR: SourceNature(COLLECTOR, FORWARDED), 1: SourceNature(1, "native")}
    found.once("natures", lambda _: natures)
    return found


def looked(found: Facts) -> list[Anomaly]:
    return list(ForwardingStops().look(found))


def disabled(name: str, time: int) -> Event:
    data = {"param1": "A Service", "param3": "disabled", "param4": name}
    given = {"channel": "System", "provider": SCM, "host": "ws01", "source": 1, "data": data}
    return event(7, time, 7040, **given)  # type: ignore[arg-type]


def test_a_host_that_is_lost_while_its_logs_go_on_is_weak_by_itself() -> None:
    (found,) = looked(facts())
    assert (found.host, found.source, found.strength) == ("ws01", COLLECTOR, Strength.WEAK)
    assert found.start == NEW_YEAR + 59 * MINUTE
    assert "agent outage" in found.innocent


def test_a_forwarding_service_that_was_disabled_then_makes_it_strong() -> None:
    (found,) = looked(facts(disabled("WinRM", NEW_YEAR + HOUR)))
    assert found.strength is Strength.STRONG
    assert [one.record for one in found.evidence] == [None, 7]


def test_another_service_or_another_time_does_not() -> None:
    for other in (disabled("BITS", NEW_YEAR + HOUR), disabled("WinRM", NEW_YEAR + 5 * HOUR)):
        (found,) = looked(facts(other))
        assert found.strength is Strength.WEAK


def test_a_host_that_went_silent_itself_is_not_lost() -> None:
    assert looked(facts(own=60)) == []


def test_a_collector_that_ends_for_all_lost_nobody() -> None:
    assert looked(facts(others=60)) == []


LATE = NEW_YEAR + 2 * HOUR


def test_a_service_disabled_before_anything_more_was_due_makes_it_strong() -> None:
    quiet_until = NEW_YEAR + 3 * HOUR
    more = steady(601, 700, start=quiet_until, host="ws01", source=1)
    (found,) = looked(facts(disabled("WinRM", LATE), *more, own=60))
    assert found.strength is Strength.STRONG


def test_a_service_disabled_while_the_collector_was_away_makes_it_strong() -> None:
    back = steady(61, 600, start=NEW_YEAR + 4 * HOUR, host="dc01", source=COLLECTOR)
    (found,) = looked(facts(disabled("WinRM", LATE), *back, others=60))
    assert found.strength is Strength.STRONG


def test_a_service_disabled_after_events_did_not_arrive_is_another_matter() -> None:
    (found,) = looked(facts(disabled("WinRM", LATE)))
    assert found.strength is Strength.WEAK


def test_a_service_that_was_disabled_needs_no_two_hours() -> None:
    (found,) = looked(facts(disabled("WinRM", NEW_YEAR + HOUR), own=90))
    assert found.strength is Strength.STRONG
    assert looked(facts(own=90)) == []
