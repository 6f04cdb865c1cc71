from __future__ import annotations

from gamekeeper.simulate.clock import HOUR, MINUTE, millisecond_text
from gamekeeper.simulate.moves import move_times
from gamekeeper.simulate.placing import place
from gamekeeper.simulate.site import Site


def test_only_what_happened_in_time_moves_and_sysmon_with_it(site: Site) -> None:
    machine = site.of_role("dc")
    start = site.world.start + HOUR
    for minute in range(3):
        now = start + minute * MINUTE
        machine.log("sysmon_4", now, UtcTime=millisecond_text(now))
    placed = place(site)
    move_times(placed, machine.host.name, start + MINUTE, start + 2 * MINUTE, lambda _: -HOUR)
    told = [start, start + MINUTE - HOUR, start + 2 * MINUTE]
    assert [item.entry.filetime for item in placed] == told
    assert [item.entry.values[0] for item in placed] == [millisecond_text(now) for now in told]
    assert [item.arrives for item in placed] == [None, start + MINUTE, None]
