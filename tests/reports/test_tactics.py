from __future__ import annotations

from gamekeeper.reports import tactics


def test_tactics_follow_an_intrusion() -> None:
    names = ["impact", "", "stealth", "my-own", "execution", "defense-evasion", "execution"]
    ordered = ["execution", "stealth", "defense-evasion", "impact", "my-own", ""]
    assert tactics.in_order(names) == ordered


def test_titles_read_as_att_and_ck_writes_them() -> None:
    assert tactics.title("lateral-movement") == "Lateral Movement"
    assert tactics.title("command-and-control") == "Command and Control"
    assert tactics.title(tactics.NONE) == "No tactic named"
