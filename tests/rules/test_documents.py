"""Hostile YAML costs little and ends in a reason."""

from __future__ import annotations

import pytest

from gamekeeper.errors import RuleError
from gamekeeper.rules.documents import SIZE_LIMIT_BYTES, read_documents


def bomb(line: bytes) -> bytes:
    levels = range(ord("a"), ord("n"))
    return b"a: &a [x, x]\n" + b"".join(
        line % (c + 1, c + 1, b", ".join([b"*%c" % c] * 10)) for c in levels
    )


HOSTILE = {
    "alias bomb": (bomb(b"%c: &%c [%s]\n"), "aliases"),
    "merge key bomb": (bomb(b"%c: &%c {<<: [%s]}\n").replace(b"[x, x]", b"{x: 1}"), "aliases"),
    "deep flow": (b"[" * 100_000, "nested deeper"),
    "deep block": (b"- " * 5_000, "nested deeper"),
    "cycle": (b"a: &a [*a]", "holds itself"),
    "too large": (b"x" * (SIZE_LIMIT_BYTES + 1), "larger than"),
    "too many documents": (b"---\n" * 3_000, "documents"),
    "object": (b'!!python/object/apply:os.system ["id"]', "constructor"),
    "bytes": (bytes(range(256)), "not valid YAML"),
    "half a character": (b"a: \xff\xfe\xfd", "not valid YAML"),
    "number without end": (b"a: " + b"1" * 6_000, "not valid YAML"),
    "tab": (b"a:\n\t- b", "line 2, column 1"),
    "unknown alias": (b"a: *b", "not valid YAML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_a_reason(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(RuleError, match=reason):
        read_documents(data)


def test_dates_stay_text() -> None:
    assert read_documents(b"date: 2026-01-31") == [{"date": "2026-01-31"}]


def test_ordinary_aliases_are_read() -> None:
    assert read_documents(b"a: &x [1]\nb: *x\n---\nc: 2") == [{"a": [1], "b": [1]}, {"c": 2}]


def test_an_anchor_of_another_document_is_forgotten() -> None:
    with pytest.raises(RuleError):
        read_documents(b"a: &x 1\n---\nb: *x")
