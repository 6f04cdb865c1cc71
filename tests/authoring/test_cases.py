from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.authoring.cases import Case, read_cases, rules_beside
from gamekeeper.errors import UsageError
from gamekeeper.rules.ir import LogSource

CASES = """\
- name: both logs
  process: {Image: 'C:\\a.exe'}
  matches: true
- process: {Image: 'C:\\a.exe'}
  only: sysmon
  matches: false
- name: an event
  rule: Some title
  channel: Security
  event_id: 1102
  data: {A: [x, 1], B: null}
  matches: 1
- name: a log
  file: sample.evtx
  matches: 3
"""
INFO = """\
rule_metadata: [{id: abc, title: x}]
regression_tests_info:
  - {name: positive, type: evtx, match_count: 2, path: regression_data/rules/x/sample.evtx}
  - {name: any, path: other.evtx}
"""


def cases_of(folder: Path, text: str, name: str = "rule.test.yml") -> list[Case]:
    (folder / name).write_text(text)
    return read_cases([folder / name])


def test_our_own_form(tmp_path: Path) -> None:
    found = cases_of(tmp_path, CASES)
    assert [(case.name, case.rule, case.wanted) for case in found] == [
        ("both logs (sysmon)", "rule", None),
        ("both logs (security)", "rule", None),
        ("case 2", "rule", 0),
        ("an event", "Some title", 1),
        ("a log", "rule", 3),
    ]
    assert found[3].events[0].data == [("A", "x"), ("A", "1"), ("B", "")]
    assert found[4].file == tmp_path / "sample.evtx"


def test_events_in_sigmas_own_words(tmp_path: Path) -> None:
    text = "- {logsource: {product: Linux}, fields: {a: [1, true], b: null, c: ''}, matches: false}"
    (case,) = cases_of(tmp_path, text)
    assert case.logsource == LogSource("linux")
    assert case.fields == (("a", "1"), ("a", "true"), ("c", ""))


def test_the_form_of_sigmahq(tmp_path: Path) -> None:
    (tmp_path / "sample.json").write_text("{}")
    found = cases_of(tmp_path, INFO, "info.yml")
    assert [(case.name, case.rule, case.wanted, case.file) for case in found] == [
        ("positive", "abc", 2, tmp_path / "sample.evtx"),
        ("positive (json)", "abc", 2, tmp_path / "sample.json"),
        ("any", "abc", None, tmp_path / "other.evtx"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {matches: maybe, channel: x}", "true, false or a number"),
        ("- {matches: true}", "no 'channel'"),
        ("- {matches: true, channel: x}", "'event_id' has to be a number"),
        ("- {matches: true, channel: x, event_id: true}", "'event_id' has to be a number"),
        ("- {matches: true, channel: x, event_id: 1, data: [a]}", "'data' has to be a map"),
        ("- {matches: true, logsource: x}", "'logsource' has to be a map"),
        ("- {matches: true, logsource: {product: x}, fields: [a]}", "'fields' has to be a map"),
        ("- {matches: true, process: x}", "'process' has to be a map"),
        ("- {matches: true, process: {a: b}}\n- x", "no map"),
        ("regression_tests_info: [{}]", "names no rule, or no log"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_case_that_makes_no_sense_has_a_problem(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in cases_of(tmp_path, text)[-1].problem


def test_other_files_of_a_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text("title: x\n")
    (tmp_path / "list.yml").write_text("- a\n")
    cases_of(tmp_path, CASES)
    assert len(read_cases([tmp_path])) == 5


def test_rules_may_lie_beside_their_cases(tmp_path: Path) -> None:
    cases_of(tmp_path, CASES)
    (tmp_path / "rule.yaml").write_text("title: x\n")
    beside = [str(tmp_path / "rule.yaml")]
    assert rules_beside([tmp_path / "rule.test.yml", tmp_path / "rule.yaml"]) == beside
    assert rules_beside([tmp_path]) == [str(tmp_path)]


@pytest.mark.parametrize("name", ["absent.yml", "rule.yml"])
def test_a_path_without_cases_is_bad_use(tmp_path: Path, name: str) -> None:
    (tmp_path / "rule.yml").write_text("title: x\n")
    with pytest.raises(UsageError):
        read_cases([tmp_path / name])
