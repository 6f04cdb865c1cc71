"""The habits of administrators and red teams, as data."""

from __future__ import annotations

from copy import deepcopy

import pytest

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.library import shipped
from gamekeeper.intel.rivals import Trait, read_rivals, rivals


def trait(name: str) -> Trait:
    return next(one for one in rivals().traits if one.id == name)


def test_priors_add_up_to_one() -> None:
    assert sum(rivals().prior.values()) == pytest.approx(1)


@pytest.mark.parametrize("change", [{"unknown": 0}, {"somebody": 0.5}])
def test_priors_that_rule_somebody_out_are_refused(change: dict[str, float]) -> None:
    document = deepcopy(content.load_yaml("intel/rivals.yml"))
    document["prior"].update(change)
    with pytest.raises(ContentError, match="prior"):
        read_rivals(document)


def test_daily_work_speaks_for_administrators_and_the_rest_against() -> None:
    table = rivals()
    assert table.administrators_bits("T1082") > 0 > table.administrators_bits("T1055.012")
    assert table.is_daily("T1082")
    assert not table.is_daily("T1003.001")


def test_habits_are_those_of_techniques_in_the_table() -> None:
    assert set(rivals().habit) <= set(shipped().techniques)


@pytest.mark.parametrize(
    ("name", "tools", "texts", "found"),
    [
        ("emulation-product", (), (r"c:\ATOMICREDTEAM\atomics\x.ps1",), True),
        ("emulation-product", ("Atomic Red Team",), (), True),
        ("emulation-product", (), (r"C:\Program Files\Atomic Clock\clock.exe",), False),
        ("open-kit", ("HackTool - Mimikatz Execution",), (), True),
        (
            "open-kit",
            ("Empire State Payroll",),
            (),
            True,
        ),  # a word is a word: it says little anyway
        ("open-kit", ("Empirical study",), (), False),
        ("open-kit", (), (r"C:\Users\empire\notes.txt",), False),
        ("technique-in-text", (), (r"C:\tests\T1003.001.ps1",), True),
        ("technique-in-text", (), ("AT1003 and T10035",), False),
    ],
)
def test_traits_of_an_exercise_are_found_where_they_may_stand(
    name: str, tools: tuple[str, ...], texts: tuple[str, ...], found: bool
) -> None:
    assert bool(list(trait(name).found_in(tools, texts))) is found


def test_kits_of_everybody_say_less_than_products() -> None:
    assert trait("open-kit").bits < trait("emulation-product").bits / 4
