from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.lint import check_rules
from gamekeeper.authoring.remarks import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.mark.parametrize(
    ("old", "new", "check", "severity", "message"),
    [
        ("title: Hive saved\n", "", "required_keys", ERROR, "no title"),
        ("level: high\n", "", "required_keys", WARNING, "counts as medium"),
        ("id: 4f6b8a3e-1f8e-4f0a-9a55-0d3a4f6f2a10\n", "", "required_keys", WARNING, "no id"),
        ("author: nobody\n", "", "required_keys", NOTE, "no author"),
        ("author:", "auhtor:", "unknown_keys", WARNING, "did you mean 'author'?"),
        ("author: nobody", "author: n\nzzz: 1", "unknown_keys", NOTE, "'zzz' is no key"),
        ("category:", "categroy:", "unknown_keys", WARNING, "did you mean 'category'?"),
        ("id: 4f6b8a3e", "id: 4f6b8a", "identity", ERROR, "no UUID"),
        ("author:", "related:\n  - id: 1\nauthor:", "identity", ERROR, "an id and a type"),
        (
            "author:",
            "related:\n  - {id: x, type: simlar}\nauthor:",
            "identity",
            ERROR,
            "did you mean 'similar'?",
        ),
        ("level: high", "level: High", "words", ERROR, "did you mean 'high'?"),
        ("date: 2026-01-31", "date: 2026/01/31", "dates", ERROR, "2026-01-31"),
        ("date: 2026-01-31", "date: 2026-02-31", "dates", ERROR, "no date"),
        ("date:", "modified: 2025-01-01\ndate:", "dates", WARNING, "before its date"),
        ("author: nobody", "author: [a, b]", "shapes", ERROR, "author is no text"),
        ("falsepositives:\n    - Backups", "falsepositives: x", "shapes", ERROR, "is no list"),
        ("- Backups", "- 1", "shapes", ERROR, "no text"),
        ("- Backups", "- Backups\n    - Backups", "shapes", WARNING, "twice"),
        ("title: Hive saved", "title: " + 300 * "x", "shapes", ERROR, "256"),
        ("attack.t1003.002", "attack.T1003.002", "tags", ERROR, "lower case"),
    ],
)
def test_what_the_specification_does_not_allow(
    written: Callable[..., Path], old: str, new: str, check: str, severity: Severity, message: str
) -> None:
    remarks = [r for r in check_rules([written((old, new))]).remarks if r.check == check]
    assert (severity, True) in [(r.severity, message in r.message) for r in remarks]


def test_correlations_need_neither_log_source_nor_detection(tmp_path: Path) -> None:
    text = "title: x\ncorrelation: {type: event_count, rules: [a], timespan: 1h, group-by: [b]}\n"
    (tmp_path / "c.yml").write_text(text)
    remarks = check_rules([tmp_path]).remarks
    assert [r.message for r in remarks if r.check == "required_keys" and r.severity is ERROR] == []
