from __future__ import annotations

from gamekeeper.simulate.clock import HOUR, MINUTE
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.placing import log_of, logs_of, place
from gamekeeper.simulate.site import Site


def _note(site: Site, host: str, minutes: int) -> None:
    machine = site.machines[host]
    machine.note("system_6005", site.world.start + HOUR + minutes * MINUTE, binary=bytes(24))


def test_every_log_is_numbered_by_itself(site: Site) -> None:
    first, second = list(site.machines)[:2]
    for minute in range(3):
        _note(site, first, minute)
        _note(site, second, minute)
    placed = place(site)
    assert {key for key, _ in logs_of(placed)} == {(first, "System"), (second, "System")}
    for host in (first, second):
        ids = [item.record_id for item in log_of(placed, host, "System")]
        assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert sum(len(items) for _, items in logs_of(placed)) == len(placed) == 6


def test_what_was_never_logged_has_no_id(site: Site) -> None:
    host = next(iter(site.machines))
    for minute in range(5):
        _note(site, host, minute)
    start = site.world.start + HOUR
    quiet = Silence(host, frozenset({"*"}), start + MINUTE, start + 3 * MINUTE)
    site.journal.silences.append(quiet)
    ids = [item.record_id for item in place(site)]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


def test_a_silence_keeps_what_it_is_told_to(site: Site) -> None:
    host = next(iter(site.machines))
    _note(site, host, 1)
    start = site.world.start
    quiet = Silence(host, frozenset({"System"}), start, site.world.end, frozenset({"system_6005"}))
    site.journal.silences.append(quiet)
    assert len(place(site)) == 1
