"""Records that an export does not have."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.left_out import LeftOut
from gamekeeper.model.breaks import Strength


def test_what_a_choice_lacks_is_one_weak_anomaly_that_leads_to_both_sides() -> None:
    kept = [event(n, NEW_YEAR + n, header=at) for at, n in enumerate([900, 905, 907], 1)]
    (found,) = LeftOut().look(facts_of(kept))
    assert found.strength is Strength.WEAK
    assert found.records == (901, 906)
    assert "5 records of a copy of the log, in several places from 901 to 906" in found.text
    assert [one.record for one in found.evidence] == [900, 905, 905, 907]


def test_one_record_is_named_as_one() -> None:
    kept = [event(n, NEW_YEAR + n, header=at) for at, n in enumerate([900, 902], 1)]
    (found,) = LeftOut().look(facts_of(kept))
    assert found.text.startswith("record 901 of a copy")


def test_a_whole_log_leaves_nothing_out() -> None:
    assert list(LeftOut().look(facts_of(steady(1, 90)))) == []
