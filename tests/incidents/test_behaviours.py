from __future__ import annotations

import pytest

from gamekeeper.incidents.behaviours import book, covers, heard, shown_in
from gamekeeper.model.incidents import Said, SignalKind, Step
from gamekeeper.rules.techniques import techniques


def step(
    technique: str,
    text: str = "text",
    account: str = "CORP\\ann",
    bits: float = 7.0,
    others: tuple[str, ...] = (),
) -> Step:
    named = (technique, *others)
    return Step(1, "WS1", account, "", technique, text, ("0:1",), bits=bits, techniques=named)


def name_of(seen: Step) -> str:
    found = shown_in(seen, book())
    return "" if found is None else found.name


def test_every_technique_of_the_table_exists() -> None:
    named = {
        one for behaviour in book().behaviours for one in (*behaviour.techniques, *behaviour.may)
    }
    assert {one for one in named if one not in techniques()} == set()


def test_a_technique_stands_for_what_is_below_it() -> None:
    assert covers("T1003", "T1003.003")
    assert not covers("T1003", "T10030")


def test_the_account_narrows_a_behaviour() -> None:
    assert name_of(step("T1021.001", account="CORP\\svc_ldapbind")) == (
        "service account used by a person"
    )
    assert name_of(step("T1021.001", "a terminal service")) == "remote desktop"


def test_every_grave_behaviour_says_what_to_do() -> None:
    silent = [one.name for one in book().behaviours if one.weight >= 7 and not one.actions]
    assert silent == []


@pytest.mark.parametrize(
    ("technique", "others", "text", "name"),
    [
        ("T1003.003", (), "ntdsutil ifm create full c:\\x", "directory database copied"),
        ("T1003.003", (), "A shadow copy was created", "shadow copy made"),
        ("T1003.003", (), "ntdsutil was started", "directory database touched"),
        ("T1003", ("T1003.003",), "print /D:x c:\\ntds.dit", "directory database copied"),
        ("T1003", ("T1003.001",), "x created procdump.exe", "tool for passwords"),
        (
            "T1059.003",
            ("T1003.006",),
            'mimikatz.exe "lsadump::zerologon /target:DC"',
            "controller's account attacked",
        ),
        (
            "T1003.006",
            (),
            "used %{1}: properties {1131f6ad-9c07-11d1-f79f-00c04fc2dcd2} [DcSync Indicator]",
            "directory replicated by a stranger",
        ),
        ("T1003.004", (), "used Policy\\Secrets\\G$BCKUPKEY_P", "DPAPI backup key taken"),
        ("T1555", (), "created ntds_capi_0_b7.pvk", "DPAPI backup key taken"),
        ("T1003.002", (), "The volume HarddiskVolumeShadowCopy1 was checked", ""),
        ("T1003.002", (), "reg save hklm\\sam x", "local secrets copied"),
        ("T1560.001", (), '7z.exe" e -pX enc.7z', ""),
        ("T1560.001", (), '7z.exe" a -pX out.7z in', "data packed"),
        ("T1047", (), "wmic /node:DC01 process call create", "remote execution"),
        ("T1047", (), 'wmic /node:"127.0.0.1" process call create', ""),
        ("T1047", (), 'wmic process list /FORMAT:"https://x"', ""),
        ("T1021.006", (), "ann started cmd.exe from winrshost.exe", "commands from afar"),
        ("T1055", (), "x made the pipe \\msagent", "pipes of attack tools"),
        ("T1190", (), "Common web attack", "exposed service attacked"),
        ("T1190", (), "an exploit of the VPN gateway", "appliance exploited"),
    ],
)
def test_a_step_shows_what_its_words_bear_out(
    technique: str, others: tuple[str, ...], text: str, name: str
) -> None:
    assert name_of(step(technique, text, others=others)) == name


def test_words_of_a_technique_that_no_rule_names_show_nothing() -> None:
    assert name_of(step("T1083", "dir c:\\ntds.dit")) == "looked around"


def test_a_grave_claim_needs_more_weight_than_a_light_one() -> None:
    assert name_of(step("T1003.001", bits=2.0)) == ""
    assert name_of(step("T1033", bits=2.0)) == "looked around"


def test_what_rules_said_before_takes_nothing_from_what_a_chain_says() -> None:
    said = (Said("SC-1", "copy", "critical", 13.0),)
    chain = Step(1, "DC", "", "", "T1003.003", "x", (), kind=SignalKind.CHAIN, bits=2.0, said=said)
    assert heard(chain) == 13.0
