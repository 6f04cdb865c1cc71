from __future__ import annotations

import json

import pytest

from fakes.exports import documents, kept_ones
from gamekeeper.errors import UsageError
from gamekeeper.reports.exports.base import Asked
from gamekeeper.reports.exports.registry import FOR_PEOPLE, FORMATS, exported


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_writes_something_and_the_same_again(form: str) -> None:
    text = exported(form, kept_ones(), Asked())
    assert text
    assert exported(form, kept_ones(), Asked()) == text


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_hides_text_on_a_screen_is_written_raw(form: str) -> None:
    assert "\u202e".encode() not in exported(form, kept_ones(), Asked())


def test_json_is_what_the_case_keeps() -> None:
    assert json.loads(exported("json", kept_ones(), Asked())) == documents()


def test_formats_for_tools_are_the_same_for_all_readers() -> None:
    for form in set(FORMATS) - set(FOR_PEOPLE):
        with pytest.raises(UsageError, match="same for all readers"):
            exported(form, kept_ones(), Asked("partner"))


def test_a_form_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="there are markdown, html"):
        exported("pdf", kept_ones(), Asked())
