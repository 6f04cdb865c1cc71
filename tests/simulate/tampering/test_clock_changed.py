from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from simulate.written import Made, ids, read


@pytest.mark.parametrize(("way", "sign"), [("back", -1), ("ahead", 1)])
def test_records_in_order_bear_times_that_jump(
    done: Callable[[str], Made], way: str, sign: int
) -> None:
    out, act = done(f"clock-changed:way={way}:host=jump:minutes=120:hour=9:lasts=60")
    events, _ = read(out / act["files"][0])
    times = [event.filetime for event in events]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert ids(out / act["files"][0])[-1] - ids(out / act["files"][0])[0] + 1 == len(events)
    far = [step for step in steps if abs(step) > 90 * 600_000_000]
    assert [step > 0 for step in far] == [sign > 0, sign < 0]


def test_4616_names_who_did_it(done: Callable[[str], Made]) -> None:
    out, act = done("clock-changed:way=back:host=jump:minutes=120:hour=9:lasts=60")
    told = [e.fields for e in read(out / act["files"][0])[0] if e.event_id == 4616]
    named = [fields for fields in told if fields["ProcessName"].endswith("powershell.exe")]
    assert len(named) == 2
    assert {fields["SubjectUserName"][:4] for fields in named} == {"adm-"}
