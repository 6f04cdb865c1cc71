from __future__ import annotations

from dataclasses import replace

import pytest

from gamekeeper.analytics.baselines.registry import BASELINES
from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.incidents.behaviours import book
from gamekeeper.incidents.innocent import Pattern, innocent, table
from gamekeeper.integrity.registry import CHECKS
from gamekeeper.model.incidents import Benign, Said, SignalKind, Step
from gamekeeper.rules.techniques import techniques


def step(technique: str, title: str = "", text: str = "text", bits: float = 8.0) -> Step:
    said = (Said("r", title or f"rule of {technique}", "high", bits),)
    return Step(1, "WS1", "CORP\\ann", "", technique, text, ("0:1",), bits=bits, said=said)


def told(*steps: Step) -> Benign:
    return innocent(steps, book())


def patterns() -> list[Pattern]:
    return [one for story in table().ordinary for one in story.explains]


def test_every_technique_kind_and_speaker_of_the_table_exists() -> None:
    named = {one for pattern in patterns() for one in pattern.techniques} - {""}
    assert named - set(techniques()) == set()
    assert {one for pattern in patterns() for one in pattern.kinds} <= set(SignalKind)
    speakers = {one.id for one in builtin_chains()}
    speakers |= {one.name for one in BASELINES} | {one.name for one in CHECKS}
    assert {one for pattern in patterns() for one in pattern.by} - speakers == set()


def test_every_story_begins_with_a_sentence_that_stands_alone() -> None:
    assert all(len(one.text) > 30 and one.check for one in (*table().ordinary, table().test))
    assert all(one.explains for one in table().ordinary)


@pytest.mark.parametrize(
    ("seen", "story"),
    [
        ([step("T1021.001"), step("T1033")], "administrator's work"),
        (
            [step("T1003.001", "LSASS Dump", "procdump -ma lsass.exe")],
            "memory image for support or forensics",
        ),
        (
            [step("T1046", text="nessus asked"), step("T1110.003")],
            "monitoring or vulnerability scanner",
        ),
        ([step("T1027.004"), step("T1127.001"), step("T1059.007")], "developer's tools"),
        ([step("T1685.005")], "care of logs"),
        (
            [step("T1021.006", "Remote Shell", "wsmprovhost"), step("T1547.001")],
            "software deployment",
        ),
        ([step("T1039", text="robocopy /mir"), step("T1570")], "move of a server"),
        ([step("T1219"), step("T1563.002")], "help desk"),
    ],
)
def test_work_is_told_by_what_it_shows(seen: list[Step], story: str) -> None:
    found = told(*seen)
    assert (found.name, found.explains, found.fails_to_explain) == (story, 1.0, ())


def test_a_copy_of_the_directory_leaves_a_question_open_even_in_a_backup() -> None:
    found = told(step("T1003.003", "Copy Made With Ntdsutil", "ntdsutil ifm create full"))
    assert (found.name, found.explains) == ("backup", 0.7)
    (left,) = found.fails_to_explain
    assert left.startswith("that somebody copied the directory database with every password hash")


def test_memory_of_lsass_is_no_backup() -> None:
    found = told(
        step("T1003.001", text="procdump -ma lsass.exe"), step("T1550.002", "Overpass the Hash")
    )
    assert found.name != "backup"
    assert any("tickets or hashes" in one for one in found.fails_to_explain)


def test_the_systems_own_work_is_management_software_and_a_persons_is_not() -> None:
    own = replace(step("T1105"), account="CORP\\WS1$")
    assert told(own, replace(own, technique="T1543.003")).name == "management software"
    assert told(step("T1105"), step("T1543.003")).name != "management software"


def test_what_is_left_over_is_said_in_plain_words_with_what_noticed_it() -> None:
    found = told(step("T1021.001"), step("T1047"), step("T1033"), step("T1090.001", "Relay Added"))
    assert found.name == "administrator's work"
    assert found.fails_to_explain == (
        "that somebody made a host relay traffic on WS1 (Relay Added)",
    )
    assert f"It explains {found.explains:.0%} of the weight" in found.text
    assert found.ordinary == found.explains


def test_a_restart_explains_a_break_and_no_sequence() -> None:
    crash = Said("logging_stops", "Logging stopped", "", 9.0)
    chain = Said("SC-5", "Hidden relay", "high", 4.0)
    steps = [
        replace(step(""), kind=SignalKind.BREAK, said=(crash,)),
        replace(step("T1090.001", bits=4.0), kind=SignalKind.CHAIN, said=(chain,)),
    ]
    found = told(*steps)
    assert found.name == "restart or crash"
    assert found.fails_to_explain == ("the sequence “Hidden relay” (SC-5) on WS1",)


def test_an_attack_tool_is_explained_by_a_test_only() -> None:
    found = told(step("T1021.001", "HackTool - Something"))
    assert found.name == "security test"
    assert found.fails_to_explain == ()
    assert "Only an order in writing confirms it" in found.text


def test_signs_of_a_product_for_tests_come_first() -> None:
    found = told(step("T1033", text=r"C:\AtomicRedTeam\atomics\T1033"))
    assert found.name == "security test"
    assert "Signs of a product" in found.text


def test_equal_signals_do_not_outweigh_others() -> None:
    many = [step("T1033", bits=5.0)] * 200
    found = told(*many, step("T1003.001", bits=11.0), step("T1090.001", bits=11.0))
    assert found.name == "security test"


def test_nothing_seen_is_explained_by_nothing() -> None:
    assert told().name == "security test"


def test_names_of_hosts_and_accounts_tell_nothing() -> None:
    one = replace(step("T1490"), host="VSSADMIN", account="CORP\\backup")
    by_name = replace(one, text="CORP\\backup changed VSSADMIN: resize")
    by_deed = replace(one, text="CORP\\backup ran vssadmin.exe resize shadowstorage")
    assert told(by_name).name == "security test"
    assert told(replace(by_deed, host="WS1")).name == "backup"


def test_a_test_explains_all_and_says_what_ordinary_work_would() -> None:
    found = told(step("T1550.002", "Overpass the Hash", bits=11.0))
    assert (found.name, found.explains) == ("security test", 1.0)
    assert found.ordinary < table().least
    assert f"no ordinary work explains more than {found.ordinary:.0%}" in found.text
