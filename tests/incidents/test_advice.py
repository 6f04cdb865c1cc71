from __future__ import annotations

from gamekeeper.incidents import advice
from gamekeeper.incidents.advice import Known
from gamekeeper.incidents.behaviours import book
from gamekeeper.model.incidents import Said, SignalKind, Step

TEXTS = {"T1003.003": 'ann started ntdsutil.exe: ntdsutil "ac i ntds" ifm "create full C:\\T" q q'}


def step(
    technique: str,
    text: str = "",
    bits: float = 6.0,
    host: str = "WS1",
    account: str = "CORP\\ann",
) -> Step:
    said = (Said("r", f"rule of {technique}", "high", bits),)
    return Step(
        1,
        host,
        account,
        "",
        technique,
        text or TEXTS.get(technique, "text"),
        ("0:1",),
        bits=bits,
        said=said,
        techniques=(technique,),
    )


def test_the_gravest_behaviour_comes_first() -> None:
    shown = advice.shown_by([step("T1033"), step("T1090.001"), step("T1003.003")], book())
    assert [one.name for one, _ in shown] == [
        "directory database copied",
        "relay set up",
        "looked around",
    ]


def test_a_light_hint_of_something_grave_does_not_lead() -> None:
    shown = advice.shown_by([step("T1003.001", bits=0.3), step("T1090.001")], book())
    assert shown[0][0].name == "relay set up"


def test_what_no_rule_spoke_of_shows_no_behaviour() -> None:
    quiet = Step(1, "WS1", "", "", "T1003.003", "", (), kind=SignalKind.CONTEXT)
    assert advice.shown_by([quiet], book()) == []


def test_a_headline_names_people_before_computers() -> None:
    shown = advice.shown_by([step("T1090.001")], book())
    line = advice.headline(shown, ["CORP\\WS1$", "CORP\\ann"], ["WS1"])
    assert line == "ann made a host relay traffic on WS1"


def test_nobody_reads_mail_as_the_system() -> None:
    known = Known(["NT AUTHORITY\\SYSTEM"], ["DC1"])
    found = advice.actions([], known, book(), is_grave=True)
    assert not any("SYSTEM" in one.text for one in found)
    assert any("the accounts of this incident" in one.text for one in found)


def test_hosts_of_an_incident_are_cut_off_together() -> None:
    shown = advice.shown_by([step("T1003.003", host="DC1")], book())
    found = advice.actions(shown, Known([], ["DC1", "WS1", "FS1"]), book(), is_grave=True)
    assert any("off together (DC1, WS1 and FS1)" in one.text for one in found)


def test_actions_stand_in_the_order_of_phases_with_what_was_seen() -> None:
    shown = advice.shown_by([step("T1003.003", host="DC1"), step("T1090.001")], book())
    found = advice.actions(shown, Known(["CORP\\ann"], ["DC1"]), book(), is_grave=True)
    order = list(book().phases)
    assert [order.index(one.phase) for one in found] == sorted(
        order.index(one.phase) for one in found
    )
    assert {one.because for one in found} == {"", "directory database copied", "relay set up"}
    assert not any("{" in one.text for one in found)


def test_light_incidents_do_not_tell_people_to_keep_secrets() -> None:
    assert advice.actions([], Known([], []), book(), is_grave=False) == ()


def test_text_of_a_log_with_braces_stays_text() -> None:
    shown = advice.shown_by([step("T1090.001", host="{accounts}")], book())
    assert advice.headline(shown, [], ["{x}"]) == "Somebody made a host relay traffic on {x}"
