"""What each operator asks of one value."""

from __future__ import annotations

import pytest

from gamekeeper.rules.ir import Op, Predicate
from gamekeeper.rules.truth import holds, number, time_text

ANY, ONE = ("any", ""), ("one", "")


def glob(*parts: tuple[str, str] | str, cased: bool = False) -> Predicate:
    full = tuple(part if isinstance(part, tuple) else ("lit", part) for part in parts)
    return Predicate("F", Op.GLOB, cased=cased, parts=full)


def p(op: Op, value: str, **rest: str) -> Predicate:
    return Predicate("F", op, value, **rest)  # type: ignore[arg-type]


CASES: list[tuple[Predicate, str, bool]] = [
    (p(Op.EQUALS, "CMD.exe"), "cmd.EXE", True),
    (p(Op.EQUALS, "cmd"), "cmd ", False),
    (p(Op.EQUALS, ""), "", True),
    (p(Op.EQUALS, "ÜBER"), "über", True),
    (p(Op.EQUALS, "straße"), "STRASSE", False),
    (p(Op.CONTAINS, "-ENC"), "x -enc y", True),
    (p(Op.CONTAINS, ""), "", True),
    (p(Op.STARTSWITH, "C:\\"), "c:\\x", True),
    (p(Op.ENDSWITH, "\\cmd.exe"), "C:\\CMD.EXE", True),
    (Predicate("F", Op.EQUALS, "A", cased=True), "a", False),
    (Predicate("F", Op.CONTAINS, "A", cased=True), "xAx", True),
    (glob("a", ANY, "b"), "ab", True),
    (glob("a", ANY, "b"), "a\nxb", True),
    (glob("a", ANY, "b"), "abc", False),
    (glob("a", ONE, "b"), "axb", True),
    (glob("a", ONE, "b"), "ab", False),
    (glob(ONE), "", False),
    (glob(ONE, ANY), "x", True),
    (glob(ANY), "", True),
    (glob("A", ANY, "c", cased=True), "Abc", True),
    (glob("A", ANY, "c", cased=True), "abc", False),
    (glob(ANY, "ab", ANY, "abc", ANY), "xababcx", True),
    (glob(ANY, "a", ANY, "b", ANY, "c"), "a" * 300 + "b" * 300, False),
    (p(Op.REGEX, r"a.c"), "xabcx", True),
    (p(Op.REGEX, r"A"), "a", False),
    (p(Op.REGEX, r"A", flags="i"), "a", True),
    (p(Op.REGEX, r"^b", flags="m"), "a\nb", True),
    (p(Op.REGEX, r"a.b", flags="s"), "a\nb", True),
    (p(Op.CIDR, "10.0.0.0/8"), "10.255.0.1", True),
    (p(Op.CIDR, "10.0.0.0/8"), "11.0.0.1", False),
    (p(Op.CIDR, "10.0.0.0/8"), "::ffff:10.0.0.1", True),
    (p(Op.CIDR, "10.0.0.0/8"), "host", False),
    (p(Op.CIDR, "fe80::/10"), "fe80::1%5", True),
    (p(Op.CIDR, "::/0"), "10.0.0.1", False),
    (p(Op.GT, "5"), "6", True),
    (p(Op.GT, "5"), "0x6", True),
    (p(Op.GT, "5"), "5", False),
    (p(Op.GTE, "5"), "5.0", True),
    (p(Op.LT, "5"), "-1", True),
    (p(Op.LTE, "5"), "five", False),
    (p(Op.LTE, "5"), "", False),
    (p(Op.TIME_PART, "23", part="hour"), "2026-01-31T23:59:59.1234567Z", True),
    (p(Op.TIME_PART, "59", part="minute"), "2026-01-31 23:59:59.123", True),
    (p(Op.TIME_PART, "31", part="day"), "2026-01-31", True),
    (p(Op.TIME_PART, "5", part="week"), "2026-01-31", True),
    (p(Op.TIME_PART, "1", part="month"), "2026-01-31", True),
    (p(Op.TIME_PART, "2026", part="year"), "2026-01-31", True),
    (p(Op.TIME_PART, "1", part="month"), "2026-13-31", False),
    (p(Op.TIME_PART, "1", part="month"), "yesterday", False),
    (p(Op.TIME_PART, "23", part="hour"), "2026-01-31T23:59:59+02:00", True),
    (p(Op.GTE, "23", part="hour"), "2026-01-31 23:00:00", True),
    (p(Op.LT, "23", part="hour"), "2026-01-31 23:00:00", False),
    (p(Op.LT, "23", part="hour"), "5", False),
    (p(Op.CIDR, "::ffff:10.0.0.0/104"), "10.0.0.1", True),
    (p(Op.CIDR, "::ffff:10.0.0.0/104"), "::ffff:11.0.0.1", False),
    (p(Op.CIDR, "::/64"), "::1", True),
]


@pytest.mark.parametrize(("predicate", "value", "expected"), CASES)
def test_value_satisfies_predicate(predicate: Predicate, value: str, expected: bool) -> None:
    assert holds(predicate, value) is expected


def test_what_is_a_number() -> None:
    assert [number(text) for text in ("1", " 2 ", "0XfF", "1e3", "", "0x", "٣", "9" * 5_000)] == [
        1, 2, 255, None, None, None, None, None,
    ]  # fmt: skip


def test_a_time_behind_the_calendar_is_a_number() -> None:
    assert time_text(2**63 - 1) == "9223372036854775807"
    assert time_text(0) == "1601-01-01T00:00:00.0000000Z"
