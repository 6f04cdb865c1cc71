from __future__ import annotations

import json

import pytest

from gamekeeper.incidents.naming import Finder
from gamekeeper.incidents.shapes import VALUE_LIMIT, shape_of
from gamekeeper.model.names import Names

SERIES = Names(frozenset({"ws01", "ws02", "dc01"}), frozenset({"anna", "bob"}))
OTHERS = Names(frozenset({"kazumi", "desktop-7f3k2a1", "ru84-lo"}), frozenset({"u10422", "104233"}))
OF = dict(
    zip(
        ("ws01", "ws02", "dc01", "anna", "bob"),
        ("kazumi", "desktop-7f3k2a1", "ru84-lo", "u10422", "104233"),
        strict=True,
    )
)


def found(field: str, text: str, names: Names) -> list[str]:
    return [text[one.start : one.end] for one in Finder(names).find(field, text)]


def key(text: str, names: Names, field: str = "CommandLine") -> bytes:
    return shape_of(json.dumps({field: text}), Finder(names)).key


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"net use \\KAZUMI\c$ /user:corp\u10422", ["KAZUMI", "u10422"]),
        ("ping desktop-7f3k2a1.corp.example", ["desktop-7f3k2a1"]),
        ("wmic /node:Kazumi,ru84-lo process", ["Kazumi", "ru84-lo"]),
        ("cifs/kazumi KAZUMI$ report_kazumi.txt", ["kazumi", "KAZUMI", "kazumi"]),
        ("kazumi2 xkazumi desktop-7f3k2a1x desktop", []),
        (r"C:\tools\kazumi.exe", []),
        ("{kazumi00-1111-2222-3333-444444444444}", []),
    ],
)
def test_whole_words_in_any_case_are_names(text: str, names: list[str]) -> None:
    assert found("commandline", text, OTHERS) == names


def test_a_number_is_an_account_by_where_it_stands() -> None:
    for text in (r"corp\104233", "net user 104233 /domain", "104233@corp.example", "/ru 104233"):
        assert found("commandline", text, OTHERS) == ["104233"]
    assert found("targetusername", "104233", OTHERS) == ["104233"]
    assert found("processid", "104233", OTHERS) == []
    assert found("commandline", "taskkill /pid 104233", OTHERS) == []


def test_names_within_ids_are_none() -> None:
    names = Names(frozenset({"cafe"}), frozenset())
    assert found("x", "{6b29fc40-cafe-1067-b31d-00dd010662da} cafe", names) == ["cafe"]


def test_what_was_met_finds_the_same_again() -> None:
    finder = Finder(OTHERS)
    text = r"net use \\KAZUMI\c$ /user:corp\u10422"
    first = finder.find("commandline", text)
    assert finder.met() == Names(frozenset({"kazumi"}), frozenset({"u10422"}))
    assert Finder(finder.met()).find("commandline", text) == first


COMMANDS = [
    "ping -n 1 ws01",
    "ping -n 2 dc01",
    r"net use \\ws02\c$ /user:corp\anna",
    r"net use \\ws01\c$ /user:corp\anna",
    r"net use \\ws01\c$ /user:corp\bob",
    "net user bob /domain",
    "net user anna /domain",
    r"C:\Users\anna\AppData\Local\Temp\x.tmp",
    r"C:\Users\bob\AppData\Local\Temp\x.tmp",
    r"C:\Temp\anna\list.txt",
    r"psexec \\ws01,ws02 -u corp\bob cmd",
    "report-ws01-20260311.csv",
    "report-dc01-20260312.csv",
    r"\\dc01.corp.example\netlogon\a.cmd",
    "WS01$ host/dc01 cifs/ws02",
]


def renamed(text: str) -> str:
    for name, other in OF.items():
        text = text.replace(name, other).replace(name.upper(), other.upper())
    return text


def test_under_other_names_the_same_is_equal_and_the_same_is_not() -> None:
    one = [key(text, SERIES) for text in COMMANDS]
    other = [key(renamed(text), OTHERS) for text in COMMANDS]
    assert [[a == b for a in one] for b in one] == [[a == b for a in other] for b in other]
    assert len(set(one)) == 11  # hosts are one, accounts are not


def test_hosts_are_one_and_accounts_are_told_apart_by_their_digits() -> None:
    assert key("ping kazumi", OTHERS) == key("PING ru84-lo", OTHERS) == key("ping ws02", SERIES)
    names = Names(frozenset(), frozenset({"u1001", "u1002", "anna"}))
    told = {key(f"net user {name}", names) for name in sorted(names.accounts)}
    assert len(told) == 3
    assert key("net user u1001", Names()) == key("net user u1002", Names())


def test_the_first_name_met_is_shown_whole() -> None:
    shape = shape_of(r'{"CommandLine": "net use \\\\DESKTOP-7F3K2A1\\x12345"}', Finder(OTHERS))
    assert shape.text == r"CommandLine: net use \\DESKTOP-7F3K2A1\x<n>"


@pytest.mark.parametrize("space", [0, 1, 2, 3, 9])
def test_how_long_names_are_changes_nothing_at_the_limit(space: int) -> None:
    head = "x" * (VALUE_LIMIT - 40 - space)
    one, other = (
        f"{head} ping {name} ping {name} -- tail 12345 end" for name in ("ws01", "desktop-7f3k2a1")
    )
    assert key(one, SERIES) == key(other, OTHERS)
    assert key(one + "y" * VALUE_LIMIT, SERIES) == key(other + "z" * VALUE_LIMIT, OTHERS)
