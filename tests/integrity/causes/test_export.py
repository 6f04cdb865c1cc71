"""The file is an export."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.export import Export
from gamekeeper.model.breaks import Anomaly, Explanation, Strength
from gamekeeper.model.build import Event

CHOSEN = [event(record, NEW_YEAR + record, header=at) for at, record in enumerate((900, 950), 1)]
WHOLE = [event(900 + at, NEW_YEAR + at, header=at) for at in range(1, 9)]


def weighed(events: list[Event], check: str = "renamed_files") -> Explanation | None:
    return Export().weigh(Anomaly(check, "", "", Strength.WEAK, source=0), facts_of(events))


def test_remains_in_an_export_are_certainly_of_other_logs() -> None:
    found = weighed(WHOLE, "stale_records")
    assert found is not None
    assert found.strength is Strength.CERTAIN
    assert "headers count from 1" in found.speaks_for[0].text


def test_a_choice_of_records_explains_more_than_a_whole_export() -> None:
    chosen, whole = weighed(CHOSEN), weighed(WHOLE)
    assert chosen is not None
    assert whole is not None
    assert (chosen.strength, whole.strength) == (Strength.STRONG, Strength.WEAK)


def test_a_log_of_its_own_speaks_against_it() -> None:
    found = weighed(steady(500, 520))
    assert found is not None
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_an_anomaly_of_no_file_is_not_weighed() -> None:
    assert Export().weigh(Anomaly("x", "", "", Strength.WEAK), facts_of([])) is None
