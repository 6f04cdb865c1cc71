"""Events that say something of the logging."""

from __future__ import annotations

import orjson
from tests.fakes.facts import EVENTLOG, NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.telling import Telling, wanted
from gamekeeper.model.folding import fold


def test_a_telling_event_is_kept_with_all_it_says() -> None:
    told = event(5, NEW_YEAR, 1102, provider=EVENTLOG, data={"SubjectUserName": "m", "Odd": "x"})
    (row,) = gathered(Telling(), [*steady(1, 4), told]).to_pylist()
    assert (row["code"], row["record"], row["host"], row["channel"]) == (
        1102,
        5,
        "dc01",
        "security",
    )
    assert orjson.loads(row["fields"]) == {"SubjectUserName": "m", "Odd": "x"}


def test_the_provider_decides_what_a_number_means() -> None:
    assert gathered(Telling(), [event(1, NEW_YEAR, 1102, provider="Other")]).num_rows == 0


def test_names_are_compared_folded() -> None:
    told = event(1, NEW_YEAR, 1102, channel="security", provider=EVENTLOG.upper())
    assert gathered(Telling(), [told]).num_rows == 1


def test_the_content_names_folded_channels() -> None:
    assert set(wanted()) == {fold(name) for name in wanted()}
