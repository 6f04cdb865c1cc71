from __future__ import annotations

from fakes.incident_worlds import DUMP, NOISE, World
from gamekeeper.incidents.linking import NONE
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.telling import is_system, joined_by


def test_a_step_says_what_happened_by_which_rule_and_how_rare_that_is() -> None:
    world = World()
    world.process(0, "procdump.exe", DUMP, NOISE, pid=1, command_line="procdump -ma lsass")
    (incident,) = world.incidents()
    (step,) = incident.steps
    assert step.text == "procdump -ma lsass [LSASS dumped]"
    assert [said.title for said in step.said] == ["LSASS dumped", "Everybody does it"]
    assert step.said[0].because == "its shape was seen on 1 of 30 host-days, its rule on 1"


def test_accounts_of_the_computer_are_no_people() -> None:
    assert [
        is_system(one) for one in ("CORP\\WS1$", "NT AUTHORITY\\SYSTEM", "S-1-5-18", "CORP\\ann")
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_a_step_says_by_what_it_hangs_on_the_others() -> None:
    assert joined_by(parameters().links["secret"].number, parameters()) == (
        "the same password on a command line"
    )
    assert joined_by(NONE, parameters()) == ""
