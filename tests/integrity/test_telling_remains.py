"""What a record held, in one line."""

from __future__ import annotations

from gamekeeper.integrity.telling_remains import told


def test_an_event_is_told_with_its_provider_and_first_fields() -> None:
    fields = [["A", "1"], ["B", "2"], ["C", "3"], ["D", "4"], ["E", "5"]]
    line = told({"record": 7, "code": 4688, "provider": "P", "fields": fields})
    assert line == "record 7, 4688 of P (A: 1, B: 2, C: 3, D: 4)"


def test_a_header_without_its_text_says_so() -> None:
    assert told({"record": 7}) == "record 7, whose text cannot be read"


def test_an_event_without_fields_has_no_brackets() -> None:
    assert told({"record": 7, "code": 1}) == "record 7, 1 of nobody"
