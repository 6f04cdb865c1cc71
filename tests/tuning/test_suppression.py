from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gamekeeper.model.findings import MATCH_SCHEMA, Allowance, RuleAccount
from gamekeeper.tuning.allowlist import AllowList
from gamekeeper.tuning.suppression import Suppressor

RULES = (
    RuleAccount("r-0", "A shell", "medium", "matched", matches=4),
    RuleAccount("r-1", "A dump", "high", "matched", matches=1),
    RuleAccount("r-2", "Quiet", "high", "no_match"),
)
TODAY = date(2026, 6, 1)


def match(rule: int = 0, **given: Any) -> dict[str, Any]:
    fields = given.pop("fields", {"Image": "C:\\a\\cmd.exe"})
    return {
        "rule": rule,
        "source": 0,
        "offset": 1,
        "state": 0,
        "time_assumed": False,
        "host": "BUILD7.corp.example",
        "user": "CORP\\svc",
        "channel": "Security",
        "event_code": 4688,
        "fingerprint": bytes(16),
        "fields": json.dumps(fields),
        "why": "[]",
        **given,
    }


def judged(
    tmp_path: Path, entries: list[dict[str, Any]], *matches: dict[str, Any], today: date = TODAY
) -> tuple[list[int], tuple[Allowance, ...]]:
    whole = {"rule": "r-0", "reason": "r", "owner": "o", "expires": "2026-12-31"}
    (tmp_path / "allow.yml").write_text(json.dumps([whole | entry for entry in entries]))
    suppressor = Suppressor(AllowList.read([tmp_path / "allow.yml"]).entries, RULES, today)
    table = pa.Table.from_pylist(list(matches), MATCH_SCHEMA)
    return suppressor.judge(table).tolist(), suppressor.account()


@pytest.mark.parametrize(
    ("when", "is_meant"),
    [
        ({"host": "build*"}, True),
        ({"host": "build7"}, True),
        ({"host.name": "build7.corp.example"}, True),
        ({"host": "build"}, False),
        ({"user": "corp\\svc"}, True),
        ({"user.name|endswith": "\\svc"}, True),
        ({"EventID": 4688, "Channel": "security"}, True),
        ({"Image|endswith": ["\\x.exe", "\\CMD.exe"]}, True),
        ({"Image|endswith": "\\cmd.exe", "user": "other"}, False),
        ([{"user": "other"}, {"host": "build7"}], True),
        ({"CommandLine|contains": "cmd"}, False),
    ],
)
def test_conditions_ask_host_user_and_any_field_of_the_match(
    tmp_path: Path, when: object, is_meant: bool
) -> None:
    numbers, [allowance] = judged(tmp_path, [{"when": when}], match())
    assert numbers == [0 if is_meant else -1]
    assert allowance.matches == is_meant


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        ("r-1", [-1, 0]),
        ("a SHELL", [0, -1]),
        ("r-?", [0, 0]),
        ("*", [0, 0]),
        (["r-0", "r-1"], [0, 0]),
    ],
)
def test_an_entry_is_for_the_rules_that_it_names(
    tmp_path: Path, rule: object, numbers: list[int]
) -> None:
    entry = {"rule": rule, "when": {"host": "build7"}}
    assert judged(tmp_path, [entry], match(0), match(1))[0] == numbers


def test_an_entry_applies_until_the_end_of_its_day(tmp_path: Path) -> None:
    entry = {"when": {"host": "build7"}, "expires": "2026-06-01"}
    numbers, [allowance] = judged(tmp_path, [entry], match())
    assert (numbers, allowance.status, allowance.remark) == ([0], "applied", "it ends in 0 days")
    numbers, [allowance] = judged(tmp_path, [entry], match(), today=date(2026, 6, 2))
    assert (numbers, allowance.status) == ([-1], "expired")


def test_every_entry_is_accounted_for(tmp_path: Path) -> None:
    when = {"host": "build7"}
    entries: list[dict[str, Any]] = [
        {"when": when},
        {"when": {"user": "corp\\svc"}},
        {"when": {"user": "other"}},
        {"when": {"ParentImage": "x", "Image": "y"}},
        {"rule": "r-2", "when": when},
        {"rule": "r-9", "when": when},
    ]
    _, found = judged(tmp_path, entries, match(), match(), match(1))
    assert [(one.status, one.matches, one.by_rule) for one in found] == [
        ("applied", 2, (("r-0", 2),)),
        ("unused", 0, ()),
        ("unused", 0, ()),
        ("unused", 0, ()),
        ("unused", 0, ()),
        ("unknown_rule", 0, ()),
    ]
    remarks = [one.remark for one in found]
    assert remarks[0] == ""
    assert remarks[1].startswith("what it means is allowed by the entry at ")
    assert remarks[2] == "its rules matched, but nothing of what it describes"
    assert remarks[3].startswith("matches of its rules carry no field ParentImage:")
    assert remarks[4] == "its rules matched nothing in these logs"
    assert remarks[5].startswith("no rule of this hunt is meant; did you mean")


def test_matches_without_host_and_user_and_hostile_evidence_are_judged(tmp_path: Path) -> None:
    odd = match(host=None, user=None, fields={"Image": [1, None, True], "Host": "build7"})
    numbers, _ = judged(tmp_path, [{"when": {"host": "build7"}}], odd)
    assert numbers == [0]  # an event's own field of that name counts, too
    numbers, _ = judged(tmp_path, [{"when": {"user": ""}}], odd)
    assert numbers == [-1]
