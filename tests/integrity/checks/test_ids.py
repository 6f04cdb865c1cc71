"""Record numbers that were changed."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.ids import Ids
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(Ids().look(facts_of(events)))


def test_headers_that_go_on_over_a_missing_record_were_numbered_anew() -> None:
    kept = [event(n, NEW_YEAR + n, header=n - (n > 20)) for n in range(1, 61) if n != 20]
    (found,) = looked(kept)
    assert (found.strength, found.records) == (Strength.CERTAIN, (20, 20))
    assert "1 EventRecordIDs lack" in found.text
    assert [one.record for one in found.evidence] == [19, 21]


def test_a_log_whose_two_numbers_agree_again_further_on_has_two_places() -> None:
    events = [event(n, NEW_YEAR + n, header=n + 5 * (20 <= n < 30)) for n in range(1, 61)]
    assert [one.records for one in looked(events)] == [(19, 20), (29, 30)]


def test_exports_number_for_themselves() -> None:
    export = [event(900 + n, NEW_YEAR + n, header=n) for n in range(1, 30)]
    chosen = [event(900 + 3 * n, NEW_YEAR + n, header=n) for n in range(1, 30)]
    assert looked(export) == looked(chosen) == []


def test_a_whole_log_has_no_such_place() -> None:
    assert looked(steady(1, 400)) == []
