"""What correlations ask of events: the fields of those that name them travel down a chain."""

from __future__ import annotations

from pathlib import Path

from gamekeeper.rules.load import load_rules
from gamekeeper.rules.mappings import Renamed
from gamekeeper.rules.routing import build_plan

TEXT = """\
title: Outer
correlation:
  type: temporal
  rules: [inner, other]
  group-by: [who, Computer]
  timespan: 1h
  aliases: {who: {inner: TargetUserName, other: SubjectUserName}}
---
title: Inner
name: inner
correlation:
  type: value_count
  rules: [base]
  group-by: [IpAddress]
  timespan: 5m
  condition: {field: Image, gte: 2}
---
title: Base
name: base
logsource: {product: windows, category: process_creation}
detection: {s: {Image: x}, condition: s}
---
title: Other
name: other
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
"""


def test_wanted_fields(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(TEXT)
    plan = build_plan(load_rules([tmp_path]))
    inner, outer = plan.correlations
    assert (inner.correlation.title, outer.correlation.title) == ("Inner", "Outer")
    assert inner.wanted == ("TargetUserName", "Computer", "IpAddress", "Image")
    assert (inner.group, inner.values) == ((2,), (3,))
    assert [(p.correlation, p.role, p.picks) for p in inner.parents] == [(1, 0, (0, 1))]
    assert (outer.roles, outer.wanted) == ((2, 1), ("who", "Computer"))


def test_fields_read_as_each_log_calls_them(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(TEXT)
    inner, outer = build_plan(load_rules([tmp_path])).correlations
    names = {
        reading.route.dataset: reading.fields[3].names
        for reading in inner.readings
        if isinstance(reading.fields[3], Renamed)
    }
    assert names == {"windows.sysmon": ("Image",), "windows.security": ("NewProcessName",)}
    assert [reading.fields[0] for reading in outer.readings] == [Renamed(("SubjectUserName",))]
