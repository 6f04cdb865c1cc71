from __future__ import annotations

from fakes.cases import NEW_YEAR, SECOND
from gamekeeper.store.case import Case
from gamekeeper.store.info import Extent, info


def test_everything_is_counted(case: Case) -> None:
    with case.snapshot() as snapshot:
        found = info(snapshot)
    assert found.total == Extent(23, NEW_YEAR, NEW_YEAR + 32 * SECOND)
    assert {name: one.events for name, one in found.hosts.items()} == {"dc01": 20, "ws01": 3}
    assert {name: one.events for name, one in found.channels.items()} == {"security": 23}
    assert list(found.datasets) == ["windows.security"]
    assert (found.sources, found.records_present, found.copies, found.rejects) == (2, 23, 0, 0)
    assert found.files == 2
    assert found.bytes > 0
