"""Every modifier of Sigma 2.1 becomes predicates, or a reason."""

from __future__ import annotations

import pytest

from gamekeeper.errors import RuleError
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate
from gamekeeper.rules.pysigma import detection_node


def eq(value: str, name: str = "F", *, cased: bool = False) -> Predicate:
    return Predicate(name, Op.EQUALS, value, cased)


def has(value: str, *, cased: bool = False) -> Predicate:
    return Predicate("F", Op.CONTAINS, value, cased)


CASES: list[tuple[object, Node]] = [
    ({"F": "x"}, eq("x")),
    ({"F": ["x", "y"]}, Or((eq("x"), eq("y")))),
    ({"F|all": ["x*", "*y"]}, And((Predicate("F", Op.STARTSWITH, "x"), Predicate("F", Op.ENDSWITH, "y")))),
    ({"F": "x", "G": "y"}, And((eq("x"), eq("y", "G")))),
    ([{"F": "x"}, {"G": "y"}], Or((eq("x"), eq("y", "G")))),
    ({"F|contains": "x"}, has("x")),
    ({"F|contains": 4444}, has("4444")),
    ({"F|startswith": "x"}, Predicate("F", Op.STARTSWITH, "x")),
    ({"F|endswith": "x"}, Predicate("F", Op.ENDSWITH, "x")),
    ({"F|contains|all": ["x", "y"]}, And((has("x"), has("y")))),
    ({"F|contains|cased": "X"}, has("X", cased=True)),
    ({"F|cased": "X"}, eq("X", cased=True)),
    ({"F|neq": ["x", "y"]}, Not(Or((eq("x"), eq("y"))))),
    ({"F|exists": True}, Predicate("F", Op.EXISTS, "true")),
    ({"F|exists": False}, Predicate("F", Op.EXISTS, "false")),
    ({"F": None}, Predicate("F", Op.NULL)),
    ({"F": []}, Predicate("F", Op.NULL)),
    ({"F": ""}, eq("")),
    ({"F": True}, eq("true")),
    ({"F": 9}, Or((eq("9"), eq("0x9")))),
    ({"F": "9"}, eq("9")),
    ({"F": 1.5}, eq("1.5")),
    ({"EventID": [1, 4688]}, Or((eq("1", "EventID"), eq("4688", "EventID")))),
    ({"F": r"a\*b"}, eq("a*b")),
    ({"F": r"a\\*b"}, Predicate("F", Op.GLOB, "a\\*b", parts=(("lit", "a\\"), ("any", ""), ("lit", "b")))),
    ({"F": r"\\srv\x"}, eq(r"\srv\x")),
    ({"F|re": r"a\d+"}, Predicate("F", Op.REGEX, r"a\d+")),
    ({"F|re|contains": "a|b"}, Predicate("F", Op.REGEX, "a|b")),
    ({"F|re|startswith": "a|b"}, Predicate("F", Op.REGEX, r"\A(?:a|b)")),
    ({"F|re|i|endswith": "a|b"}, Predicate("F", Op.REGEX, r"(?:a|b)\Z", flags="i")),
    ({"F|re": 12}, Predicate("F", Op.REGEX, "12")),
    ({"F|re|i|m|s": "a.b"}, Predicate("F", Op.REGEX, "a.b", flags="ims")),
    ({"F|cidr": "10.0.0.0/8"}, Predicate("F", Op.CIDR, "10.0.0.0/8")),
    ({"F|cidr": "fe80::/10"}, Predicate("F", Op.CIDR, "fe80::/10")),
    ({"F|gt": 5}, Predicate("F", Op.GT, "5")),
    ({"F|gte": "5"}, Predicate("F", Op.GTE, "5")),
    ({"F|lt": 5}, Predicate("F", Op.LT, "5")),
    ({"F|lte": 5}, Predicate("F", Op.LTE, "5")),
    ({"F|hour": 3}, Predicate("F", Op.TIME_PART, "3", part="hour")),
    ({"F|week": 53}, Predicate("F", Op.TIME_PART, "53", part="week")),
    ({"F|hour": "03"}, Predicate("F", Op.TIME_PART, "3", part="hour")),
    ({"F|hour|gte": 20}, Predicate("F", Op.GTE, "20", part="hour")),
    ({"F|gt": "1.5"}, Predicate("F", Op.GT, "1.5")),
    ({"F|lt": 2**64 - 1}, Predicate("F", Op.LT, str(2**64 - 1))),
    ({"F": 2**53 + 1}, Or((eq(str(2**53 + 1)), eq(hex(2**53 + 1))))),
    ({"F|contains": True}, has("true")),
    ({"F|contains|expand": r"\%x\%"}, has("%x%")),
    ({"F|fieldref|cased": "G"}, Predicate("F", Op.FIELD_EQUALS, "G", cased=True)),
    ({"F|endswith|fieldref": "G"}, Predicate("F", Op.FIELD_ENDSWITH, "G")),
    ({"F|fieldref": "G"}, Predicate("F", Op.FIELD_EQUALS, "G")),
    ({"F|fieldref|startswith": "G"}, Predicate("F", Op.FIELD_STARTSWITH, "G")),
    ({"F|fieldref|endswith": "G"}, Predicate("F", Op.FIELD_ENDSWITH, "G")),
    ({"F|fieldref|contains": "G"}, Predicate("F", Op.FIELD_CONTAINS, "G")),
    ({"F|cased|fieldref": "G"}, Predicate("F", Op.FIELD_EQUALS, "G", cased=True)),
    ({"F|fieldref|neq": "G"}, Not(Predicate("F", Op.FIELD_EQUALS, "G"))),
    ({"F|base64|contains": "foobar"}, has("Zm9vYmFy")),
    ({"F|base64offset|contains": "foobar"}, Or((has("Zm9vYmFy"), has("Zvb2Jhc"), has("mb29iYX")))),
    ({"F|wide|base64|contains": "ab"}, has("YQBiAA==")),
    ({"F|utf16le|base64|contains": "ab"}, has("YQBiAA==")),
    ({"F|utf16be|base64|contains": "ab"}, has("AGEAYg==")),
    ({"F|utf16|base64|contains": "ab"}, has("//5hAGIA")),
    ("word", Predicate("", Op.CONTAINS, "word")),
    (True, Predicate("", Op.CONTAINS, "true")),
    (["one", "two*"], Or((Predicate("", Op.CONTAINS, "one"), Predicate("", Op.CONTAINS, "two")))),
    ({"|all": ["one", "two"]}, And((Predicate("", Op.CONTAINS, "one"), Predicate("", Op.CONTAINS, "two")))),
    ({"|re": "a.c"}, Predicate("", Op.REGEX, "a.c")),
    ({7: "x"}, eq("x", "7")),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "node"), CASES, ids=[str(c[0])[:40] for c in CASES])
