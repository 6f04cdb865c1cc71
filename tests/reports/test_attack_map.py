from __future__ import annotations

from dataclasses import replace

from fakes.exports import intrusion
from gamekeeper.model.incidents import SignalKind, Step
from gamekeeper.reports.attack_map import Place, attack_map, named


def step(tactic: str, technique: str, bits: float, kind: SignalKind = SignalKind.MATCH) -> Step:
    return Step(1, "WS1", "", tactic, technique, "", (), kind=kind, bits=bits)


def test_techniques_stand_under_their_tactics_in_the_order_of_an_intrusion() -> None:
    steps = (
        step("credential-access", "T1003.001", 2),
        step("discovery", "T1033", 1),
        step("credential-access", "T1003.003", 5),
        step("credential-access", "T1003.001", 4),
        step("discovery", "T1057", 9, SignalKind.CONTEXT),
    )
    one = replace(intrusion()[0], steps=steps, techniques=())
    found = {column.title: column.places for column in attack_map(one)}
    assert list(found) == ["Credential Access", "Discovery"]
    assert found["Credential Access"] == (
        Place("T1003.003", "NTDS", 1, 5),
        Place("T1003.001", "LSASS Memory", 2, 4),
    )


def test_what_is_only_named_beside_others_is_not_lost() -> None:
    one = replace(intrusion()[0], steps=(), techniques=("T1047",))
    (column,) = attack_map(one)
    assert (column.title, column.places[0].name) == (
        "Also named",
        "Windows Management Instrumentation",
    )


def test_techniques_of_a_later_year_have_a_name_and_unknown_ones_none() -> None:
    assert named("T1685.005") == "Clear Windows Event Logs"
    assert named("T9999") == ""


def test_of_several_techniques_the_main_one_stands_under_its_own_tactic() -> None:
    both = replace(step("persistence", "T1021.002", 1), techniques=("T1021.002", "T1543.003"))
    one = replace(intrusion()[0], steps=(both,), techniques=())
    assert [column.title for column in attack_map(one)] == ["Lateral Movement"]


def test_one_tactic_has_one_name_whatever_the_year_of_the_rule() -> None:
    steps = (step("stealth", "T1685.005", 2), step("defense-evasion", "T1070.001", 3))
    one = replace(intrusion()[0], steps=steps, techniques=("T1685.005", "T1070.001"))
    (column,) = attack_map(one)
    assert column.title == "Defense Evasion"
    assert column.places == (Place("T1070.001", "Clear Windows Event Logs", 2, 3),)
