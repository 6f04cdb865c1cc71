from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gamekeeper import settings
from gamekeeper.errors import UsageError
from gamekeeper.model.findings import LEVELS
from gamekeeper.settings import SETTINGS, Kind, Setting


@pytest.fixture(autouse=True)
def no_file_of_mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return


def by_name(name: str) -> Setting:
    return next(setting for setting in SETTINGS if setting.name == name)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "gamekeeper.toml"
    path.write_text(text)
    return str(path)


def test_levels_are_those_of_the_model() -> None:
    assert settings.LEVEL_NAMES == LEVELS


def test_names_are_told_apart_and_defaults_are_valid() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.help.endswith(".")
        if isinstance(setting.default, str):
            assert settings.read_text(setting, setting.default) == setting.default


def test_what_is_typed_wins_over_environment_file_and_default(tmp_path: Path) -> None:
    typed = {"config": written(tmp_path, 'workers = 3\nmin_level = "low"\nrules = ["a", "b"]')}
    environment = {"GAMEKEEPER_WORKERS": "2", "GAMEKEEPER_EXCLUDE": "host:a,host:b"}
    values = settings.resolve("hunt", typed, environment)
    assert values["workers"] == 2
    assert values["min_level"] == "low"
    assert values["rules"] == ("a", "b")
    assert values["exclude"] == ("host:a", "host:b")
    assert values["source_tz"] == "UTC"
    assert settings.resolve("hunt", {**typed, "workers": 1}, environment)["workers"] == 1


def test_a_password_of_the_environment_is_one_password() -> None:
    values = settings.resolve("hunt", {}, {"GAMEKEEPER_PASSWORD": "a,b"})
    assert values["password"] == ("a,b",)


def test_the_persons_own_file_is_found() -> None:
    folder = settings.config_folder()
    folder.mkdir(parents=True)
    (folder / "gamekeeper.toml").write_text("workers = 5")
    assert settings.resolve("hunt", {})["workers"] == 5


def test_a_file_beside_the_logs_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "workers = 5")
    monkeypatch.chdir(tmp_path)
    assert settings.resolve("hunt", {})["workers"] == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("wrkers = 3", "no setting 'wrkers'; did you mean 'workers'"),
        ('workers = "many"', "workers: 'many' is no whole number"),
        ('min_level = "hihg"', "did you mean 'high'"),
        ("workers = 1.5", "neither text, a number"),
        ("workers = ", "cannot be read as TOML"),
        ('from = "2026-01-01"', "no setting 'from'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, complaint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as error:
        settings.load_file(Path(path))
    assert path in str(error.value)
    assert complaint in str(error.value)


def test_a_file_that_was_asked_for_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file with settings"):
        settings.resolve("hunt", {"config": str(tmp_path / "absent.toml")}, {})


def test_a_wrong_variable_is_refused_with_its_name() -> None:
    with pytest.raises(UsageError, match="GAMEKEEPER_WORKERS: 'two' is no whole number"):
        settings.resolve("hunt", {}, {"GAMEKEEPER_WORKERS": "two"})


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.COUNT, "-1"),
        (Kind.LEVEL, "severe"),
        (Kind.TIME, "yesterday"),
        (Kind.TIME, "0001-01-01T00:00+12:00"),
        (Kind.ZONE, "Mars/Olympus"),
        (Kind.ZONE, "../etc/passwd"),
        (Kind.SELECTOR, "hosts:a"),
        (Kind.SELECTOR, "host:"),
        (Kind.FLAG, "perhaps"),
    ],
)
def test_a_wrong_value_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(UsageError, match=r"^'"):
        settings.read_text(Setting("x", kind, "", (), "--x"), text)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("", False)])
def test_switches_can_be_written(text: str, value: object) -> None:
    assert settings.read_text(by_name("recover"), text) is value


def test_the_cache_can_be_moved() -> None:
    assert settings.cache_folder({"GAMEKEEPER_CACHE": "elsewhere"}) == Path("elsewhere")
    assert settings.cache_folder({"XDG_CACHE_HOME": "/x"}) in {
        Path("/x/gamekeeper"),
        Path("~/Library/Caches/gamekeeper").expanduser(),
    }
