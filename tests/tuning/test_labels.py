from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.rules.ir import RuleSet
from gamekeeper.tuning.labels import Labels, _finding_ids, judged
from gamekeeper.tuning.observed import Side

from .conftest import CMD

IDS = (
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "99999999-9999-4999-8999-999999999999",
)


def row(event: str, rule: int, host: str = "pc.example.org", **given: Any) -> dict[str, Any]:
    return {
        "rule.id": IDS[rule],
        "rule.title": "t",
        "rule.level": "low",
        "event.id": event,
        "event.fingerprint": event,
        "host.name": host,
        "user.name": None,
        "channel": "Microsoft-Windows-Sysmon/Operational",
        "fields": {"Image": CMD},
        **given,
    }


ROWS = [row("0:1", 0), row("0:2", 0), row("0:3", 1, host="other"), row("0:4", 2)]


def files(tmp_path: Path, labels: str, rows: list[dict[str, Any]] = ROWS) -> tuple[Path, Labels]:
    (tmp_path / "matches.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows) + "{\n")
    (tmp_path / "labels.csv").write_text(labels)
    return tmp_path / "matches.jsonl", Labels.read(tmp_path / "labels.csv")


@pytest.mark.parametrize(
    ("labels", "benign"),
    [
        ("label,event\nbenign,0:1\n", {0: 1}),
        (f"label,rule\nBenign,{IDS[0].upper()}\n", {0: 2}),
        ("label,host\nbenign,OTHER.example.org\n", {1: 1}),
        (f"label,rule,event\nbenign,{IDS[0]},0:2\nbenign,{IDS[0]},0:3\n", {0: 1}),
    ],
)
def test_a_label_means_all_that_has_what_it_names(
    tmp_path: Path, rules: RuleSet, labels: str, benign: dict[int, int]
) -> None:
    found = judged(*files(tmp_path, labels), rules)
    assert found.sides.benign.matches == benign
    assert found.damaged == 1
    total = sum(sum(side.matches.values()) for side in (found.sides.benign, found.sides.unjudged))
    assert total == 3  # the fourth is of a rule that is not here


def test_the_worse_word_counts_for_an_event_and_its_copies(tmp_path: Path, rules: RuleSet) -> None:
    rows = [row("0:1", 0), row("5:1", 0, **{"event.fingerprint": "0:1"})]
    path, labels = files(tmp_path, "label,event\nbenign,0:1\nmalicious,0:1\nbenign,5:1\n", rows)
    found = judged(path, labels, rules)
    assert found.sides.malicious.matches == {0: 1}
    assert found.side_of(0, "0:1") is Side.MALICIOUS
    assert found.side_of(1, "0:1") is Side.UNJUDGED


def test_findings_are_named_as_the_hunt_names_them(tmp_path: Path, rules: RuleSet) -> None:
    path, _ = files(tmp_path, "label,event\nbenign,0:1\n")
    ids = list(_finding_ids(path))
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    path, labels = files(tmp_path, f"label,finding\nbenign,{ids[0]}\n")
    assert judged(path, labels, rules).sides.benign.matches == {0: 2}


def test_findings_are_named_as_the_hunt_that_knew_names_has_named_them(tmp_path: Path) -> None:
    rows = [row("0:1", 0, fields={"x": r"dir \\kazu"}), row("0:2", 0, fields={"x": r"dir \\welo"})]
    path, _ = files(tmp_path, "label,event\nbenign,0:1\n", rows)
    assert len(set(_finding_ids(path))) == 2
    names = {"names": {"hosts": ["kazu", "welo"], "accounts": []}}
    (tmp_path / "summary.json").write_text(json.dumps(names))
    assert len(set(_finding_ids(path))) == 1


def test_rows_that_say_nothing_are_reported(tmp_path: Path, rules: RuleSet) -> None:
    path, labels = files(
        tmp_path, "label,event,rule\nbening,0:1,\nbenign,,\nbenign,7:7,\nbenign,," + IDS[2] + "\n"
    )
    found = judged(path, labels, rules)
    assert [text.partition(":")[0] for text in labels.remarks] == ["line 2", "line 3"]
    assert "did you mean 'benign'?" in labels.remarks[0]
    assert labels.unused() == [4]
    assert found.unknown == 1


def test_what_is_no_list_is_bad_use(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("a,b\n")
    with pytest.raises(UsageError, match="names no column 'label'"):
        Labels.read(tmp_path / "labels.csv")
