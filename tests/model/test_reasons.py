"""Reasons of rules that cannot be run, counted by how they begin."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from gamekeeper.model.reasons import LEFT_OUT, NO_EVENT_LOG, NO_VALUES, UNREAD_LOG, counted_reasons
from gamekeeper.rules.expansion import without_list
from gamekeeper.rules.ir import LogSource
from gamekeeper.rules.mappings import windows
from gamekeeper.rules.routing import selections_of


@pytest.mark.parametrize(
    ("reasons", "text"),
    [
        ([], ""),
        (
            [f"{NO_VALUES}a% …"],
            "1 lacks values for placeholders (give them with --placeholders)",
        ),
        ([f"{UNREAD_LOG}AWS logs"] * 1_200, "1,200 are for logs that this version does not read"),
        (
            ["odd", f"{LEFT_OUT} by --include", "strange", f"{NO_EVENT_LOG}it"],
            (
                "1 asks for what no event log holds, 1 was left out, as this run asked, "
                "2 have reasons of their own"
            ),
        ),
    ],
)
def test_reasons_are_counted_in_words(reasons: Iterable[str], text: str) -> None:
    assert counted_reasons(reasons) == text


def test_reasons_are_known_by_their_beginning() -> None:
    assert without_list("Servers").startswith(NO_VALUES)
    assert selections_of(LogSource(product="linux"))[1].startswith(UNREAD_LOG)
    assert selections_of(LogSource(service="moon"))[1].startswith(UNREAD_LOG)
    without_log = windows().without_log.values()
    assert without_log
    assert all(reason.startswith(NO_EVENT_LOG) for reason in without_log)
