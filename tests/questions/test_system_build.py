from __future__ import annotations

import pytest

from gamekeeper.questions.system_build import System, named_system, time_zone


def packed(*parts: str) -> str:
    return "\0".join(parts).encode("utf-16-le").hex()


def test_name_and_version_stand_beside_each_other() -> None:
    binary = packed("1.1", "0", "Windows Server 2019 Datacenter", "10.0.17763 Build 17763  ", "x")
    assert named_system(binary) == System("Windows Server 2019 Datacenter", "10.0.17763")


@pytest.mark.parametrize(
    "binary",
    [None, "", "zz", "0", "ff", packed("1", "2"), packed("10.0.17763 Build 1"), "00d8" * 9],
)
def test_what_is_something_else_says_nothing(binary: str | None) -> None:
    assert named_system(binary) == System()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("480 Pacific Standard Time", "Pacific Standard Time (-08:00)"),
        ("-60 Mitteleuropäische Zeit", "Mitteleuropäische Zeit (+01:00)"),
        ("-330 India Standard Time", "India Standard Time (+05:30)"),
        ("0 UTC", "UTC (+00:00)"),
        ("Pacific", None),
        (None, None),
        ("99999 x", None),
    ],
)
def test_offsets_are_turned_eastwards(said: str | None, wanted: str | None) -> None:
    assert time_zone(said) == wanted
