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


def expected(corpus: Path) -> dict[tuple[str, str], int | None]:
    """(Rule, name of the EVTX file) -> matches; None where the rule's regression test only says "some"."""
    counts: dict[tuple[str, str], int | None] = {}
    for info in sorted((corpus / "sigma-regression").rglob("info.yml")):
        document = yaml.safe_load(info.read_text(encoding="utf-8"))
        for test in document["regression_tests_info"]:
            for rule in document["rule_metadata"]:
                counts[rule["id"], Path(test["path"]).name] = test.get("match_count")
    return counts


def test_rules_match_as_often_as_their_authors_say(corpus: Path) -> None:
    wanted = expected(corpus)
    logs = sorted((corpus / "sigma-regression").rglob("*.evtx"))
    with search(logs, corpus / "sigma-rules") as found:
        names = [Path(source.path).name for source in found.sources]
        ids = [rule.id for rule in found.rules]
        pairs = found.matches_table().select(["rule", "source"]).to_pylist()
        unusable = {rule.id for rule in found.rules if rule.status == "unsupported"}
    counted = Counter((ids[pair["rule"]], names[pair["source"]]) for pair in pairs)
    wrong = {
        key: (counted[key], count)
        for key, count in wanted.items()
        if (counted[key] != count if count is not None else not counted[key])
    }
    assert len(wanted) > 90
    assert {key: counts for key, counts in wrong.items() if key[0] not in unusable} == {}
    assert len(wrong) <= 2  # rules whose regular expression could run without end


def books_balance(sources: tuple[SourceAccount, ...]) -> bool:
    return all(s.records_present == s.events + s.rejects for s in sources)


def is_sound(found: Hunt) -> bool:
    reasons = {reject.reason for reject in found.rejects}
    return books_balance(found.sources) and not reasons & {"reader_crashed", "unaccounted"}


@pytest.mark.parametrize("folder", ["evtx", "otrf"])
def test_every_record_is_accounted_for(corpus: Path, folder: str) -> None:
    with search([corpus / folder], corpus / "sigma-rules", workers=2) as found:
        assert is_sound(found)
        assert len(found.matches) > 100


@pytest.mark.parametrize("folder", ["evtx-broken", "windows-background"])
def test_the_number_of_processes_changes_nothing(corpus: Path, tmp_path: Path, folder: str) -> None:
    written = []
    for workers in (1, 2):
        with search([corpus / folder], corpus / "sigma-rules", workers=workers) as found:
            assert is_sound(found)
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


SCRIPT_RULES = """\
title: Cut in two
id: 30000000-0000-4000-8000-00000000000a
logsource: {product: windows, category: ps_script}
detection: {s: {ScriptBlockText|contains: "Function 'Disable-NetAdapterBinding'"}, condition: s}
---
title: Far apart
id: 30000000-0000-4000-8000-00000000000b
logsource: {product: windows, category: ps_script}
detection:
  s: {ScriptBlockText|contains|all: ['#requires -version 3.0', 'cim:operationOption:PassThru']}
  condition: s
"""


def test_scripts_in_parts_match_as_a_whole(corpus: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(SCRIPT_RULES)
    logs = sorted((corpus / "campaigns" / "LSASS_campaign_02").glob("metasploit*.json.gz"))
    options = {"include": ("channel:*PowerShell/Operational",), "paranoid": True}
    with search(logs, rules, **options) as found:
        scripts = found.result.scripts
        assert (scripts.scripts, scripts.parts, scripts.incomplete) == (30, 99, 0)
        matches = found.matches_table().to_pylist()
        titles = [found.rules[match["rule"]].title for match in matches]
    whole = Counter(
        title for title, match in zip(titles, matches, strict=True) if match["contributing"]
    )
    # The word stands on the border of two parts of one script, and in no part.
    assert [title for title in titles if title == "Cut in two"] == ["Cut in two"]
    assert whole == {"Cut in two": 1, "Far apart": 15}
    for match in matches:
        if match["contributing"]:
            parts = len(json.loads(match["contributing"]))
            assert (
                json.loads(match["why"])[-1]
                == f"script of {parts} parts, put together from {parts}"
            )


def test_every_alert_of_other_tools_is_an_event_and_no_label_is_told(corpus: Path) -> None:
    path = corpus / "alerts-ait" / "russellmitchell_alerts.csv.gz"
    if not path.is_file():
        pytest.skip("the corpus has no alerts of other tools")
    with start(Request((str(path),), rules=("builtin",))) as found:
        [source] = found.sources
        fields = set(found.matches_table()["fields"].to_pylist())
    assert (source.events, source.rejects) == (45_544, 0)
    assert any("held back" in note for note in source.notes)
    assert not any("_label" in text or "false_positive" in text for text in fields)
