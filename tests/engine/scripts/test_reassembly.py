"""Rules on whole scripts: as the slow truth has it, and nothing twice."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fakes.script_parts import Part, batches, matched
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.engine.scripts import reassembly
from gamekeeper.engine.scripts.walk import Limits
from gamekeeper.model.fingerprint import fingerprints, short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.scripts import assemble
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route

ROUTE = Route("windows.powershell", (), (4104,))
TEXT = "ScriptBlockText"


def has(text: str, op: Op = Op.CONTAINS) -> Predicate:
    return Predicate(TEXT, op, text)


def plan_of(*conditions: Node, route: Route = ROUTE) -> Plan:
    rules = [Rule(str(n), f"r{n}", "low", "", LogSource(), c) for n, c in enumerate(conditions)]
    bound = [BoundRule(n, route, c) for n, c in enumerate(conditions)]
    return Plan(RuleSet(tuple(rules)), tuple(bound))


SCRIPT = [
    Part(1, "1", "3", "start Invoke-"),
    Part(2, "2", "3", "Mimi"),
    Part(3, "3", "3", "katz end"),
]


def test_words_across_borders_and_in_different_parts_match_the_whole(tmp_path: Path) -> None:
    plan = plan_of(has("Invoke-Mimikatz"), And((has("start"), has("end"))), has("absent"))
    across, both = matched([SCRIPT], plan, tmp_path)
    assert (across["rule"], both["rule"]) == (0, 1)
    assert across["offset"] == 3
    assert json.loads(str(across["contributing"])) == ["0:1", "0:2", "0:3"]
    assert json.loads(str(across["fields"])) == {TEXT: "start Invoke-Mimikatz end"}
    told = "script of 3 parts, put together from 3"
    assert json.loads(str(across["why"])) == ["ScriptBlockText|contains: 'Invoke-Mimikatz'", told]


def test_a_match_has_the_fingerprint_of_its_last_part(tmp_path: Path) -> None:
    (match,) = matched([SCRIPT], plan_of(has("Invoke-Mimikatz")), tmp_path)
    (batch,) = batches(SCRIPT)

    assert match["fingerprint"] == fingerprints(batch, np.array([2], np.int32))[0].as_py()


def test_what_a_part_satisfies_is_not_told_again(tmp_path: Path) -> None:
    assert matched([SCRIPT], plan_of(has("katz"), has("start")), tmp_path) == []


def test_a_filter_in_another_part_keeps_the_match_of_a_part_and_adds_none(tmp_path: Path) -> None:
    assert matched([SCRIPT], plan_of(And((has("start"), Not(has("end"))))), tmp_path) == []


def test_missing_parts_are_named_and_make_no_words(tmp_path: Path) -> None:
    parts = [SCRIPT[0], SCRIPT[2]]
    plan = plan_of(has("Invoke-katz"), And((has("start"), has("end"))))
    (match,) = matched([parts], plan, tmp_path)
    assert match["rule"] == 1
    assert json.loads(str(match["why"]))[-1] == (
        "script of 3 parts, put together from 2; not in these logs: 2"
    )


def test_pieces_and_unlisted_copies_say_so(tmp_path: Path) -> None:
    plan = plan_of(And((has("start"), has("Mimi"))))
    copies = [Part(9 + n, "1", "3", "start Invoke-") for n in range(3)]
    limits = Limits(characters=18, overlap=0, records=2)
    (match,) = matched([[*SCRIPT, *copies]], plan, tmp_path, limits)
    assert json.loads(str(match["why"]))[-1] == (
        "script of 3 parts, put together from 2; too long to be looked at as a whole, this is a "
        "piece of it; 2 more copies are not listed"
    )


def test_rules_that_do_not_ask_for_the_text_are_not_asked() -> None:
    keyword = Predicate("", Op.CONTAINS, "x")
    reference = Predicate("Path", Op.FIELD_EQUALS, TEXT)
    path = Predicate("Path", Op.CONTAINS, "x")
    plan = plan_of(has("x"), keyword, reference, path, Not(has("x")))
    assert [bound.rule for bound in reassembly.watching(plan).bound] == [0, 1, 2, 4]
    for route in (Route("windows.powershell", (), (4103,)), Route("windows.security")):
        assert not reassembly.watching(plan_of(has("x"), route=route)).bound


def test_the_fields_of_a_long_text_are_an_excerpt(tmp_path: Path) -> None:
    parts = [Part(1, "1", "2", "a" * 40_000 + "Invoke-"), Part(2, "2", "2", "Evil" + "b" * 40_000)]
    (match,) = matched([parts], plan_of(has("invoke-evil")), tmp_path)
    text = json.loads(str(match["fields"]))[TEXT]
    assert "aaaInvoke-Evilbbb" in text
    assert len(text) < 3_000


PIECES = st.sampled_from(["ab", "b", "ca", "", "abc", "x\n"])
PARTS = st.builds(
    Part,
    st.integers(1, 40),
    st.sampled_from(["1", "2", "3", "4", "0", None]),
    st.sampled_from(["1", "2", "3", None]),
    PIECES,
    st.sampled_from(["a1", "A1", "b2", None]),
    st.sampled_from(["WS1", "ws1.example.org", "ws2"]),
)
CONDITIONS = (
    has("bc"),
    has("aab"),
    has("cab", Op.ENDSWITH),
    has("ba", Op.STARTSWITH),
    And((has("x"), has("ca"))),
    And((has("b"), Not(has("c")))),
    Predicate("", Op.CONTAINS, "bb"),
    Predicate("Odd", Op.CONTAINS, "odd 1"),
    Predicate(TEXT, Op.REGEX, "b.?c"),
)


def naive(parts: list[Part], plan: Plan) -> set[tuple[int, str, tuple[str, ...]]]:
    """Say the same with everything in memory and no thought of speed."""
    truth = ReferenceEngine(plan)

    def rules(part: Part) -> set[int]:
        (batch,) = batches([part])
        return set(truth.match(batch).rule.tolist())

    found = set()
    scripts = assemble(
        [part.identity for part in parts],
        [part.number for part in parts],
        [part.total for part in parts],
        [part.text for part in parts],
        [(short_host(part.host), fold(part.channel)) for part in parts],
    )
    for script in scripts:
        if len(script.parts) < 2:
            continue
        last = parts[script.parts[-1]]
        whole = Part(last.at, last.number, last.total, script.text, last.identity, last.host)
        rows = sorted(
            [*script.parts, *script.copies], key=lambda row: (int(parts[row].number or 0), row)
        )
        known = set().union(*(rules(parts[row]) for row in rows))
        records = tuple(f"0:{parts[row].at}" for row in rows)
        found |= {(rule, f"0:{last.at}", records) for rule in rules(whole) - known}
    return found


@given(st.lists(PARTS, max_size=12, unique_by=lambda part: part.at), st.integers(0, 12))
def test_whole_scripts_are_what_the_slow_truth_says(parts: list[Part], cut: int) -> None:
    plan = plan_of(*CONDITIONS)
    with tempfile.TemporaryDirectory() as folder:
        rows = matched([parts[:cut], parts[cut:]], plan, Path(folder))
    found = {
        (
            int(str(row["rule"])),
            f"{row['source']}:{row['offset']}",
            tuple(json.loads(str(row["contributing"]))),
        )
        for row in rows
    }
    assert len(found) == len(rows)
    assert found == naive(sorted(parts, key=lambda part: part.at), plan)
