from __future__ import annotations

import pyarrow as pa
import pytest

from gamekeeper.errors import UsageError
from gamekeeper.questions.finding.terms import parse

VALUES = pa.array(
    ["C:\\Windows\\NTDSUTIL.exe", "admin", "4624", "a=b", None, "Ünïcode", "x\nadmin"]
)


@pytest.mark.parametrize(
    ("text", "is_regex", "expected"),
    [
        ("ntdsutil", False, [0]),
        ("C:\\windows\\", False, [0]),
        ("ÜNÏ", False, [5]),
        ("4624", False, [2]),
        ("CommandLine=adm*", False, [1]),
        ("CommandLine=adm?n", False, [1]),
        ("CommandLine=admin", False, [1]),
        ("CommandLine=*", False, [0, 1, 2, 3, 5, 6]),
        ("CommandLine=a.min", False, []),  # a dot is a dot
        ("CommandLine~a.min", False, [1, 6]),
        ("CommandLine~^a", False, [1, 3]),
        ("a =b", False, []),  # no name before the sign: a word
        ("^(admin|4624)$", True, [1, 2]),
        ("a=b", True, [3]),
    ],
)
def test_terms_stand_where_they_should(text: str, is_regex: bool, expected: list[int]) -> None:
    found = parse(text, is_regex=is_regex).matches(VALUES)
    assert [at for at, here in enumerate(found.tolist()) if here] == expected


def test_a_term_asks_its_field_only() -> None:
    term = parse("TargetUserName=x", is_regex=False)
    assert term.asks("targetusername")
    assert term.asks("event.rest")
    assert not term.asks("SubjectUserName")
    assert parse("x", is_regex=False).asks("anything")


def test_a_pair_is_found_by_name_and_value() -> None:
    pairs = [{"name": "a", "value": "no"}, {"name": "B", "value": "yes"}]
    assert parse("b=yes", is_regex=False).pair_of(pairs) == ("B", "yes")
    assert parse("yes", is_regex=False).pair_of(pairs) == ("B", "yes")
    assert parse("a=yes", is_regex=False).pair_of(pairs) == ("", "")


@pytest.mark.parametrize(("text", "is_regex"), [("", False), ("(", True), ("Field~[", False)])
def test_what_makes_no_sense_is_told(text: str, is_regex: bool) -> None:
    with pytest.raises(UsageError):
        parse(text, is_regex=is_regex)
