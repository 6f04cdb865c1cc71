from __future__ import annotations

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.simulate.scene import Scene, play, play_activity

from .conftest import logged


def test_words_drawn_for_an_activity_hold_for_all_its_steps(scene: Scene) -> None:
    steps = [{"write": "C:\\{name}.tmp"}, {"write": "C:\\{name}.tmp"}]
    scene.script.activities["twice"] = {"with": {"name": "{hex:8}"}, "steps": steps}
    play_activity(scene, "twice")
    first, second = logged(scene.machine, "sysmon_11")
    assert first["TargetFilename"] == second["TargetFilename"]


def test_the_verb_comes_first_in_a_row(scene: Scene) -> None:
    with pytest.raises(ContentError, match="no such verb in an activity: 'after'"):
        play(scene, [{"after": [1, 2], "write": "x"}])


def test_an_unknown_activity_is_a_fault_of_the_content(scene: Scene) -> None:
    with pytest.raises(ContentError, match="no such activity: 'sleep'"):
        play_activity(scene, "sleep")


def test_activities_that_play_each_other_end(scene: Scene) -> None:
    scene.script.activities["loop"] = {"steps": [{"play": "loop"}]}
    with pytest.raises(ContentError, match="without end"):
        play_activity(scene, "loop")


def test_chance_and_times_decide_how_often(scene: Scene) -> None:
    play(scene, [{"write": "a", "times": 3}, {"write": "b", "chance": 0}])
    assert [f["TargetFilename"] for f in logged(scene.machine, "sysmon_11")] == ["a"] * 3


def test_time_passes_between_steps(scene: Scene) -> None:
    before = scene.now
    play(scene, [{"wait": [5, 5], "after": [10, 10]}])
    assert scene.now - before == 15 * 10_000_000


def test_steps_of_an_intrusion_are_told_and_others_are_not(scene: Scene) -> None:
    journal = scene.site.journal
    row = {"write": "a", "tells": "Writes {host}.", "technique": ["T1074"]}
    play(scene, [row])
    assert journal.steps == []
    journal.step = journal.new_step("phase", {"technique": ["T1000"]}, "eve", "outer")
    play(scene, [row, {"write": "b"}])
    assert journal.steps[1].text == f"Writes {scene.machine.host.name}."
    assert journal.steps[1].techniques == ("T1074",)
    entries = next(iter(journal.logs.values()))
    assert [e.step.number if e.step else None for e in entries] == [None, 2, 1]
