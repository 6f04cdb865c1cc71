from __future__ import annotations

from gamekeeper.model.incidents import Reached


def test_a_way_says_whether_a_host_was_reached_or_asked_for() -> None:
    came = Reached(1, "HIST01", "JUMP01", "adm", "Remote Desktop")
    asked = Reached(1, "10.30.1.2", "JUMP01", "adm", "terminal client", is_asked=True)
    assert came.way == "Remote Desktop"
    assert asked.way == "a command asked for it (terminal client)"


def test_a_role_changes_nothing_else() -> None:
    came = Reached(1, "HIST01", "JUMP01", "adm", "Remote Desktop", ("0:1",))
    assert came.with_role("historian") == Reached(
        1, "HIST01", "JUMP01", "adm", "Remote Desktop", ("0:1",), role="historian"
    )
