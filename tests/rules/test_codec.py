"""Rules survive the way to JSON and back."""

from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.rules.codec import decode_rules, encode_rules
from gamekeeper.rules.ir import And, LogSource, Not, Op, Or, Predicate, Rule, SkippedRule

TEXT = st.text(max_size=5)
PREDICATES = st.builds(
    Predicate,
    TEXT,
    st.sampled_from(Op),
    TEXT,
    cased=st.booleans(),
    flags=st.sampled_from(["", "i", "ims"]),
    parts=st.lists(st.tuples(st.sampled_from(["any", "one", "lit"]), TEXT), max_size=3).map(tuple),
    part=st.sampled_from(["", "hour"]),
)
NODES = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda found: And(tuple(found))),
        st.lists(inner, max_size=3).map(lambda found: Or(tuple(found))),
    ),
    max_leaves=6,
)
NAMES = st.lists(TEXT, max_size=2).map(tuple)
RULES = st.builds(
    Rule, TEXT, TEXT, TEXT, TEXT, st.builds(LogSource, TEXT, TEXT, TEXT), NODES,
    references=NAMES, false_positives=NAMES, tags=NAMES, fields=NAMES, licence=TEXT, author=TEXT,
)  # fmt: skip
SKIPPED = st.builds(SkippedRule, TEXT, TEXT, TEXT, TEXT, TEXT)


@settings(deadline=None)
@given(st.lists(RULES, max_size=3).map(tuple), st.lists(SKIPPED, max_size=3).map(tuple))
def test_rules_come_back_as_they_were(
    rules: tuple[Rule, ...], skipped: tuple[SkippedRule, ...]
) -> None:
    values = orjson.loads(orjson.dumps(encode_rules(rules, skipped)))
    assert decode_rules(values) == (rules, skipped)
