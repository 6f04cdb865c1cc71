"""Rules that were written to hurt: each is refused or bounded, with a message, and the others go on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gamekeeper.engine.registry import engine
from gamekeeper.hunt.one_event import event_of
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

HEAD = """title: {title}
id: {id}
status: test
level: low
"""
SOURCE = "logsource: {product: windows, category: process_creation}\n"
GOOD = "00000000-0000-4000-8000-000000000001"


def rule(title: str, number: int, detection: str) -> str:
    head = HEAD.format(title=title, id=f"00000000-0000-4000-8000-{number:012x}")
    return f"{head}{SOURCE}detection:\n{detection}"


def correlation(number: int, other: int) -> str:
    head = HEAD.format(title=f"cycle {number}", id=f"00000000-0000-4000-8000-{number:012x}")
    return (
        f"{head}correlation:\n  type: event_count\n  group-by: [Computer]\n  timespan: 1h\n"
        f"  condition: {{gte: 2}}\n  rules: [00000000-0000-4000-8000-{other:012x}]\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yml").write_text(
        rule("good", 1, "  a: {CommandLine|contains: whoami}\n  condition: a\n")
    )
    return tmp_path


def loaded(folder: Path, within_s: float) -> RuleSet:
    start = time.process_time()
    rules = load_rules([folder])
    assert time.process_time() - start < within_s
    assert GOOD in {one.id for one in rules.rules}
    return rules


def why(rules: RuleSet) -> str:
    (only,) = rules.skipped
    return only.reason


def test_a_file_of_a_hundred_megabytes(folder: Path) -> None:
    with (folder / "large.yml").open("wb") as stream:
        stream.write(b"title: x\ndescription: ")
        stream.truncate(100 << 20)
    assert "larger than" in why(loaded(folder, 5))


def test_a_yaml_bomb(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (folder / "bomb.yml").write_text("\n".join(lines))
    assert "aliases" in why(loaded(folder, 5))


def test_brackets_without_end(folder: Path) -> None:
    (folder / "deep.yml").write_text("a: " + "[" * 200_000)
    assert why(loaded(folder, 10))


def test_parentheses_without_end(folder: Path) -> None:
    depth = 20_000
    condition = "(" * depth + "a" + ")" * depth
    text = rule("deep", 2, f"  a: {{CommandLine: x}}\n  condition: {condition}\n")
    (folder / "deep.yml").write_text(text)
    assert why(loaded(folder, 20))


def test_nots_without_end(folder: Path) -> None:
    text = rule("nots", 2, f"  a: {{CommandLine: x}}\n  condition: {'not ' * 20_000}a\n")
    (folder / "nots.yml").write_text(text)
    rules = loaded(folder, 20)
    assert len(rules.skipped) + len(rules.rules) == 2


def test_correlations_in_a_circle(folder: Path) -> None:
    (folder / "a.yml").write_text(correlation(2, 3))
    (folder / "b.yml").write_text(correlation(3, 2))
    rules = loaded(folder, 5)
    assert len(rules.skipped) == 2
    assert all(one.reason for one in rules.skipped)
    assert rules.correlations == ()


def test_ten_thousand_selections(folder: Path) -> None:
    selections = "".join(f"  s{n}: {{CommandLine|contains: word{n}x}}\n" for n in range(10_000))
    text = rule("many", 2, f"{selections}  condition: 1 of s*\n")
    (folder / "many.yml").write_text(text)
    rules = loaded(folder, 60)
    batch = batch_of("cmd /c word7777x")
    start = time.process_time()
    found = engine("columnar", build_plan(rules)).match(batch)
    assert time.process_time() - start < 30
    assert len(found) + len(rules.skipped) == 1  # it matches, or it is refused with a reason


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 40 + "!"),
        ("(a|aa)+$", "a" * 60 + "!"),
        ("(x+x+)+y", "x" * 60),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
        ("(.*)*(.*)*(.*)*!", "b" * 5_000),
    ],
)
def test_patterns_that_go_back_without_end(folder: Path, pattern: str, text: str) -> None:
    detection = f"  a: {{CommandLine|re: '{pattern}'}}\n  condition: a\n"
    (folder / "slow.yml").write_text(rule("slow", 2, detection))
    rules = loaded(folder, 20)
    plan = build_plan(rules)
    batch = batch_of(f"whoami {text}")
    for name in ("columnar", "reference"):
        start = time.process_time()
        found = engine(name, plan).match(batch)
        assert time.process_time() - start < 30
        assert len(found) >= 1  # the good rule has its match


def batch_of(line: str) -> EventBatch:
    builder = BatchBuilder()
    event = event_of(
        {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "CommandLine": line}
    )
    (batch,) = [*builder.add(event), *builder.flush()]
    return batch
