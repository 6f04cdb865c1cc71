from __future__ import annotations

import pytest

from gamekeeper.hunt.filters import Choice, EventFilter, choose_rules
from gamekeeper.hunt.request import Request, filetime
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import And, LogSource, Rule, RuleSet

TIMES = ("2026-01-01T00:00Z", "2026-01-02T00:00Z", "2026-01-03T00:00Z")


def batch() -> EventBatch:
    builder = BatchBuilder()
    hosts = ("DC01.example.org", "ws-1", None)
    for at, (time, host) in enumerate(zip(TIMES, hosts, strict=True)):
        system = {"Channel": "Security"} | ({"Computer": host} if host else {})
        list(builder.add(Event(0, at, filetime=filetime(time), system=system)))
    list(
        builder.add(Event(0, 3, filetime=None, system={"Channel": "Security", "Computer": "ws-1"}))
    )
    (only,) = builder.flush()
    return only


def kept(**options: object) -> list[int]:
    request = Request(("logs",), **options)  # type: ignore[arg-type]
    return EventFilter.of(request).apply(batch()).table.column("event.offset").to_pylist()


def test_without_a_wish_the_batch_is_not_even_copied() -> None:
    whole = batch()
    assert EventFilter().apply(whole) is whole


@pytest.mark.parametrize(
    ("options", "offsets"),
    [
        ({"time_from": TIMES[1]}, [1, 2, 3]),  # the event without a time stays
        ({"time_to": TIMES[1]}, [0, 3]),
        ({"time_from": TIMES[1], "time_to": TIMES[2]}, [1, 3]),
        ({"include": ("host:dc01",)}, [0]),
        ({"include": ("host:DC01.EXAMPLE.ORG", "host:ws*")}, [0, 1, 3]),
        ({"exclude": ("host:ws-?",)}, [0, 2]),
        ({"include": ("channel:security",), "exclude": ("host:dc01",)}, [1, 2, 3]),
        ({"include": ("channel:System",)}, []),
    ],
)
def test_events_outside_the_wish_are_left_out(
    options: dict[str, object], offsets: list[int]
) -> None:
    assert kept(**options) == offsets


def test_exclusion_is_stronger() -> None:
    assert not Choice(("a*",), ("ab",)).keeps("ab")
    assert Choice(("a*",), ("ab",)).keeps("ac")


def rule(identity: str, level: str) -> Rule:
    return Rule(identity, f"Title of {identity}", level, "test", LogSource(), And(()))


def test_rules_that_are_left_out_stay_in_the_account() -> None:
    rules = RuleSet((rule("r1", "low"), rule("r2", "high"), rule("r3", "high")))
    request = Request(("logs",), min_level="medium", exclude=("rule:title of R3",))
    chosen = choose_rules(rules, request)
    assert [r.id for r in chosen.rules] == ["r2"]
    assert [(s.id, s.level) for s in chosen.skipped] == [("r1", "low"), ("r3", "high")]
    assert "--min-level medium" in chosen.skipped[0].reason
    assert "--exclude" in chosen.skipped[1].reason
