from __future__ import annotations

from random import Random

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate import Setting
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.deeds import ALL, Deed, Stage, Wish, read_wish
from gamekeeper.simulate.habits import load_script
from gamekeeper.simulate.site import Site


def _nothing(_: Stage, __: Wish) -> None:
    """Do nothing."""


DEEDS = {"hole": Deed("hole", _nothing, "a hole", frozenset({"records", "how"}))}


def _wish(text: str) -> Wish:
    return read_wish(text, DEEDS, Random(1))


@pytest.fixture
def stage(site: Site) -> Stage:
    """A stage on the site."""
    return Stage(site, load_script(site.world), Setting())


def test_a_wish_names_its_options() -> None:
    wish = _wish("hole:host=DC01:records=3")
    assert wish.options == {"host": "DC01", "records": "3"}
    assert wish.number("records", 10, 20) == 3
    assert 10 <= _wish("hole").number("records", 10, 20) <= 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hol", "did you mean 'hole'"),
        ("zzz", "there are hole"),
        ("hole:size=1", "no option size"),
    ],
)
def test_a_wish_that_nobody_grants_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        _wish(text)


def test_a_wrong_value_is_refused() -> None:
    with pytest.raises(UsageError, match="no whole number"):
        _wish("hole:records=many").number("records", 1, 2)
    with pytest.raises(UsageError, match="one of loud, quiet"):
        _wish("hole:how=odd").one_of("how", ("loud", "quiet"))


def test_two_deeds_do_not_touch_one_log(stage: Stage) -> None:
    count = len(stage.site.machines)
    hosts = [stage.machine_for(_wish("hole"), "Security").host.name for _ in range(count)]
    assert sorted(hosts) == sorted(stage.site.machines)


def test_a_deed_that_finds_nothing_free_is_left_out(stage: Stage) -> None:
    def play(at: Stage, wish: Wish) -> None:
        at.machine_for(wish, ALL)

    deed = Deed("all", play, "all logs")
    for _ in range(len(stage.site.machines) + 1):
        stage.play(Wish(deed, {}, Random(1)))
    assert stage.left_out == ["all"]


def test_a_deed_on_a_whole_host_wants_one_that_is_untouched(stage: Stage) -> None:
    touched = stage.machine_for(_wish("hole"), "Security").host.name
    others = {stage.machine_for(_wish("hole"), ALL).host.name for _ in range(3)}
    assert touched not in others


@pytest.mark.parametrize("name", ["MV-DC01", "dc01", "dc"])
def test_a_host_goes_by_its_name_or_role(stage: Stage, name: str) -> None:
    assert stage.machine_for(_wish(f"hole:host={name}"), ALL).host.name == "MV-DC01"


def test_a_host_that_is_not_there_is_refused(stage: Stage) -> None:
    with pytest.raises(UsageError, match="no host is called 'DC9'"):
        stage.machine_for(_wish("hole:host=DC9"), ALL)


def test_a_log_that_no_host_has_is_refused(stage: Stage) -> None:
    with pytest.raises(UsageError, match="no host of this world"):
        stage.machine_for(_wish("hole"), "Microsoft-Windows-Sysmon/Operational", {"historian"})


def test_a_moment_is_an_hour_since_the_start(stage: Stage) -> None:
    assert stage.moment(_wish("hole:hour=5")) == stage.world.start + 5 * HOUR
    assert stage.world.start < stage.moment(_wish("hole")) < stage.world.end
