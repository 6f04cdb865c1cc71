from __future__ import annotations

import json

import pytest

from gamekeeper.incidents.tokens import NOTHING, placed, tokens_of


def tokens(text: str) -> object:
    return tokens_of(json.dumps({"CommandLine": text}))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"\\FS1\c$\Temp\a.7z", ("fs1", r"c:\temp\a.7z")),
        (r"\\127.0.0.1\ADMIN$\__1.2", ("", r"c:\windows\__1.2")),
        (r"C:\Users\ann\x.exe:Zone.Identifier", ("", r"c:\users\ann\x.exe")),
        (r"\\FS1.corp.example\share\a.txt", ("", r"\\fs1.corp.example\share\a.txt")),
    ],
)
def test_a_path_says_on_which_host_the_file_is(path: str, expected: tuple[str, str]) -> None:
    assert placed(path) == expected


def test_a_quoted_path_keeps_its_blanks_and_is_read_once() -> None:
    found = tokens_of(json.dumps({"CommandLine": r'"C:\Program Files\7-Zip\7z.exe" a C:\x\y.7z'}))
    assert found.files == (("", r"c:\program files\7-zip\7z.exe"), ("", r"c:\x\y.7z"))


def test_one_password_given_to_two_tools_is_one_secret() -> None:
    first = tokens_of(json.dumps({"c": r"wmic /node:x /user:a /password:W1nter!Reservoir process"}))
    second = tokens_of(json.dumps({"c": r"7z.exe a -pW1nter!Reservoir -v100m x.7z"}))
    assert first.secrets == second.secrets != ()
    assert "W1nter" not in repr(first.secrets)


@pytest.mark.parametrize("line", ["ssh -p 22 host", "x -process y", "ps -path c:\\a -Port 80"])
def test_options_that_only_begin_like_a_password_are_none(line: str) -> None:
    assert tokens_of(json.dumps({"c": line})).secrets == ()


def test_fields_that_are_no_object_name_nothing() -> None:
    assert tokens_of("[1]") == tokens_of("{") == NOTHING


def test_an_alert_of_another_tool_is_known_by_its_name() -> None:
    assert tokens_of('{"AlertName": "Agent stopped"}').is_alert
    assert not tokens_of('{"CommandLine": "AlertName"}').is_alert
