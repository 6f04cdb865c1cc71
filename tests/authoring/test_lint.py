"""The runner of the checks: places, files that cannot be read, and what only the whole set shows."""

from __future__ import annotations

import copy
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fakes.rules import GOOD
from gamekeeper.authoring.lint import FORM_CHECKS, MEANING_CHECKS, REMARK_LIMIT, check_rules
from gamekeeper.authoring.remarks import Severity
from gamekeeper.errors import UsageError

Write = Callable[..., Path]


def test_nothing_is_said_of_a_good_rule(written: Write) -> None:
    checked = check_rules([written()])
    assert (checked.remarks, checked.files, checked.rules) == ((), 1, 1)


def test_our_own_rules_have_no_more_than_notes() -> None:
    checked = check_rules(["builtin"])
    assert [r for r in checked.remarks if r.severity is not Severity.NOTE] == []


def test_checks_have_names_and_say_what_they_look_for() -> None:
    names = [check.__name__ for check in (*FORM_CHECKS, *MEANING_CHECKS)]
    assert len(set(names)) == len(names)
    assert all(check.__doc__ for check in (*FORM_CHECKS, *MEANING_CHECKS))


def test_the_page_for_authors_names_every_check() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "write-a-rule.md").read_text("utf-8")
    names = [check.__name__ for check in (*FORM_CHECKS, *MEANING_CHECKS)]
    names += ["unreadable", "repeated_key", "unusable", "duplicate_id"]
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(names)


def test_remarks_have_a_place_and_come_in_the_order_of_lines(written: Write) -> None:
    folder = written(("level: high", "level: hihg"), ("status: test", "status: tets"))
    remarks = check_rules([folder / "rule.yml"]).remarks
    assert [(r.path, r.line, r.column, r.check) for r in remarks] == [
        ("rule.yml", 3, 1, "words"),
        ("rule.yml", 22, 1, "words"),
    ]
    assert "did you mean 'test'?" in remarks[0].message
    assert remarks[0].rule == "4f6b8a3e-1f8e-4f0a-9a55-0d3a4f6f2a10"


def test_text_that_is_no_yaml_is_an_error_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("title: x\n  id: [\n")
    (remark,) = check_rules([tmp_path]).remarks
    assert (remark.check, remark.severity) == ("unreadable", Severity.ERROR)
    assert (remark.line, remark.column) == (2, 5)


@pytest.mark.parametrize(
    ("old", "new", "severity", "line"),
    [
        ("contains", "contians", Severity.ERROR, 14),
        ("not filter", "not filtre", Severity.ERROR, 19),
        ("contains: ' save '", "contains|expand: '%tools%'", Severity.WARNING, 13),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_its_reason(
    written: Write, old: str, new: str, severity: Severity, line: int
) -> None:
    remarks = [r for r in check_rules([written((old, new))]).remarks if r.check == "unusable"]
    assert [(r.severity, r.line) for r in remarks] == [(severity, line)]
    assert remarks[0].message.startswith("the rule cannot be used: ")


def test_an_id_that_two_files_use_is_an_error_in_the_second(written: Write) -> None:
    written()
    (remark,) = check_rules([written(name="second.yml")]).remarks
    assert (remark.path.endswith("second.yml"), remark.check) == (True, "duplicate_id")
    assert "rule.yml" in remark.message


def test_a_key_that_stands_twice_is_an_error(written: Write) -> None:
    again = "CommandLine|contains: ' save '\n        Image|endswith: '\\cmd.exe'"
    (remark,) = check_rules([written(("CommandLine|contains: ' save '", again))]).remarks
    assert (remark.check, remark.line) == ("repeated_key", 17)
    assert "line 15" in remark.message


def test_rules_in_an_archive_are_examined(written: Write, tmp_path: Path) -> None:
    folder = written(("level: high", "level: x"))
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        archive.write(folder / "rule.yml", "a/rule.yml")
    (remark,) = check_rules([tmp_path / "rules.zip"]).remarks
    assert remark.path == "rules.zip/a/rule.yml"


def test_rules_made_of_several_documents_are_examined_for_what_they_mean(tmp_path: Path) -> None:
    text = (
        "action: global\ntitle: Two\nlogsource: {product: windows, service: security}\n---\n"
        "detection: {a: {EventID: 1}, b: {EventID: 2}, condition: a and b}\n---\n"
        "detection: {a: {EventID: 1}, condition: a}\n"
    )
    (tmp_path / "two.yml").write_text(text)
    checked = check_rules([tmp_path])
    assert checked.rules == 2
    assert [remark.check for remark in checked.remarks] == ["impossible_condition", "log_source"]


def test_progress_is_told(written: Write) -> None:
    steps: list[tuple[int, int]] = []
    check_rules([written()], lambda done, total: steps.append((done, total)))
    assert steps == [(0, 1), (1, 1)]


def test_a_path_that_does_not_exist_is_bad_use() -> None:
    with pytest.raises(UsageError):
        check_rules(["absent"])


JUNK = st.sampled_from([None, 1, True, "", "x", "*", "%x%", [], {}, [None], {"a": None}, [[["a"]]]])
PATHS = [
    ("detection",),
    ("detection", "selection"),
    ("detection", "selection", "Image|endswith"),
    ("detection", "condition"),
    ("logsource",),
    ("logsource", "category"),
    *((key,) for key in ("title", "id", "tags", "date", "modified", "level", "related", "fields")),
]


@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=4))
def test_no_rule_is_too_odd_to_be_examined(changes: list[tuple[tuple[str, ...], object]]) -> None:
    document = yaml.safe_load(GOOD)
    for (*outer, key), junk in changes:
        place = document
        for name in outer:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[key] = copy.deepcopy(junk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rule.yml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        assert check_rules([path]).rules == 1


def test_a_rule_with_endless_mistakes_is_told_of_some(written: Write) -> None:
    names = "".join(f"    selection{n}: {{Image: x{n}}}\n" for n in range(2_000))
    keys = "".join(f"lavel{n}: x\n" for n in range(2_000))
    folder = written(("    filter:\n", f"{names}    filter:\n"), ("level:", f"{keys}level:"))
    found = Counter(remark.check for remark in check_rules([folder]).remarks)
    assert found == {"dead_selections": REMARK_LIMIT, "unknown_keys": REMARK_LIMIT}


@pytest.mark.corpus
def test_no_rule_of_sigmahq_is_called_wrong(corpus: Path) -> None:
    checked = check_rules([corpus / "sigma-rules" / "rules-emerging-threats"])
    assert checked.count(Severity.ERROR) == 0
    assert checked.rules > 300
