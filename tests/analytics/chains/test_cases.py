"""Test cases as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.analytics.chains.cases import START, CaseKind, read_cases
from gamekeeper.errors import UsageError

PROCESS = "    - {at: 2m, host: a, process: {Image: 'C:\\x.exe', CommandLine: x}}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "t.cases.yml"
    path.write_text(text)
    return path


def test_a_new_process_makes_a_case_for_each_log_and_one_for_both(tmp_path: Path) -> None:
    cases = read_cases([written(tmp_path, f"- name: x\n  kind: positive\n  events:\n{PROCESS}")])
    assert [(case.log, len(case.events)) for case in cases] == [
        ("sysmon", 1),
        ("security", 1),
        ("both", 2),
    ]
    assert {event.filetime for event in cases[2].events} == {START + 120 * 10_000_000}


def test_a_positive_case_wants_one_hit_and_the_others_none(tmp_path: Path) -> None:
    rows = "".join(
        f"- {{name: x, kind: {kind}, events: [{{channel: System, event_id: 1}}]}}\n"
        for kind in CaseKind
    )
    assert [case.hits for case in read_cases([written(tmp_path, rows)])] == [1, 0, 0]


def test_an_event_of_a_log_that_nobody_reads_is_told_in_words(tmp_path: Path) -> None:
    text = (
        "- name: x\n  kind: positive\n  events:\n"
        "    - {logsource: {category: firewall}, fields: {a: 1}, entities: {source.ip: 10.0.0.1}}\n"
    )
    (case,) = read_cases([written(tmp_path, text)])
    assert (case.events, case.told[0].fields) == ((), (("a", "1"),))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{name: x, kind: bad, events: [{channel: a, event_id: 1}]}", "kind: 'bad' is none of"),
        ("{name: x, kind: positive}", "events: a list"),
        ("{name: x, kind: positive, events: [{event_id: 1}]}", "events[1].channel"),
        (
            "{name: x, kind: positive, events: [{channel: a, event_id: 1, at: soon}]}",
            "events[1].at",
        ),
        ("{name: x, kind: positive, events: [{channel: a, evnt: 1}]}", "nobody reads 'evnt'"),
        ("{kind: positive, events: []}", "case 1.name"),
    ],
)
def test_a_case_without_sense_has_a_problem(tmp_path: Path, row: str, says: str) -> None:
    (case,) = read_cases([written(tmp_path, f"- {row}\n")])
    assert says in case.problem


def test_a_file_that_is_no_list_has_a_problem(tmp_path: Path) -> None:
    (case,) = read_cases([written(tmp_path, "name: x\n")])
    assert "a list of cases" in case.problem


def test_a_folder_without_cases_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no case"):
        read_cases([tmp_path])
    with pytest.raises(UsageError, match="no file"):
        read_cases([tmp_path / "none"])


def test_an_event_comes_as_often_as_it_says(tmp_path: Path) -> None:
    text = (
        "- name: x\n  kind: positive\n  events:\n"
        "    - {at: 1m, times: 3, every: 2m, channel: System, event_id: 1}\n"
    )
    (case,) = read_cases([written(tmp_path, text)])
    assert [(one.filetime - START) // 600_000_000 for one in case.events if one.filetime] == [
        1,
        3,
        5,
    ]


def test_a_case_may_name_accounts_as_a_list_would(tmp_path: Path) -> None:
    text = (
        "- {name: x, kind: positive, accounts: {appliance: [kestrel]}, "
        "events: [{channel: System, event_id: 1}]}\n"
    )
    (case,) = read_cases([written(tmp_path, text)])
    assert case.lists == (("appliance_accounts", ("kestrel",)),)
    (odd,) = read_cases([written(tmp_path, text.replace("appliance", "toaster"))])
    assert "nobody reads 'toaster'" in odd.problem
