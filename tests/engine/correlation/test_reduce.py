"""Golden cases of correlation: rules and events in YAML, and what has to come of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

from fakes.correlations import BASE, SECOND, Correlated, event, rule_set
from gamekeeper.engine.correlation import reduce, tally, value_percentile
from gamekeeper.engine.correlation.ends import Ends
from gamekeeper.engine.correlation.reduce import Reducer
from gamekeeper.engine.correlation.schema import PLAIN_SCHEMA, ROW_KEY
from gamekeeper.engine.runs import RunWriter
from gamekeeper.rules.routing import build_plan

GOLDEN = Path(__file__).parents[2] / "golden" / "correlation"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(GOLDEN.glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_golden(case: dict[str, Any], tmp_path: Path) -> None:
    rules = rule_set(case["rules"], tmp_path)
    events = [event(number, fields) for number, fields in enumerate(case["events"])]
    found = Correlated(rules, events, tmp_path, until=case.get("until", 1e9))
    shown = [
        {
            "rule": found.titles[match["rule"]],
            "contributing": [
                int(name.partition(":")[2]) for name in yaml.safe_load(match["contributing"])
            ],
            "why": yaml.safe_load(match["why"])[0],
        }
        for match in found.matches
    ]
    assert sorted(shown, key=str) == sorted(case["expected"], key=str)
    statuses = {title: found.accounts[title].status for title in case.get("accounts", {})}
    assert statuses == case.get("accounts", {})
    reasons = {title: found.accounts[title].reason for title in case.get("reasons", {})}
    assert reasons == case.get("reasons", {})


SLOW = """\
title: Slow
correlation: {type: CONDITION, group-by: IpAddress, timespan: 30d, rules: failed, condition: {FIELD gte: 3}}
---
title: Failed
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
"""
DAY = 86_400 * SECOND


def flood(count: int) -> Iterator[pa.RecordBatch]:
    """Rows of as many groups as there are rows, with three of a slow session among them."""
    size = 20_000
    numbers = np.arange(count)
    for start in range(0, count, size):
        part = numbers[start : start + size]
        raw = part.astype(">i8").tobytes()
        keys = [raw[at : at + 8] * 2 for at in range(0, len(raw), 8)]
        times = BASE + part * (29 * DAY // count)
        slow = (part % (count // 3) == 0) & (part < count // 3 * 3)
        columns = {field.name: pa.nulls(len(part), field.type) for field in PLAIN_SCHEMA}
        zero = np.zeros(len(part), np.int64)
        columns |= {
            name: pa.array(zero).cast(PLAIN_SCHEMA.field(name).type)
            for name in ("correlation", "order", "role", "source", "state")
        }
        columns["key"] = pa.array(
            [b"s" * 16 if s else k for s, k in zip(slow, keys, strict=True)], pa.binary(16)
        )
        columns["fingerprint"] = columns["shown"] = pa.array(keys, pa.binary(16))
        columns["filetime"] = pa.array(times)
        columns["offset"] = pa.array(part)
        columns["time_assumed"] = pa.array(np.zeros(len(part), bool))
        texts = [f'["{n}.0.0.9","user {n}"]' for n in part.tolist()]
        columns["values"] = pa.array(texts, pa.utf8())
        yield pa.RecordBatch.from_arrays(list(columns.values()), schema=PLAIN_SCHEMA)


def correlated(text: str, count: int, folder: Path) -> list[list[str]]:
    """The records of each match in a flood."""
    writer = RunWriter(folder, "rows", ROW_KEY)
    for batch in flood(count):
        writer.add(batch)
    reducer = Reducer(build_plan(rule_set(text, folder)), folder, Ends(), {})
    return [
        yaml.safe_load(found)
        for batch in reducer.batches(writer.finish(), ())
        for found in batch.column("contributing").to_pylist()
    ]


@pytest.mark.parametrize("kind", ["event_count", "value_count"])
def test_a_flood_of_groups_does_not_flush_a_slow_session(kind: str, tmp_path: Path) -> None:
    field = "field: TargetUserName," if kind == "value_count" else ""
    text = SLOW.replace("CONDITION", kind).replace("FIELD", field)
    assert correlated(text, 90_000, tmp_path) == [["0:0", "0:30000", "0:60000"]]


def peak_kb(count: int, folder: Path) -> int:
    """The most memory of a process that correlates a flood."""
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from gamekeeper.store import sorted_runs; sorted_runs._RUN_BYTES = 2 << 20;"
        "sorted_runs.merge_runs.__defaults__ = (2 << 20,);"
        "from engine.correlation.test_reduce import correlated, SLOW;"
        "text = SLOW.replace('CONDITION', 'event_count').replace('FIELD', '');"
        "assert len(correlated(text, int(sys.argv[2]), Path(sys.argv[3]))) == 1;"
        "from fakes.memory import peak_kib; print(peak_kib())"
    )
    folder.mkdir()
    words = [sys.executable, "-c", code, str(GOLDEN.parents[1]), str(count), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads Linux's figures")
def test_memory_does_not_grow_with_the_flood(tmp_path: Path) -> None:
    small, large = peak_kb(60_000, tmp_path / "small"), peak_kb(480_000, tmp_path / "large")
    assert large - small < 30 << 10  # of 62 MB more rows


def test_many_numbers_go_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_percentile, "_IN_MEMORY", 64)
    text = SLOW.replace("CONDITION", "value_median").replace("group-by: IpAddress, ", "")
    text = text.replace("FIELD", "field: Size,").replace("gte: 3", "eq: 250")
    events = [event(n, {"time": n, "Size": (n * 7) % 501}) for n in range(501)]
    (match,) = Correlated(rule_set(text, tmp_path), events, tmp_path).matches
    assert match["why"] == '["value_median of Size 250 = 250 in 30d"]'


def test_a_flood_of_values_in_one_group_goes_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "IN_MEMORY", 100)
    monkeypatch.setattr(reduce, "MEMBERS", 1000)
    text = SLOW.replace("CONDITION", "value_count").replace("group-by: IpAddress, ", "")
    text = text.replace("FIELD", "field: TargetUserName,").replace("gte: 3", "gte: 2500")
    rules = rule_set(text, tmp_path)
    events = [event(n, {"time": n, "TargetUserName": f"u{n}"}) for n in range(3000)]
    spilt = []
    spill = tally.Tally._spill
    monkeypatch.setattr(tally.Tally, "_spill", lambda self: (spilt.append(1), spill(self)))
    found = Correlated(rules, events, tmp_path)
    assert spilt
    assert [len(yaml.safe_load(match["contributing"])) for match in found.matches] == [1000] * 3
    assert found.matches[-1]["why"] == '["value_count of TargetUserName 3000 >= 2500 in 30d"]'
