from __future__ import annotations

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.questions.templates import Choice, Gap, Maybe, Reading, parse, readings


def test_text_stands_for_itself() -> None:
    assert parse("Windows is starting up", {}) == ("Windows is starting up",)


def test_a_gap_has_choices_places_and_forms() -> None:
    assert parse(r"{Domain\User|SID:sid|Data#3:key(Host Name)}", {}) == (
        Gap(
            (
                Choice(Reading("User"), Reading("Domain")),
                Choice(Reading("SID", form="sid")),
                Choice(Reading("Data", 3, "key", "Host Name")),
            )
        ),
    )


def test_parts_in_brackets_vanish_together_and_nest() -> None:
    assert parse("a[ b {C}[ d]]", {}) == (
        "a",
        Maybe((" b ", Gap((Choice(Reading("C")),)), Maybe((" d",)))),
    )


def test_a_short_form_is_written_out() -> None:
    assert parse("{@who} came", {"who": "User|SID"}) == parse("{User|SID} came", {})


@pytest.mark.parametrize("text", ["{A", "A}", "[a", "a]", "{@absent}", "{}", "{A:form(}", "{A||B}"])
def test_what_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ContentError):
        parse(text, {})


def test_every_field_is_named() -> None:
    parts = parse(r"{A}[ {B\C}[ {D|E:line}]]", {})
    assert [reading.name for reading in readings(parts)] == ["A", "B", "C", "D", "E"]