def test_detection_becomes_its_tree(definition: object, node: Node) -> None:
    assert detection_node("selection", definition) == node


def test_windash_stands_for_five_dashes() -> None:
    node = detection_node("selection", {"F|contains|windash": " -a"})
    assert isinstance(node, Or)
    assert [p.value for p in node.children if isinstance(p, Predicate)] == [
        " -a", " /a", " \u2013a", " \u2014a", " \u2015a",
    ]  # fmt: skip


WRONG: list[tuple[object, str]] = [
    ({"F|unknown": "x"}, "unknown"),
    ({"F|expand": "%users%"}, "placeholder %users% has no list"),
    ({"F|re|expand": "%users%x"}, "placeholder %users%"),
    ({"F|expand": r"\\%users%"}, "placeholder %users%"),
    ({"F|wide": "\u00e9"}, "base64 has to follow"),
    ({"F|base64": "a*"}, "wildcards"),
    ({"|hour": 3}, "field|incompatible"),
    ({"F|re": "("}, "cannot compile|invalid"),
    ({"F|re": r"(?=a)b"}, "linear time"),
    ({"F|re": r"(?:a{200}){200}"}, "states"),
    ({"F|cidr": "10.0.0.1/8"}, "CIDR"),
    ({"F|cidr": "not a network"}, "CIDR"),
    ({"F|gt": "many"}, "incompatible"),
    ({"F|exists": "x"}, "incompatible"),
    ({"F|contains|windash": " -a -b -c -d"}, "three"),
    ({"F": {"G": "x"}}, "detection"),
    ({}, "empty"),
    ([], "empty"),
    ({"F": [["x"]]}, "detection"),
    ({"|exists": True}, "field"),
    ({"": None}, "needs a field"),
    (b"bytes", "type"),
]


@pytest.mark.parametrize(("definition", "reason"), WRONG, ids=[str(c[0])[:40] for c in WRONG])
def test_what_cannot_run_says_why(definition: object, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        detection_node("selection", definition)
