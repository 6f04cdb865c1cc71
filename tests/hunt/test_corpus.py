"""Whole hunts through real logs with real rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from gamekeeper.hunt.api import Hunt, start
from gamekeeper.hunt.request import Request
from gamekeeper.model.findings import SourceAccount

pytestmark = pytest.mark.corpus


def search(paths: list[Path], rules: Path, **options: object) -> Hunt:
    request = Request(tuple(map(str, paths)), rules=(str(rules),), **options)  # type: ignore[arg-type]
    return start(request)


def expected(corpus: Path) -> Counter[tuple[str, str]]:
    """(Rule, name of the EVTX file) -> matches, as the rules' own regression tests say."""
    counts: Counter[tuple[str, str]] = Counter()
    for info in sorted((corpus / "sigma-regression").rglob("info.yml")):
        document = yaml.safe_load(info.read_text(encoding="utf-8"))
        for test in document["regression_tests_info"]:
            for rule in document["rule_metadata"]:
                counts[rule["id"], Path(test["path"]).name] += test["match_count"]
    return counts


def test_rules_match_as_often_as_their_authors_say(corpus: Path) -> None:
    wanted = expected(corpus)
    with search(
        sorted((corpus / "sigma-regression").rglob("*.evtx")), corpus / "sigma-rules"
    ) as found:
        names = [Path(source.path).name for source in found.sources]
        ids = [rule.id for rule in found.rules]
        pairs = found.matches_table().select(["rule", "source"]).to_pylist()
        counted = Counter((ids[pair["rule"]], names[pair["source"]]) for pair in pairs)
        unusable = {rule.id for rule in found.rules if rule.status == "unsupported"}
    assert len(wanted) > 90
    wrong = {key: (counted[key], count) for key, count in wanted.items() if counted[key] != count}
    assert {key for key in wrong if key[0] not in unusable} == set()
    assert len(wrong) <= 2  # rules whose regular expression could run without end


def books_balance(sources: tuple[SourceAccount, ...]) -> bool:
    return all(s.records_present == s.events + s.rejects for s in sources)


@pytest.mark.parametrize("folder", ["evtx", "evtx-broken", "windows-background", "otrf"])
def test_processes_change_nothing_and_every_record_is_accounted_for(
    corpus: Path, tmp_path: Path, folder: str
) -> None:
    written = []
    for workers in (1, 2):
        with search([corpus / folder], corpus / "sigma-rules", workers=workers) as found:
            assert books_balance(found.sources)
            assert found.result.events > 0
            assert not any(
                reject.reason in {"reader_crashed", "unaccounted"} for reject in found.rejects
            )
            out = tmp_path / str(workers)
            found.write(out)
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        del summary["timings_s"], summary["settings"]
        names = ("matches.jsonl", "findings.json", "rejects.jsonl")
        written.append([summary, *((out / name).read_bytes() for name in names)])
    assert written[0] == written[1]


def test_the_fast_paths_equal_their_slow_truths(corpus: Path) -> None:
    paths = [corpus / "evtx-broken", corpus / "sigma-regression"]
    with search(
        paths, corpus / "sigma-rules", paranoid=True, recover=True, min_level="high"
    ) as found:
        assert books_balance(found.sources)
        assert len(found.matches) > 0
