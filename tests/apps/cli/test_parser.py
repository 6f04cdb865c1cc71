from __future__ import annotations

import shlex

import pytest

from gamekeeper.apps.cli.commands import COMMANDS, Command, command
from gamekeeper.apps.cli.parser import command_parser, find_command, overview, parse
from gamekeeper.errors import UsageError
from gamekeeper.settings import SETTINGS

HUNT = command("hunt")


@pytest.fixture(autouse=True)
def no_settings_of_mine(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.mark.parametrize("one", COMMANDS, ids=lambda one: one.name)
def test_every_command_has_help_with_examples(one: Command) -> None:
    text = command_parser(one).format_help()
    assert "examples:" in text
    for line, purpose in one.examples:
        assert line in text
        assert purpose in text
        assert line.startswith(f"gamekeeper {one.name}")


def test_every_command_of_a_setting_exists_and_is_in_the_overview() -> None:
    names = {one.name for one in COMMANDS}
    assert {name for setting in SETTINGS for name in setting.commands} == names
    assert all(name in overview() for name in names)


def test_examples_can_be_typed() -> None:
    for one in COMMANDS:
        for line, _ in one.examples:
            words = shlex.split(line.partition(" | ")[0].replace("\\", "/"))[1:]
            found, rest = find_command(words)
            assert found is one
            parse(found, rest)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["hutn"], "no command 'hutn'; did you mean 'hunt'"),
        (["rules"], "'rules' needs one of: rules check, rules coverage, "),
        (["rules", "lst"], "did you mean 'rules list'"),
    ],
)
def test_a_wrong_command_names_the_right_one(words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        find_command(words)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "PATH"),
        (["x", "--ruels=y"], "no option '--ruels'; did you mean '--rules'"),
        (["x", "--min-level", "hihg"], "did you mean 'high'"),
        (["x", "--min", "high"], "no option '--min'"),
        (["x", "--from", "noon"], "is no time"),
        (["x", "--workers", "-2"], "workers"),
        (["x", "--exclude", "dc*"], "is none of rule:PATTERN"),
        (["x", "--rules"], "expected one argument"),
    ],
)
def test_wrong_options_are_refused_in_one_line(words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(HUNT, words)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)
    assert "--help" in str(error.value)


def test_options_become_values() -> None:
    values = parse(HUNT, ["a", "b", "--rules", "r1", "--rules", "r2", "-q", "--workers", "2"])
    assert values["paths"] == ("a", "b")
    assert values["rules"] == ("r1", "r2")
    assert values["quiet"] is True
    assert values["workers"] == 2
    assert values["json"] is False
    assert values["fail_level"] == "low"
    assert values["include"] == ()
