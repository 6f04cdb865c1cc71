from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.context.accounts import Accounts
from gamekeeper.engine.reference import match_fields
from gamekeeper.rules.ir import Op, Predicate
from gamekeeper.rules.pysigma import detection_node
from gamekeeper.tuning.conditions import LENGTH_LIMIT, Condition, conditions_of, literal, pattern

TEXTS = st.text(alphabet="\\*?aB1 $<n>é", min_size=1, max_size=14)


@given(TEXTS)
def test_a_literal_means_its_text_and_nothing_else(text: str) -> None:
    node = detection_node("selection", {"Image": literal(text)})
    assert isinstance(node, Predicate)
    assert (node.op, node.value) == (Op.EQUALS, text)


@given(TEXTS)
def test_a_pattern_is_true_of_its_value(text: str) -> None:
    node = detection_node("selection", {"Image": pattern(text)})
    assert match_fields(node, {"image": [text]})


def test_what_changes_from_run_to_run_is_a_wildcard() -> None:
    assert pattern("dump 4711 {6B29FC40-CA47-1067-B31D-00DD010662DA}") == "dump * *"
    assert pattern("a 1000 2000") == "a * *"
    long = pattern("x" * (LENGTH_LIMIT + 1))
    assert long == "x" * LENGTH_LIMIT + "*"


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("User", "NT AUTHORITY\\SYSTEM", ("", "NT AUTHORITY\\SYSTEM")),
        ("SubjectUserName", "DC01$", ("endswith", "$")),
        ("User", "CORP\\svc-backup", ("", "CORP\\svc-backup")),
        ("User", "CORP\\ann", None),
        ("User", "CORP\\root", None),  # an administrator is no reason to look away
        ("Image", "C:\\Windows\\System32\\cmd.exe", ("", "C:\\Windows\\System32\\cmd.exe")),
        ("CommandLine", "cmd", None),  # too short to tell anything
        ("CommandLine", "123456789 {6B29FC40-CA47-1067-B31D-00DD010662DA}", None),
    ],
)
def test_a_value_suggests_its_shape_or_the_kind_of_account(
    tmp_path: Path, name: str, value: str, condition: tuple[str, str] | None
) -> None:
    (tmp_path / "accounts.csv").write_text(
        "account,kind\nCORP\\svc-backup,service\nCORP\\root,admin\n"
    )
    accounts = Accounts.read([tmp_path / "accounts.csv"])
    found = conditions_of(((name, (value,)),), accounts)
    assert found == (frozenset() if condition is None else {Condition(name, *condition)})
    for one in found:
        assert one.holds(((name, (value,)),))


def test_a_field_with_several_values_suggests_nothing() -> None:
    assert conditions_of((("Image", ("C:\\abcdefgh", "C:\\ijklmnop")),), Accounts()) == frozenset()
