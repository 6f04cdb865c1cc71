from __future__ import annotations

from gamekeeper.incidents.behaviours import book, covers
from gamekeeper.rules.techniques import techniques


def test_every_technique_of_the_table_exists() -> None:
    named = {one for behaviour in book().behaviours for one in behaviour.techniques}
    assert {one for one in named if one not in techniques()} == set()


def test_a_technique_stands_for_what_is_below_it() -> None:
    assert covers("T1003", "T1003.003")
    assert not covers("T1003", "T10030")


def test_the_first_behaviour_that_fits_speaks() -> None:
    found = book().behaviour(["T1003.003"], "ntdsutil")
    assert found is not None
    assert found.name == "directory database copied"


def test_words_narrow_a_behaviour() -> None:
    found = book().behaviour(["T1021.001"], "CORP\\svc_ldapbind came")
    assert found is not None
    assert found.name == "service account used by a person"
    other = book().behaviour(["T1021.001"], "CORP\\ann came")
    assert other is not None
    assert other.name == "remote execution"


def test_every_grave_behaviour_says_what_to_do() -> None:
    silent = [one.name for one in book().behaviours if one.weight >= 7 and not one.actions]
    assert silent == []
