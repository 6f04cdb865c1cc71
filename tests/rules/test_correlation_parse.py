"""Correlation documents: what is taken, as pySigma takes it, and what is refused with which reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sigma.correlations import SigmaCorrelationRule

from gamekeeper.errors import RuleError
from gamekeeper.rules.correlation_ir import Alias, Correlation, CorrelationType, Limit
from gamekeeper.rules.correlation_parse import compare, parse_correlation


def parsed(body: str) -> Correlation:
    document = yaml.safe_load(f"title: T\ncorrelation: {body}")
    return parse_correlation(document, "i", "p")


BOTH = (
    "{type: event_count, rules: [a, b], group-by: [x], timespan: 5m, condition: {gte: 3}}",
    "{type: event_count, rules: a, group-by: x, timespan: 90s, condition: {neq: 3}, generate: true}",
    "{type: value_count, rules: [a], timespan: 1d, condition: {field: f, lt: 100}}",
    "{type: value_sum, rules: [a], timespan: 1w, condition: {field: f, gt: 1.5}}",
    "{type: value_avg, rules: [a], timespan: 1M, condition: {field: f, lte: 2}}",
    "{type: value_median, rules: [a], timespan: 1y, condition: {field: f, eq: 2}}",
    "{type: value_percentile, rules: [a], timespan: 2h, condition: {field: f, percentile: 95, eq: 2}}",
    "{type: temporal, rules: [a, b], timespan: 1h}",
    "{type: temporal, rules: [a, b, c], timespan: 1h, condition: {gte: 2}}",
    "{type: temporal_ordered, rules: [a, b], timespan: 1h, aliases: {w: {a: A, b: B}}}",
    "{type: temporal, timespan: 1h, condition: (a or b) and not c}",
)


@pytest.mark.parametrize("body", BOTH)
def test_what_pysigma_takes_reads_the_same(body: str) -> None:
    found = parsed(body)
    peer = SigmaCorrelationRule.from_dict(yaml.safe_load(f"title: T\ncorrelation: {body}"))
    assert found.type.value == peer.type.name.lower()
    assert found.timespan_s == peer.timespan.seconds
    assert found.group_by == tuple(peer.group_by or ())
    assert found.generate == peer.generate
    condition: Any = peer.condition
    if found.expression:
        assert list(found.rules) == condition.get_referenced_rules()
        return
    assert found.rules == tuple(ref.reference for ref in peer.rules or ())
    assert found.limits == (Limit(condition.op.name.lower(), condition.count),)
    assert found.fields == ((condition.fieldref,) if condition.fieldref else ())
    assert found.percentile == (condition.percentile or 50)
    assert found.aliases == tuple(
        Alias(one.alias, tuple((ref.reference, name) for ref, name in one.mapping.items()))
        for one in peer.aliases
    )


@pytest.mark.corpus
def test_the_examples_of_the_specification_are_taken(corpus: Path) -> None:
    folder = corpus / "sigma-spec-tests" / "tests" / "schema" / "correlation"
    types = []
    for path in sorted(folder.glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        types.append(parse_correlation(document, "i", path.name).type)
    assert set(types) >= set(CorrelationType) - {
        CorrelationType.ABSENCE,
        CorrelationType.VALUE_MEDIAN,
    }


def test_beyond_pysigma() -> None:
    ranged = parsed("{type: event_count, rules: a, timespan: 1m, condition: {gt: 1, lte: 9}}")
    assert ranged.limits == (Limit("gt", 1), Limit("lte", 9))
    absence = parsed("{type: absence, rules: [a, b], timespan: 1m}")
    assert (absence.type, absence.rules, absence.limits) == (
        CorrelationType.ABSENCE,
        ("a", "b"),
        (),
    )


REFUSED = {
    "[]": "not a map",
    "{type: near}": "no type is called 'near'",
    "{type: event_count, rules: a, condition: {gte: 1}}": "no timespan",
    "{type: event_count, rules: a, timespan: 5x, condition: {gte: 1}}": "no timespan",
    "{type: event_count, rules: a, timespan: 0s, condition: {gte: 1}}": "no timespan",
    "{type: event_count, rules: a, timespan: 900y, condition: {gte: 1}}": "no timespan",
    "{type: event_count, timespan: 5s, condition: {gte: 1}}": "names no rules",
    "{type: event_count, rules: a, timespan: 5s}": "has to be a map",
    "{type: event_count, rules: a, timespan: 5s, condition: {}}": "compares with nothing",
    "{type: event_count, rules: a, timespan: 5s, condition: {gte: x}}": "is no number",
    "{type: event_count, rules: a, timespan: 5s, condition: {gte: true}}": "is no number",
    "{type: event_count, rules: a, timespan: 5s, condition: {gte: .inf}}": "is no number",
    "{type: event_count, rules: a, timespan: 5s, condition: {above: 1}}": "knows no 'above'",
    "{type: event_count, rules: a, timespan: 5s, condition: a and b}": "does not go with type",
    "{type: event_count, rules: a, timespan: 5s, condition: {gte: 1}, generate: 1}": "true or false",
    "{type: event_count, rules: a, timespan: 5s, condition: {gte: 1}, group_by: x}": "unknown keys",
    "{type: value_count, rules: a, timespan: 5s, condition: {gte: 1}}": "needs a field",
    "{type: value_sum, rules: a, timespan: 5s, condition: {field: [a, b], gte: 1}}": "one field",
    "{type: value_percentile, rules: a, timespan: 5s, condition: {field: a, gte: 1, percentile: 101}}": (
        "from 0 to 100"
    ),
    "{type: temporal, timespan: 5s, condition: not a}": "where nothing happens",
    "{type: temporal, rules: [a], timespan: 5s, condition: {lt: 1}}": "where nothing happens",
    "{type: temporal, rules: [a, b], timespan: 5s, condition: a}": "not in both",
    "{type: temporal, rules: [a, b], timespan: 5s, condition: a and (b}": "bracket is missing",
    "{type: temporal_ordered, rules: [a, b, c], timespan: 5s, condition: {gte: 2}}": "takes all",
    "{type: temporal_ordered, timespan: 5s, condition: a and b}": "does not go with type",
    "{type: absence, rules: [a], timespan: 5s}": "one that does not",
    "{type: temporal, rules: [a, b], timespan: 5s, aliases: [x]}": "map of maps",
}


@pytest.mark.parametrize("body", REFUSED)
def test_what_has_no_meaning_is_refused_with_a_reason(body: str) -> None:
    with pytest.raises(RuleError, match=REFUSED[body]):
        parsed(body)


def test_too_many_rules_are_refused() -> None:
    rules = ", ".join(f"r{number}" for number in range(61))
    with pytest.raises(RuleError, match="more than 60"):
        parsed(f"{{type: temporal, rules: [{rules}], timespan: 1h}}")


@pytest.mark.parametrize(
    ("op", "answers"),
    [
        ("gt", (False, False, True)),
        ("gte", (False, True, True)),
        ("lt", (True, False, False)),
        ("lte", (True, True, False)),
        ("eq", (False, True, False)),
        ("neq", (True, False, True)),
    ],
)
def test_comparisons(op: str, answers: tuple[bool, ...]) -> None:
    assert tuple(compare(Limit(op, 2), number) for number in (1, 2, 3)) == answers
