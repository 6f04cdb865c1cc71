"""Every document of a rule file becomes a rule or a reason."""

from __future__ import annotations

import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.rules.ir import Op, Or, Predicate, Rule, SkippedRule
from gamekeeper.rules.parse import PREDICATE_LIMIT, parse_rules

HEAD = "title: T\nlogsource: {product: Windows, category: process_creation}\n"
BODY = "detection:\n  selection: {Image: x}\n  condition: selection\n"


def only(text: str) -> Rule | SkippedRule:
    found = parse_rules(textwrap.dedent(text).encode(), "folder/file.yml")
    assert len(found) == 1
    return found[0]


def usable(text: str) -> Rule:
    rule = only(text)
    assert isinstance(rule, Rule), rule
    return rule


def reason(text: str) -> str:
    rule = only(text)
    assert isinstance(rule, SkippedRule)
    return rule.reason


def test_everything_that_people_wrote_is_kept() -> None:
    rule = usable(
        HEAD
        + "id: 0f06a3a5-6a09-413f-8743-e6cf35561297\nstatus: test\nlevel: High\n"
        + "description: D\nauthor: A, B\nlicense: MIT\nreferences: [https://example.org]\n"
        + "falsepositives: [Unlikely]\ntags: [attack.t1059]\nfields: [Image]\n"
        + BODY
    )
    assert rule.id == "0f06a3a5-6a09-413f-8743-e6cf35561297"
    assert (rule.level, rule.status, rule.licence) == ("high", "test", "MIT")
    assert rule.logsource.product == "windows"
    assert rule.false_positives == ("Unlikely",)
    assert (rule.references, rule.tags, rule.fields) == (
        ("https://example.org",),
        ("attack.t1059",),
        ("Image",),
    )
    assert (rule.path, rule.author, rule.description) == ("folder/file.yml", "A, B", "D")
    assert rule.condition == Predicate("Image", Op.EQUALS, "x")


def test_odd_metadata_does_not_cost_the_rule() -> None:
    rule = usable(HEAD + "level: urgent\ntags: one\nfalsepositives: {a: b}\nauthor: [x]\n" + BODY)
    assert (rule.level, rule.tags, rule.false_positives, rule.author) == (
        "medium",
        ("one",),
        (),
        "",
    )


def test_an_id_that_is_missing_comes_from_the_content() -> None:
    first, again, other = (usable(text).id for text in (HEAD + BODY, HEAD + BODY, BODY + HEAD))
    assert first == again != other


def test_an_id_that_is_no_uuid_is_kept() -> None:
    assert usable("id: my-rule-1\n" + HEAD + BODY).id == "my-rule-1"


def test_several_conditions_are_alternatives() -> None:
    rule = usable(HEAD + "detection:\n  a: {F: x}\n  b: {F: y}\n  condition: [a, b]\n")
    assert rule.condition == Or((Predicate("F", Op.EQUALS, "x"), Predicate("F", Op.EQUALS, "y")))


def test_a_global_document_is_laid_over_the_rules_behind_it() -> None:
    text = (
        "action: global\ntitle: T\nlevel: low\ndetection: {condition: selection}\n---\n"
        "logsource: {product: windows, service: security}\ndetection: {selection: {EventID: 1}}\n---\n"
        "logsource: {product: windows, service: system}\ndetection: {selection: {EventID: 2}}\n---\n"
        "action: reset\n---\ntitle: Bare\n"
    )
    first, second, third = parse_rules(text.encode(), "f.yml")
    assert isinstance(first, Rule)
    assert isinstance(second, Rule)
    assert isinstance(third, SkippedRule)
    assert (first.logsource.service, second.logsource.service) == ("security", "system")
    assert (first.title, first.level, third.title) == ("T", "low", "Bare")


def test_a_repeated_document_changes_the_one_before() -> None:
    text = HEAD + BODY + "---\naction: repeat\ndetection: {selection: {Image: y}}\n"
    _, second = parse_rules(text.encode(), "f.yml")
    assert isinstance(second, Rule)
    assert second.condition == Predicate("Image", Op.EQUALS, "y")


def test_reasons() -> None:
    assert reason("") == "the file holds no rule"
    assert "not a map" in reason("just text")
    assert "no logsource" in reason("title: x")
    assert "no detection" in reason(HEAD)
    assert "no condition" in reason(HEAD + "detection: {a: {F: x}}")
    assert "no condition" in reason(HEAD + "detection: {a: {F: x}, condition: [a, 1]}")
    assert "no timespan" in reason("title: C\ncorrelation: {type: event_count}")
    assert "which rules it is for" in reason("title: C\nfilter: {condition: x}")
    assert "aggregation" in reason(
        HEAD + "detection: {a: {F: x}, timeframe: 1m, condition: a | count() by F > 3}"
    )


def test_a_skipped_rule_keeps_its_name() -> None:
    rule = only("id: abc\nlevel: low\n" + HEAD)
    assert isinstance(rule, SkippedRule)
    assert (rule.id, rule.title, rule.level, rule.path) == ("abc", "T", "low", "folder/file.yml")


def test_a_condition_cannot_multiply_a_detection_without_end() -> None:
    values = ", ".join(f"v{n}" for n in range(PREDICATE_LIMIT // 10))
    text = HEAD + f"detection: {{a: {{F: [{values}]}}, condition: {' or '.join(['a'] * 20)}}}"
    assert "values" in reason(text)


def test_many_documents_under_one_global_one_are_refused() -> None:
    text = "action: global\ntitle: x\n" + "---\na: '" + "x" * 400 + "'\n" * 1
    data = (text + ("---\na: '" + "x" * 500 + "'\n") * 1_500).encode()
    found = parse_rules(data, "f.yml")
    assert len(found) == 1
    assert isinstance(found[0], SkippedRule)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_no_bytes_raise(data: bytes) -> None:
    assert parse_rules(data, "f.yml")


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from(["sel", "1 of them", "all of sel*", "not sel"]))
def test_no_detection_raises(value: object, condition: str) -> None:
    import yaml  # noqa: PLC0415 - only here

    document = {
        "title": "T",
        "logsource": {"product": "windows"},
        "detection": {"sel": value, "condition": condition},
    }
    data = yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "surrogatepass")
    assert len(parse_rules(data, "f.yml")) == 1


def test_odd_keys_and_values_are_taken_as_they_come() -> None:
    text = "!!binary YQ==: 1\n? 2\n: !!set {x, y}\n" + HEAD + BODY
    assert usable(text).id
