"""All that is known of one group, found under any name that means it."""

from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.intel.library import shipped
from gamekeeper.intel.sheet import group_named, sheet_of
from gamekeeper.model.attribution import Basis


@pytest.mark.parametrize("name", ["G1017", "volt typhoon", " VANGUARD PANDA ", "Storm-0391"])
def test_a_group_is_found_under_any_of_its_names(name: str) -> None:
    assert group_named(name, shipped()).id == "G1017"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Volt Typhon", "did you mean 'volt typhoon'"),
        ("UAC-0056", "several groups"),
        ("DazedToad", "no group"),  # somebody's name for something near it
    ],
)
def test_a_name_that_does_not_mean_one_group_is_refused(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        group_named(name, shipped())


def test_techniques_that_few_share_come_first() -> None:
    sheet = sheet_of(group_named("G1017", shipped()), shipped())
    counts = [one.groups for one in sheet.techniques]
    assert counts == sorted(counts)
    assert sheet.techniques[0].distinctive
    assert sheet.basis is Basis.PROCEDURES
    assert {"C0035", "C0039"} == {one.id for one in sheet.campaigns}


def test_a_group_without_procedures_says_so() -> None:
    sheet = sheet_of(group_named("APT28", shipped()), shipped())
    assert sheet.basis is Basis.TECHNIQUES
    assert sheet.procedures == ()
    assert not sheet.book
