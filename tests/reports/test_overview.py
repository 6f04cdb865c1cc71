from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gamekeeper.model.results import HuntResult, Refusal
from gamekeeper.reports.overview import Part, overview

from . import worlds
from .test_new_here import ONE as NEW
from .test_new_here import found as new_things


def part(parts: list[Part], title: str) -> Part:
    [found] = [part for part in parts if part.title == title]
    return found


def texts(found: Part) -> list[list[str]]:
    assert found.table is not None
    return [[cell.text for cell in row] for row in found.table.rows]


def test_the_gravest_findings_come_first_and_the_rest_is_counted(plausible: HuntResult) -> None:
    found = part(overview(plausible, top=3), "Findings")
    assert [row[0] for row in texts(found)] == [f.level for f in plausible.findings[:3]]
    left = len(plausible.findings) - 3
    assert found.more.startswith(f"and {left:,} more (")
    assert "--out FOLDER" in found.more
    told = part(overview(plausible, [Path("report.html")], top=3), "Findings")
    assert told.more.endswith("report.html and findings.json hold all")


def test_tactics_are_counted_with_their_hosts_and_worst_severity(small: HuntResult) -> None:
    rows = texts(part(overview(small), "ATT&CK tactics"))
    assert rows == [["Execution", "2", "2", "high"], ["Credential Access", "1", "1", "critical"]]


def test_every_format_is_accounted_for(small: HuntResult) -> None:
    rows = texts(part(overview(small), "Read"))
    assert rows == [
        ["csv", "1", "21", "20", "1", "0", "1 lossy"],
        ["evtx", "1", "100", "100", "0", "0", "1 lossless"],
    ]


def test_unknown_formats_stand_last() -> None:
    rows = texts(part(overview(worlds.nothing_read()), "Read"))
    assert rows[-1][0] == "no known format"


def test_every_status_that_occurs_is_told(small: HuntResult) -> None:
    rows = texts(part(overview(small), "Rules"))
    assert [row[1] for row in rows] == [
        "matched", "no match", "partial", "no such log", "field absent", "unsupported",
    ]  # fmt: skip


def test_what_was_not_seen_always_stands_there() -> None:
    for result in (worlds.small(), worlds.nothing_found(), worlds.nothing_read()):
        assert part(overview(result), "What could not be seen").lines


def test_reasons_and_refusals_beyond_ten_are_counted(small: HuntResult) -> None:
    many = replace(
        small,
        rejects=[
            replace(small_reject, reason=f"r{n}")
            for n in range(12)
            for small_reject in small.rejects
        ],
        refusals=tuple(Refusal(f"p{n}", "link", "-") for n in range(13)),
    )
    parts = overview(many)
    assert len(part(parts, "Rejects").lines) == 10
    assert part(parts, "Rejects").more == "and 2 more reasons"
    assert part(parts, "Not opened").more == "and 3 more"


def test_written_reports_are_named(small: HuntResult) -> None:
    [line] = part(overview(small, [Path("out/caf\udce9.html")]), "Written").lines
    assert line.text.endswith("caf\\udce9.html")


def test_what_is_new_here_has_its_part(small: HuntResult) -> None:
    told = overview(replace(small, baselines=new_things(NEW)))
    assert [row[0] for row in texts(part(told, "New here"))] == ["7.5"]


def test_context_and_allow_lists_have_their_parts() -> None:
    parts = {part.title: part for part in overview(worlds.given())}
    allowed, context = parts["Allowed"].table, parts["Context"]
    assert allowed is not None
    assert [[cell.text for cell in row] for row in allowed.rows] == [
        [
            "0",
            "expired",
            "2026-01-31",
            "nobody",
            "allow.yml, line 8",
            "it has ended and did not apply",
        ],
        ["1", "applied", "2026-12-31", "platform", "allow.yml, line 1", "packaging"],
    ]
    assert context.more == "by the criticality of their hosts 0 findings raised, 1 lowered"
    findings = parts["Findings"].table
    assert findings is not None
    assert findings.rows[-1][0].text == "medium (rule: high)"
