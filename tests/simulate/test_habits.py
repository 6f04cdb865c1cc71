from __future__ import annotations

from random import Random

import pytest

from gamekeeper import content
from gamekeeper.simulate.clock import DAY, HOUR
from gamekeeper.simulate.habits import VERB_MODULES, load_script, plan, poisson_times
from gamekeeper.simulate.scene import VERBS, Scene, play_activity
from gamekeeper.simulate.site import Site

_NEED_AN_OUTER_SCENE = ("desktop_", "look_", "refresh_")
#: What only larger worlds do: test_newcomers.
_LARGER = {"scanned", "scan_night", "rolled_out", "machine_joined", "new_machine", "new_employee"}


def _activities() -> list[str]:
    names = content.load_yaml("simulate/habits.yml")["activities"]
    return [
        name for name in names if not name.startswith(_NEED_AN_OUTER_SCENE) and name not in _LARGER
    ]


@pytest.mark.parametrize("name", _activities())
def test_every_activity_can_be_acted_out(scene: Scene, name: str) -> None:
    world = scene.site.world
    scene.account = world.of_duty("office", "user")
    scene.context |= {"title": "KB1", "scan": "{}"}
    for row in scene.script.rota:
        if row["play"] == name and row.get("hosts", "all") != "all":
            scene = scene.inner(machine=scene.site.of_role(row["hosts"][0]), context=scene.context)
    for _ in range(30):
        play_activity(scene, name)
        if scene.site.journal.logs:
            break
    assert scene.site.journal.logs


def test_every_role_and_activity_of_the_rota_exists(site: Site) -> None:
    script = load_script(site.world)
    roles = set(content.load_yaml("simulate/world.yml")["roles"])
    for row in script.rota:
        assert row["play"] in script.activities
        assert row.get("hosts") == "all" or set(row.get("hosts", ())) <= roles
        assert ("hosts" in row) != ("duty" in row)


def test_a_days_habits_repeat_with_the_seed(site: Site) -> None:
    plan(site, load_script(site.world))
    site.agenda.run(site.world.start + 2 * HOUR)
    logged = sum(map(len, site.journal.logs.values()))
    assert logged > 300


def test_random_moments_come_at_the_wanted_rate() -> None:
    times = list(poisson_times(Random(1), 0, 10 * DAY, 2.0))
    assert 400 < len(times) < 560
    assert times == sorted(times)
    assert list(poisson_times(Random(1), 0, DAY, 0)) == []


def test_all_verb_modules_registered_theirs() -> None:
    homes = {act.__module__ for act in VERBS.values()}
    assert homes == {module.__name__ for module in VERB_MODULES}
