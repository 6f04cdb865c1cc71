from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.cases import read_cases
from gamekeeper.authoring.trial import Outcome, run_cases
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

Write = Callable[..., Path]
REG = "process: {Image: 'C:\\reg.exe', CommandLine: 'reg save x'}"
CMD = "process: {Image: 'C:\\cmd.exe', CommandLine: 'cmd save x'}"


@pytest.fixture
def outcomes(written: Write) -> Callable[..., list[Outcome]]:
    def run(cases: str, *changes: tuple[str, str]) -> list[Outcome]:
        folder = written(*changes)
        (folder / "rule.test.yml").write_text(cases)
        plan = build_plan(load_rules([folder / "rule.yml"]))
        return list(run_cases(read_cases([folder / "rule.test.yml"]), plan))

    return run


def test_cases_that_pass(outcomes: Callable[..., list[Outcome]]) -> None:
    found = outcomes(f"- {{{REG}, matches: true}}\n- {{{CMD}, matches: false}}\n")
    assert [(o.is_passed, o.found, o.events) for o in found] == [
        (True, 1, 1),
        (True, 1, 1),
        (True, 0, 1),
        (True, 0, 1),
    ]


def test_a_positive_that_fails_says_what_was_false(outcomes: Callable[..., list[Outcome]]) -> None:
    sysmon, security = outcomes(f"- {{{CMD}, matches: true}}\n")
    assert not sysmon.is_passed
    assert [str(reason) for reason in security.told[0].reasons] == [
        "false: NewProcessName ends with '\\reg.exe' (it is 'C:\\cmd.exe')"
    ]


def test_a_negative_that_fails_says_what_was_true(outcomes: Callable[..., list[Outcome]]) -> None:
    (outcome,) = outcomes(f"- {{{REG}, only: sysmon, matches: false}}\n")
    assert not outcome.is_passed
    assert [reason.is_true for reason in outcome.told[0].reasons] == [True, True, False]


def test_an_event_of_another_log_is_told_as_such(outcomes: Callable[..., list[Outcome]]) -> None:
    (outcome,) = outcomes("- {channel: Security, event_id: 4624, data: {}, matches: true}\n")
    assert outcome.told[0].problem.startswith("Security 4624 is no event that the rule looks at: ")


def test_rules_for_logs_that_are_not_read_are_tried_in_sigmas_words(
    outcomes: Callable[..., list[Outcome]],
) -> None:
    fields = "fields: {Image: /bin/reg, CommandLine: reg save x}, matches: true"
    linux = ("product: windows", "product: linux"), ("\\reg.exe", "/reg")
    right, wrong = outcomes(
        f"- {{logsource: {{product: linux}}, {fields}}}\n- {{logsource: {{product: macos}}, {fields}}}",
        *linux,
    )
    assert right.is_passed
    assert wrong.told[0].problem == (
        "macos is no event that the rule looks at: linux / process_creation"
    )


@pytest.mark.parametrize(
    ("case", "changes", "problem"),
    [
        (f"- {{{REG}, rule: other, matches: true}}", (), "there is no rule 'other'"),
        (f"- {{{REG}, matches: true}}", (("contains", "contians"),), "cannot be used"),
        (f"- {{{REG}, matches: true}}", (("product: windows", "product: linux"),), "not read"),
        ("- {file: absent.evtx, matches: true}", (), "cannot be read"),
        ("- {file: rule.yml, matches: true}", (), "no format that is known"),
        ("- {channel: x, matches: true}", (), "'event_id'"),
    ],
)
def test_a_case_that_cannot_be_run_fails(
    outcomes: Callable[..., list[Outcome]],
    case: str,
    changes: tuple[tuple[str, str], ...],
    problem: str,
) -> None:
    outcome = outcomes(case, *changes)[0]
    assert not outcome.is_passed
    assert problem in outcome.problem


def test_a_log_file_is_read(written: Write) -> None:
    event = (
        '{"Event": {"System": {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1},'
        ' "EventData": {"Image": "C:\\\\reg.exe", "CommandLine": "reg save x"}}}'
    )
    folder = written()
    (folder / "sample.json").write_text(f"{event}\n{event}\n")
    (folder / "rule.test.yml").write_text("- {file: sample.json, matches: 2}\n")
    plan = build_plan(load_rules([folder / "rule.yml"]))
    (outcome,) = run_cases(read_cases([folder / "rule.test.yml"]), plan)
    assert (outcome.is_passed, outcome.found, outcome.events) == (True, 2, 2)


@pytest.mark.corpus
def test_the_regression_data_of_sigmahq_passes(corpus: Path) -> None:
    folder = corpus / "sigma-rules" / "rules-emerging-threats"
    plan = build_plan(load_rules([folder]))
    cases = read_cases([corpus / "sigma-regression" / "rules-emerging-threats"])
    assert len(cases) >= 10
    assert [o for o in run_cases(cases, plan) if not o.is_passed] == []
