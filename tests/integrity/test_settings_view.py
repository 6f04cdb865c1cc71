"""Registry paths and values in one spelling."""

from __future__ import annotations

import pytest

from gamekeeper.integrity.settings_view import SettingChange, folded_path


def change(value: str, kind: str = "setvalue") -> SettingChange:
    return SettingChange("h", "c", 1, 1, 0, 0, 13, "p", value, kind, "reg.exe", "")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("DWORD (0x00000001)", 1),
        ("QWORD (0x00000000-0x00010000)", 65536),
        ("0x0", 0),
        ("20971520", 20971520),
        ("Binary Data", None),
        ("", None),
    ],
)
def test_numbers_are_read_in_every_spelling(value: str, number: int | None) -> None:
    assert change(value).number == number


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet002\\Control\\MiniNt", "control\\minint"),
        ("HKLM\\System\\CurrentControlSet\\Control\\MiniNt", "control\\minint"),
        ("HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\MiniNt", "control\\minint"),
    ],
)
def test_paths_are_one_whatever_the_source_calls_the_root(key: str, path: str) -> None:
    assert folded_path(key, "") == "hklm\\system\\currentcontrolset\\" + path


def test_a_removed_value_is_a_deletion() -> None:
    assert change("", "deletevalue").is_deletion
    assert not change("0").is_deletion
