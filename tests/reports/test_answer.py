from __future__ import annotations

from dataclasses import replace

from gamekeeper.model.findings import RuleAccount
from gamekeeper.model.incidents import Benign, Confidence, Incident
from gamekeeper.model.reasons import NO_VALUES, UNREAD_LOG
from gamekeeper.model.results import HuntResult, ScriptsAccount
from gamekeeper.reports import answer

from . import worlds

ALWAYS = "Rules find what they describe"


def incident(severity: str) -> Incident:
    return Incident(
        id="id",
        rank=1,
        score_bits=20.0,
        severity=severity,
        headline="what happened",
        confidence=Confidence("likely"),
        first_seen=None,
        last_seen=None,
        hosts=(),
        accounts=(),
        tactics=(),
        techniques=(),
        steps=(),
        benign=Benign(""),
    )


def test_incidents_come_first_and_low_ones_are_not_counted(small: HuntResult) -> None:
    found = (incident("critical"), incident("medium"), incident("medium"), incident("low"))
    said = answer.answer(replace(small, incidents=found)).headline
    assert said.startswith("1 critical and 2 medium incidents; 1 critical and 2 high findings")


def test_the_headline_counts_the_grave_ones_and_says_where_and_when(plausible: HuntResult) -> None:
    said = answer.answer(worlds.small()).headline
    assert said == "1 critical and 2 high findings on all 2 hosts, on 2026-02-01."
    headline = answer.answer(plausible).headline
    counts = answer.by_level(plausible.findings)
    assert headline.startswith(
        f"{counts['critical']} critical and {counts['high']} high findings on "
    )
    lesser = counts["medium"] + counts["low"] + counts["informational"]
    assert headline.endswith(f"; {lesser} of lower severity.")
    assert " of 40 hosts, from 2026-0" in headline


def test_lesser_findings_alone_are_counted_by_level() -> None:
    rules = [replace(worlds.RULES[0], level="low")]
    found = worlds.result([worlds.match(None, "a", host=None)], rules, [worlds.source(0, "x")])
    assert answer.answer(found).headline == "1 low finding."


def test_nothing_found_is_never_an_all_clear() -> None:
    said = answer.answer(worlds.nothing_found())
    assert said.headline == (
        "No rule matched in the 100 events that could be read. This is not an all-clear."
    )
    assert said.not_seen[:3] == (
        "1 of 4 rules had no log to look at.",
        "1 of 4 rules asks for a field that these logs never fill.",
        "1 of 4 rules could not be run at all: 1 has a reason of its own.",
    )
    assert said.not_seen[-1].startswith(ALWAYS)


def test_nothing_read_says_so() -> None:
    said = answer.answer(worlds.nothing_read())
    assert said.headline == "Nothing could be read, so nothing can be said."
    assert "No rule was run." in said.not_seen
    assert "1 file of no known format was passed over." in said.not_seen


def test_whatever_was_not_read_is_told() -> None:
    said = answer.answer(replace(worlds.small(), filtered_events=2)).not_seen
    assert "1 record in 1 file could not be read." in said
    assert "1 input was not opened." in said
    assert "1 file is an export that lacks fields of the original events." in said
    assert "2 events were read and left out, as the settings of this run asked." in said


def test_there_is_always_something_that_was_not_seen() -> None:
    rules = [RuleAccount("r", "A", "low", "no_match")]
    clean = worlds.result([], rules, [worlds.source(0, "x")])
    assert [said.startswith(ALWAYS) for said in answer.answer(clean).not_seen] == [True]


def test_a_hunt_with_nothing_but_built_in_rules_says_so() -> None:
    rules = [RuleAccount("r", "A", "low", "no_match", path="builtin/a.yml")]
    found = worlds.result([], rules, [worlds.source(0, "x")])
    assert "gamekeeper rules update" in answer.answer(found).not_seen[0]
    others = [*rules, RuleAccount("s", "B", "low", "no_match", path="sigma/b.yml")]
    said = answer.answer(replace(found, rules=tuple(others))).not_seen
    assert not any("rules update" in sentence for sentence in said)


def test_rules_that_could_not_be_run_are_told_apart() -> None:
    reasons = (f"{UNREAD_LOG}AWS logs", f"{UNREAD_LOG}Linux logs", f"{NO_VALUES}Servers% is empty")
    rules = [RuleAccount(f"r-{n}", "A", "low", "unsupported", why) for n, why in enumerate(reasons)]
    found = worlds.result([], rules, [worlds.source(0, "x")])
    assert answer.answer(found).not_seen[0] == (
        "3 of 3 rules could not be run at all: 1 lacks values for placeholders (give them with "
        "--placeholders), 2 are for logs that this version does not read."
    )


def test_unknown_levels_and_statuses_are_kept() -> None:
    rules = [RuleAccount("r", "A", "odd", "stuck")]
    assert answer.by_status(rules) == {**dict.fromkeys(answer.STATUSES, 0), "stuck": 1}
    found = worlds.result([worlds.match(0, "a")], rules, [worlds.source(0, "x")])
    assert answer.by_level(found.findings)["odd"] == 1
    assert answer.answer(found).headline == "1 odd finding on 1 host, on 2026-02-01."


def test_scripts_that_are_not_whole_are_told() -> None:
    scripts = ScriptsAccount(scripts=12, incomplete=2, rivals=1, cut=1)
    said = answer.answer(replace(worlds.small(), scripts=scripts)).not_seen
    assert "2 of 12 scripts that were logged in parts lack some of them." in said
    assert "1 script was too long to be looked at in one piece." in said
    assert any(line.startswith("1 record claims to be part of a script") for line in said)


def test_what_allow_lists_took_is_said() -> None:
    said = answer.answer(worlds.given())
    assert said.headline.startswith("1 critical and 1 high findings")
    assert "1 match was taken out of the findings by 1 entry of allow-lists." in said.not_seen
    taken = replace(worlds.given(), findings=())
    assert answer.answer(taken).headline == (
        "No finding is left: allow-lists took 1 match out. This is not an all-clear."
    )


def test_severity_and_level_are_counted_apart() -> None:
    findings = worlds.given().findings
    assert answer.by_severity(findings)["medium"] == 1
    assert answer.by_level(findings)["medium"] == 0
    assert answer.moved(findings) == (0, 1)
