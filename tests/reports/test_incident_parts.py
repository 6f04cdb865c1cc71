from __future__ import annotations

import io
from dataclasses import replace

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.model.incidents import Incident
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import incident_parts, incidents_json, terminal


def incident(command_line: str = "a.exe") -> Incident:
    world = World()
    world.process(0, "cmd.exe", pid=10, parent_image="explorer.exe")
    world.process(1, "a.exe", DUMP, NTDS, pid=11, parent=10, command_line=command_line)
    (found,) = world.incidents()
    return found


def shown(parts: list[incident_parts.Part]) -> str:
    stream = io.StringIO()
    terminal.draw(parts, stream)
    return stream.getvalue()


def test_a_hunt_says_its_incidents_before_its_findings(small: HuntResult) -> None:
    stream = io.StringIO()
    terminal.show(replace(small, incidents=(incident(),)), stream=stream)
    text = stream.getvalue()
    assert 0 < text.index("\nIncidents\n") < text.index("\nFindings\n")


def test_a_hunt_without_incidents_does_not_speak_of_them() -> None:
    assert shown(incident_parts.parts((), {})) == ""


def test_a_story_says_everything_that_people_ask() -> None:
    copied = incident('ntdsutil ifm "create full C:\\x"')
    text = shown(incident_parts.story(incidents_json.as_json(copied)))
    for title in ("Story", "The best innocent story", "Contain", "Evict", "Collect next"):
        assert f"\n{title}\n" in text


def test_a_story_shows_the_heaviest_steps_in_order_of_time() -> None:
    text = shown(incident_parts.story(incidents_json.as_json(incident()), 1))
    assert "a.exe [Directory copied]" in text
    assert "and 1 lighter step: --json has all" in text


def test_log_text_in_a_story_is_inert() -> None:
    text = shown(incident_parts.story(incidents_json.as_json(incident("\x1b[31mevil"))))
    assert "\x1b" not in text
    assert "evil" in text


def test_a_decision_is_listed() -> None:
    one = incidents_json.as_json(incident()) | {
        "disposition": {"status": "benign", "owner": "ann", "note": "", "changed_at": "now"}
    }
    assert "benign ann" in shown([incident_parts.listed([one], 5)])
