from __future__ import annotations

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.reports import incidents_json, incidents_markdown


def text(command_line: str = "a.exe") -> str:
    world = World()
    world.process(0, "a.exe", DUMP, NTDS, pid=11, command_line=command_line)
    return incidents_markdown.text([incidents_json.as_json(one) for one in world.incidents()])


def test_an_incident_is_a_chapter_with_its_story_as_a_table() -> None:
    found = text()
    assert found.startswith("# 1. ann copied the directory database")
    assert "| WS1 | ann | T1003" in found
    assert "## Evict" in found


def test_log_text_cannot_become_markup() -> None:
    found = text("<img src=x> | [a](http://x)")
    assert "<img" not in found
    assert "[a](" not in found


def test_no_incidents_are_said_to_be_none() -> None:
    assert incidents_markdown.text([]) == "No incidents.\n"
