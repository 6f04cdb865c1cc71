from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from gamekeeper.hunt import census
from gamekeeper.hunt.census import OTHERS, Census, ranked
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch


def batch(*rows: tuple[str | None, int | None]) -> EventBatch:
    builder = BatchBuilder()
    for at, (host, time) in enumerate(rows):
        system = {"Channel": "System"} | ({"Computer": host} if host else {})
        list(builder.add(Event(0, at, filetime=time, system=system)))
    (only,) = builder.flush()
    return only


def counted(*rows: tuple[str | None, int | None]) -> Census:
    found = Census()
    found.add(batch(*rows))
    return found


def test_hosts_channels_and_the_span_are_counted() -> None:
    found = counted(("a", 5), ("b", None), ("a", 3), (None, 9))
    assert found.hosts == {"a": 2, "b": 1}
    assert found.channels == {"System": 4}
    assert (found.first, found.last) == (3, 9)


def test_events_without_any_time_have_no_span() -> None:
    found = counted(("a", None))
    assert (found.first, found.last) == (None, None)


def test_sums_do_not_depend_on_order_even_where_names_flood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(census, "_NAMES", 3)
    parts = [[("d", 1), ("e", 1)], [("a", 1), ("b", 1)], [("c", 1), ("a", 2)]]
    results = []
    for order in permutations(parts):
        total = Census()
        for part in order:
            total.merge(counted(*part))
        results.append(total.hosts)
    assert all(result == {"a": 2, "b": 1, OTHERS: 3} for result in results)


def test_spellings_of_one_name_are_one_name() -> None:
    assert ranked(Counter({"PC1": 2, "pc1": 5, "b": 9})) == (("b", 9), ("pc1", 7))
