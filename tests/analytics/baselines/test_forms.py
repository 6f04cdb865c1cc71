"""What is folded away, and what stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.analytics.baselines import forms
from gamekeeper.analytics.baselines.forms import FORMS, LIMIT

#: Patterns, and what is looked for first since it is found sooner.
LOOKS = [
    *((pattern, needs) for pattern, _, needs in (*forms._FOLDS, *forms._DIGIT_FOLDS)),
    (forms._SECRET, re.compile(f"(?: -pw )|{forms._MAY_BE_SECRET.pattern}")),
]


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        (r"C:\Windows\System32\ping.exe -n 4 10.1.2.3", "ping.exe -n # <ip>"),
        (
            r'"C:\Program Files\7-Zip\7z.exe" a -pSecret x.7z "C:\a b\c"',
            r"7z.exe a -p<secret> x.#z <path>",
        ),
        ("net use z: \\\\FS01\\c$ /user:corp\\anna", "net use z: <share> /user:<name>"),
        ("rundll32 a.dll,{4FC6BB94-2A2B-4D4D-8F0C-0A0B0C0D0E0F}", "rundll# a.dll,<id>"),
        ("task -ServerName:App.AppX3bn25b6f886wmg6twh46972.mca", "task -servername:app.<id>.mca"),
        (
            "wmic /node:dc01 /password:Winter!2024 process",
            "wmic /node:<host> /password:<secret> process",
        ),
        (
            "powershell -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAA=",
            "powershell -enc <blob>",
        ),
        ("curl https://files.example/a?b=c", "curl <url>"),
        ("", ""),
    ],
)
def test_a_command_keeps_its_words_and_loses_what_changes(line: str, shape: str) -> None:
    assert FORMS["command"](line) == shape.replace("rundll#", "rundll32")


@pytest.mark.parametrize("name", ["WS01$", "SYSTEM", "S-1-5-18", "DWM-1", "-", ""])
def test_machines_and_windows_itself_are_no_accounts(name: str) -> None:
    assert FORMS["account"](name) == ""


@pytest.mark.parametrize(
    ("address", "is_inside", "is_outside"),
    [
        ("10.1.2.3", True, False),
        ("172.31.0.1", True, False),
        ("172.32.0.1", False, True),
        ("8.8.8.8", False, True),
        ("fe80::1", True, False),
        ("2001:db8::1", False, True),
        ("127.0.0.1", False, False),
        ("224.0.0.251", False, False),
        ("nonsense", False, False),
    ],
)
def test_addresses_are_of_the_own_network_or_of_the_internet(
    address: str, is_inside: bool, is_outside: bool
) -> None:
    assert (bool(FORMS["inside"](address)), bool(FORMS["outside"](address))) == (
        is_inside,
        is_outside,
    )


def test_a_ports_number_counts_only_where_somebody_chose_it() -> None:
    assert [FORMS["port"](text) for text in ("3389", "51000", "x")] == ["3389", "high", ""]
    assert FORMS["listening"]("51000") == ""


def test_a_script_without_a_file_is_told_by_its_first_line() -> None:
    assert FORMS["typed"]("\r\n\nGet-Item 5\nmore") == "get-item #"


def test_a_service_is_told_by_its_program() -> None:
    line = r'"C:\Tools\agent.exe" --port 4711'
    assert FORMS["install"](line) == "c:\\tools\\agent.exe --port #"


@given(st.text(max_size=400))
def test_every_form_takes_any_text_and_stays_short(text: str) -> None:
    for form in FORMS.values():
        assert len(form(text)) <= 2 * LIMIT


@pytest.mark.parametrize(("pattern", "needs"), LOOKS, ids=lambda one: one.pattern[:20])
@given(st.data())
def test_what_is_looked_for_first_is_in_all_that_a_pattern_finds(
    pattern: re.Pattern[str], needs: re.Pattern[str], data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="ascii")))
    assert pattern.search(text)
    assert needs.search(text)


def test_a_word_with_its_only_digit_at_an_end_is_an_id() -> None:
    assert FORMS["command"]("x.exe 1abcdefa bcdefab2 9abcdefghij1") == "x.exe <id> <id> <id>"


@pytest.mark.parametrize("address", ["999.1.1.1", "0:", "1.1.1.1111"])
def test_what_only_looks_like_an_address_is_of_no_network(address: str) -> None:
    assert FORMS["network"](address) == ""
