"""Causes held against what checks see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fakes.facts import facts_of

from gamekeeper.integrity.facts import Facts
from gamekeeper.integrity.judging import judge, weigh
from gamekeeper.model.breaks import Anomaly, Explanation, Standing, Strength


class Saying:
    """A cause that says the same of everything."""

    def __init__(self, name: str, strength: Strength) -> None:
        self.name, self._strength = name, strength

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation:  # noqa: ARG002
        return Explanation(self.name, self._strength)


class Seeing:
    name = "seeing"

    def __init__(self, *anomalies: Anomaly) -> None:
        self._anomalies = anomalies

    def look(self, facts: Facts) -> Iterator[Anomaly]:  # noqa: ARG002
        yield from self._anomalies


def anomaly(
    strength: Strength = Strength.STRONG,
    innocent: tuple[str, ...] = ("reboot", "export"),
    host: str = "",
) -> Anomaly:
    return Anomaly("seeing", "odd", "records removed", strength, host=host, innocent=innocent)


@pytest.mark.parametrize(
    ("tampering", "innocent", "standing"),
    [
        (Strength.CERTAIN, Strength.NONE, Standing.PROVED),
        (Strength.CERTAIN, Strength.STRONG, Standing.LIKELY),
        (Strength.CERTAIN, Strength.CERTAIN, Standing.EXPLAINED),
        (Strength.STRONG, Strength.WEAK, Standing.LIKELY),
        (Strength.STRONG, Strength.STRONG, Standing.POSSIBLE),
        (Strength.WEAK, Strength.NONE, Standing.POSSIBLE),
        (Strength.WEAK, Strength.STRONG, Standing.EXPLAINED),
    ],
)
def test_the_stronger_side_decides(
    tampering: Strength, innocent: Strength, standing: Standing
) -> None:
    found = weigh(anomaly(tampering), facts_of([]), [Saying("reboot", innocent)])
    assert found.standing is standing


def test_the_best_explanation_names_the_cause_of_what_is_explained() -> None:
    causes = [Saying("export", Strength.STRONG), Saying("reboot", Strength.CERTAIN)]
    found = weigh(anomaly(), facts_of([]), causes)
    assert (found.cause, [one.cause for one in found.explanations]) == (
        "reboot",
        ["reboot", "export"],
    )


def test_what_is_likely_keeps_the_cause_that_the_check_names() -> None:
    found = weigh(anomaly(), facts_of([]), [Saying("reboot", Strength.WEAK)])
    assert found.cause == "records removed"


def test_a_cause_that_the_check_rules_out_is_not_asked() -> None:
    found = weigh(anomaly(innocent=()), facts_of([]), [Saying("reboot", Strength.CERTAIN)])
    assert found.standing is Standing.LIKELY


def test_breaks_come_gravest_first_and_once_each_in_whatever_order_they_are_seen() -> None:
    seen = [
        anomaly(Strength.WEAK, host="b"),
        anomaly(Strength.CERTAIN, host="c"),
        anomaly(host="a"),
    ]
    orders = [judge(facts_of([]), [Seeing(*order, seen[0])], []) for order in (seen, seen[::-1])]
    assert orders[0] == orders[1]
    assert [one.anomaly.host for one in orders[0]] == ["c", "a", "b"]
