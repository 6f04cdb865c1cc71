from __future__ import annotations

import pyarrow as pa

from gamekeeper.hunt.census import Census
from gamekeeper.hunt.linking import scope_of
from gamekeeper.model.breaks import TIMELINE_SCHEMA, IntegrityResult

DAY = 864_000_000_000
HOUR = 36_000_000_000


def census(**hosts: int) -> Census:
    made = Census()
    made.hosts.update({name.replace("_", "."): count for name, count in hosts.items()})
    made.first, made.last = 100 * DAY, 103 * DAY + 5
    return made


def spoke(host: str, hour: int, events: int = 1) -> dict[str, object]:
    return {
        "host": host,
        "channel": "security",
        "hour": hour,
        "events": events,
        "score": 100,
        "standing": "",
        "breaks": 0,
    }


def test_host_days_are_those_on_which_a_host_spoke() -> None:
    rows = [spoke("a", DAY), spoke("a", DAY + HOUR), spoke("b", DAY), spoke("b", 9 * DAY, events=0)]
    timeline = pa.Table.from_pylist(rows, schema=TIMELINE_SCHEMA)
    scope = scope_of(census(a=1, b=1), IntegrityResult(timeline=timeline))
    assert (scope.host_days, scope.days) == (2, 1)


def test_without_a_timeline_every_host_counts_for_the_whole_time() -> None:
    scope = scope_of(census(a=1, b=1), None)
    assert (scope.host_days, scope.days) == (8, 4)


def test_a_host_is_spelled_as_most_events_spell_it() -> None:
    assert scope_of(census(DC01_corp=9, dc01=1), None).hosts == {"dc01": "DC01"}


def test_no_events_are_one_host_day() -> None:
    assert scope_of(Census(), None).host_days == 1
