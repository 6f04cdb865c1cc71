from __future__ import annotations

from gamekeeper.engine.correlation.ends import Ends
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch


def batch(*rows: tuple[str | None, int | None]) -> EventBatch:
    builder = BatchBuilder()
    for at, (host, time) in enumerate(rows):
        system = {"Channel": "System"} | ({"Computer": host} if host else {})
        list(builder.add(Event(0, at, filetime=time, system=system)))
    (only,) = builder.flush()
    return only


def test_each_host_has_its_end_under_its_short_name() -> None:
    ends, more = Ends(), Ends()
    ends.add(batch(("A.corp", 5), ("a", 9), ("b", 3), ("b", None), (None, 4), ("c", None)))
    more.add(batch(("B", 7)))
    ends.merge(more)
    assert ends.last == {"a": 9, "b": 7, "": 4}
    assert (ends.of("A.elsewhere"), ends.of("c")) == (9, None)
