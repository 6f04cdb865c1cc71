from __future__ import annotations

import pytest

from gamekeeper.authoring.remarks import warning
from gamekeeper.authoring.sheet import Sheet
from gamekeeper.errors import RuleError
from gamekeeper.rules.files import RuleFile

RULE = b"title: a\nlogsource: {product: windows}\ndetection: {s: {A: 1}, condition: s}\n"


def test_each_document_stands_beside_its_rule() -> None:
    sheet = Sheet(RuleFile("x.yml", b"---\n" + RULE + b"---\n---\n- no map\n"))
    first, second = sheet.entries()
    assert (first.reason, first.has_document, first.subject.document["title"]) == ("", True, "a")
    assert first.subject.bound
    assert (second.number, second.has_document) == (2, False)
    assert "not a map" in second.reason
    assert len(sheet) == 2


def test_documents_that_make_rules_together_stand_for_nothing() -> None:
    sheet = Sheet(RuleFile("x.yml", b"action: global\nlevel: low\n---\n" + RULE))
    (entry,) = sheet.entries()
    assert not entry.has_document
    assert entry.subject.rule is not None
    assert entry.subject.rule.level == "low"


def test_a_remark_knows_its_place_and_its_rule() -> None:
    sheet = Sheet(RuleFile("x.yml", RULE))
    (entry,) = sheet.entries()
    remark = sheet.remark(entry, "check", warning("m", "detection", "s", "A"))
    assert (remark.line, remark.column, remark.title) == (3, 17, "a")


def test_what_is_no_yaml_is_an_error() -> None:
    with pytest.raises(RuleError):
        Sheet(RuleFile("x.yml", b"a: ["))
