"""Whether events would have been recorded."""

from __future__ import annotations

from tests.fakes.facts import facts_of, timeline_of
from tests.fakes.seeing import (
    DAY,
    NEW_YEAR,
    POWERSHELL,
    each_hour,
    event,
    processes,
    seeing,
    seen_in,
    sights,
)

from gamekeeper.model.breaks import Anomaly, Break, Standing, Strength
from gamekeeper.model.visibility import Sight
from gamekeeper.visibility.ground import switch_of
from gamekeeper.visibility.recorded import Recorded


def scripts(level: str) -> list[Sight]:
    events = each_hour(
        4104, channel=POWERSHELL, data={"ScriptBlockText": "x"}, system={"Level": level}
    )
    switch = switch_of(POWERSHELL.casefold(), 4104)
    assert switch is not None
    return [Sight(one) for one in Recorded(seen_in(events)).switched(switch)[0].tolist()]


def test_scripts_that_windows_warns_of_alone_are_a_part() -> None:
    assert set(scripts("3")) == {Sight.PARTLY}


def test_verbose_script_blocks_prove_that_all_are_recorded() -> None:
    assert set(scripts("5")) == {Sight.SEEN}


def test_a_day_without_new_processes_is_a_day_on_which_they_were_not_recorded() -> None:
    events = [*processes(days=4), *processes(days=4, first=5), *each_hour(4624, 9)]
    found = sights(seeing(events).result, "VT-CA-08")
    assert [found["srv01", day] for day in (3, 4, 5)] == [Sight.SEEN, Sight.BLIND, Sight.SEEN]


def broken(standing: Standing) -> list[Sight]:
    anomaly = Anomaly("x", "x", "x", Strength.CERTAIN, "dc01", "security", NEW_YEAR, NEW_YEAR + 60)
    events = each_hour(4624, 2, host="DC01")
    seen = seen_in(events)
    one = Break(anomaly, standing, "x")
    table = timeline_of(facts_of(events), (one,))
    return [Sight(v) for v in Recorded(seen, table).cover("security")[0].tolist()]


def test_a_proved_break_blinds_its_day() -> None:
    assert broken(Standing.PROVED) == [Sight.BLIND, Sight.SEEN]


def test_a_possible_break_leaves_a_part() -> None:
    assert broken(Standing.POSSIBLE) == [Sight.PARTLY, Sight.SEEN]


def test_an_explained_break_takes_nothing() -> None:
    assert broken(Standing.EXPLAINED) == [Sight.SEEN, Sight.SEEN]


def test_only_a_log_with_a_break_is_lowered() -> None:
    hole = Anomaly("x", "x", "x", Strength.WEAK, "dc01", "security", NEW_YEAR, NEW_YEAR + 60)
    events = each_hour(4624, 2, host="DC01")
    table = timeline_of(facts_of(events), (Break(hole, Standing.POSSIBLE, "x"),))
    found = Recorded(seen_in(events), table)
    assert {log: grid.tolist() for log, grid in found.lowered.items()} == {"security": [[1, 2]]}


def test_network_logons_without_an_address_do_not_fill_it() -> None:
    logons = [
        event(n, NEW_YEAR + n * DAY // 48, 4624, data={"LogonType": "3", "IpAddress": address})
        for n, address in enumerate(["-"] * 40)
    ]
    assert Recorded(seen_in(logons)).filled("security", 4624, "IpAddress").tolist() == [[0]]


def test_local_logons_need_no_address() -> None:
    logons = [event(1, NEW_YEAR, 4624, data={"LogonType": "2", "IpAddress": "-"})]
    assert Recorded(seen_in(logons)).filled("security", 4624, "IpAddress").tolist() == [[2]]


def test_half_of_the_network_logons_without_an_address_are_ordinary() -> None:
    logons = [
        event(n, NEW_YEAR + n * DAY // 48, 4624, data={"LogonType": "3", "IpAddress": address})
        for n, address in enumerate(["-", "-", "10.0.0.1"] * 10)
    ]
    assert Recorded(seen_in(logons)).filled("security", 4624, "IpAddress").tolist() == [[2]]


def reached(*, is_own: bool) -> list[list[int]]:
    events = [*each_hour(4624, 4, host="dc01"), *each_hour(4624, 2, first=2, host="ws07")]
    return Recorded(seen_in(events)).reaches_back("security", 2, is_own=is_own).tolist()


def test_a_log_reaches_back_from_the_day_on_which_it_is_so_old() -> None:
    assert reached(is_own=True) == [[0, 0, 2, 2], [0, 0, 0, 0]]


def test_what_any_host_remembers_counts_for_all() -> None:
    assert reached(is_own=False) == [[0, 0, 2, 2], [0, 0, 2, 2]]


def test_a_log_that_is_not_there_reaches_nowhere() -> None:
    seen = seen_in(each_hour(4624, 4))
    assert Recorded(seen).reaches_back("system", 1, is_own=False).max() == 0
