from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.tuning import noise
from gamekeeper.tuning.noise import noise_of

TOTALS = {
    "hosts": 3,
    "first_event": "2026-01-01T10:00:00.000000Z",
    "last_event": "2026-01-02T09:00:00.000000Z",
}


def row(rule: str, host: str, day: int, command: str) -> dict[str, Any]:
    return {
        "rule.id": rule,
        "rule.title": f"title of {rule}",
        "rule.level": "low",
        "@timestamp": f"2026-01-{day:02}T12:00:00.000000Z",
        "host.name": host,
        "event.id": "0:1",
        "fields": {"CommandLine": command, "EventID": "4688"},
    }


def hunt(tmp_path: Path, rows: list[dict[str, Any]], totals: dict[str, Any] = TOTALS) -> Path:
    (tmp_path / "matches.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows) + "{\n")
    summary = {"totals": totals, "rules": [{"id": "a", "suppressed": 5}, {"id": "c"}]}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    return tmp_path


ROWS = [
    row("b", "dc01", 1, "dir"),
    row("a", "DC01.corp.example", 1, "ping 1000"),
    row("a", "dc01", 1, "ping 2000"),
    row("a", "ws-1", 2, "dir"),
]


def test_rules_stand_by_their_noise(tmp_path: Path) -> None:
    found = noise_of(hunt(tmp_path, ROWS))
    assert (found.matches, found.suppressed, found.host_days, found.damaged) == (4, 5, 6, 1)
    first, second = found.rules
    assert (first.id, first.matches, first.suppressed, first.share) == ("a", 3, 5, 0.75)
    assert (first.hosts, first.host_days, first.shapes) == (2, 2, 2)
    assert first.per_host_day == 0.5
    assert (second.id, second.share) == ("b", 0.25)


def test_values_are_folded_as_in_shapes_and_kinds_are_kept(tmp_path: Path) -> None:
    first = noise_of(hunt(tmp_path, ROWS)).rules[0]
    assert [(top.field, top.values) for top in first.top] == [
        ("CommandLine", (("ping <n>", 2), ("dir", 1))),
        ("EventID", (("4688", 3),)),
    ]


def test_without_times_there_is_no_rate(tmp_path: Path) -> None:
    found = noise_of(hunt(tmp_path, ROWS, {"hosts": 3, "first_event": None}))
    assert (found.host_days, found.rules[0].per_host_day) == (None, None)


def test_memory_is_bounded_and_the_count_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "DISTINCT_LIMIT", 4)
    monkeypatch.setattr(noise, "VALUES_LIMIT", 2)
    rows = [row("a", "h", 1, "x" * n) for n in (1, 1, 2, 3, 4, 5, 6)]
    [found] = noise_of(hunt(tmp_path, rows)).rules
    assert (found.matches, found.shapes, found.is_bounded) == (7, 4, True)
    assert found.top[0].values == (("x", 2), ("xx", 1))


def test_a_hunt_without_matches_makes_no_noise(tmp_path: Path) -> None:
    assert noise_of(hunt(tmp_path, [])).rules == ()


@pytest.mark.parametrize("text", [None, "{", "[]", '{"rules": 1}'])
def test_a_folder_of_something_else_is_bad_use(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "summary.json").write_text(text)
    with pytest.raises(UsageError, match=r"summary\.json"):
        noise_of(tmp_path)
