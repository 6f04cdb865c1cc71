from __future__ import annotations

from collections.abc import Callable

import pytest

from simulate.written import Made, gone, read


@pytest.mark.parametrize("method", ["blanked", "overwritten"])
def test_only_spoilt_records_are_refused(done: Callable[[str], Made], method: str) -> None:
    out, act = done(f"{method}:channel=Security:records=2")
    events, rejects = read(out / act["files"][0])
    assert rejects
    found = [event.record_id for event in events]
    assert not set(found) & set(gone(act))
    if method == "blanked":
        assert [reject.record_id for reject in rejects] == gone(act)
