from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fakes.exports import intrusion
from gamekeeper.incidents.findings import group
from gamekeeper.model.anomalies import Standing as NewStanding
from gamekeeper.model.breaks import (
    Anomaly,
    Break,
    Evidence,
    IntegrityResult,
    Standing,
    Strength,
)
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.model.incidents import Claim, Disposition
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import html
from gamekeeper.reports.embedding import embed

from . import worlds
from .test_new_here import ONE as NEW
from .test_new_here import found as new_things


def written(result: HuntResult) -> str:
    stream = io.BytesIO()
    html.write(result, stream)
    return stream.getvalue().decode()


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of the last script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_asks_for_nothing_from_outside(small: HuntResult) -> None:
    for tag, attributes in Elements(written(small)).found:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_names_the_one_script_and_the_one_style(small: HuntResult) -> None:
    text = written(small)
    [policy] = [
        attributes["content"] or ""
        for tag, attributes in Elements(text).found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for element in ("script", "style"):
        [inner] = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_scripts_never_parse_html_or_ask_the_network() -> None:
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|Function\(|"
        r"\bfetch\b|XMLHttpRequest|WebSocket|import\(|\.href\b|window\.open|sendBeacon|srcdoc"
    )
    for name in html.SCRIPTS:
        text = (Path(html.__file__).parents[1] / "content" / "report" / name).read_text("utf-8")
        code = re.sub(r"//.*", "", text)
        assert banned.findall(code) == []


def test_headline_blind_spots_and_findings_stand_there_without_scripts(small: HuntResult) -> None:
    text = written(small).partition("<script")[0]
    assert "1 critical and 2 high findings on all 2 hosts" in text
    assert "1 of 6 rules had no log to look at." in text
    assert "Dump of LSASS" in text
    assert "MiniDump &lt;n&gt;" in text


def test_nothing_found_is_no_all_clear() -> None:
    text = written(worlds.nothing_found())
    assert "This is not an all-clear." in text
    assert "What could not be seen" in text


def test_hostile_text_adds_no_element(hostile: HuntResult, small: HuntResult) -> None:
    def kinds(result: HuntResult) -> set[str]:
        return {tag for tag, _ in Elements(written(result)).found}

    text = written(hostile)
    waiting = replace(NEW, standing=NewStanding.UNCONFIRMED, offset=1)
    assert kinds(hostile) <= kinds(replace(small, baselines=new_things(NEW, waiting)))
    assert "<img" not in text
    assert text.count("<script") == 3
    assert not {"\x1b", "\x9b", "\u202e", "\u2028"} & set(text)


def test_same_result_same_bytes(small: HuntResult) -> None:
    assert written(small) == written(small)


def test_covered_tracks_stand_there_without_scripts_and_are_inert(small: HuntResult) -> None:
    hostile = "<script>alert(1)</script>\x1b[31m"
    anomaly = Anomaly("clears", hostile, "cleared", Strength.CERTAIN, host="dc01", stop=worlds.BASE)
    evidence = (Evidence(hostile, 0, 4608, 7),)
    one = Break(replace(anomaly, evidence=evidence), Standing.PROVED, "cleared")
    found = replace(small, integrity=IntegrityResult((one,), hosts={"dc01": hostile}))
    text = written(found).partition("<script type")[0]
    assert "1 break in these logs: 1 proved." in text
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_what_is_new_here_stands_there_without_scripts_and_is_inert(small: HuntResult) -> None:
    hostile = "<script>alert(1)</script>\x1b[31m"
    one = replace(
        NEW,
        title=f"new here: {hostile}",
        host=hostile,
        account=hostile,
        parts=((hostile, hostile),),
        comparison=hostile,
    )
    waiting = replace(one, id=hostile, standing=NewStanding.UNCONFIRMED, offset=1)
    text = written(replace(small, baselines=new_things(one, waiting))).partition("<script type")[0]
    assert 'href="#new-here"' in text
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 6 + 6


def test_a_page_without_baselines_has_no_part_for_what_is_new(small: HuntResult) -> None:
    assert "#new-here" not in written(small)


def test_incidents_are_told_whole_and_with_what_was_decided(small: HuntResult) -> None:
    (one, *_) = intrusion()
    said = Disposition("confirmed", "eve", "ticket <b>7</b>", "2026-03-01T00:00:00Z")
    one = replace(one, attribution=(Claim("claim", "consistent with <i>nobody</i>"),))
    page = written(replace(small, incidents=(one,), dispositions={one.id: said}))
    for text in (
        "Decided: confirmed, eve: ticket &lt;b&gt;7&lt;/b&gt;",
        "consistent with &lt;i&gt;nobody",
        "Dwell time: 1 minute",
        "Accounts: CORP\\ann",
        '<div class="attack-map">',
        "Ways between hosts",
        "CommandLine contains “alert(1)”",
    ):
        assert text in page
    assert "<script>alert(1)" not in page
    assert "Decided" not in written(replace(small, incidents=(one,)))


def test_nothing_is_said_of_logs_that_nobody_looked_at(small: HuntResult) -> None:
    assert 'id="integrity"' not in written(replace(small, integrity=None))


# In a browser


class Seen:
    """One report in the browser, with everything that it did."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page = page
        self.path = path
        self.trouble: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.trouble.append(message.text))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", self.refuse)
        page.on("request", lambda request: self.requests.append(request.url))

    def refuse(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def load(self, result: HuntResult) -> Seen:
        with self.path.open("wb") as stream:
            html.write(result, stream)
        self.page.goto(self.path.as_uri())
        self.page.wait_for_selector("html[data-ready]")
        return self

    def status(self) -> str:
        text: str = self.page.inner_text("#findings-status")
        return text

    def data(self, name: str) -> float:
        return float(self.page.evaluate(f"document.documentElement.dataset.{name}"))

    def search(self, text: str) -> None:
        self.page.evaluate("delete document.documentElement.dataset.filterMs")
        self.page.fill("#search", text)
        self.page.wait_for_selector("html[data-filter-ms]")

    def drag_over_chart(self, start: float, end: float) -> None:
        chart = self.page.locator(".chart svg")
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] * start, y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
        self.page.mouse.up()


@pytest.fixture
def seen(chromium: Any, tmp_path: Path) -> Iterator[Seen]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    watched = Seen(context.new_page(), tmp_path / "report.html")
    yield watched
    context.close()
    assert watched.trouble == []
    assert watched.requests == [watched.path.as_uri()]


@pytest.mark.browser
def test_filters_leave_what_they_ask_for(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    findings = plausible.findings
    assert seen.status().startswith(f"{len(findings)} findings, 2,000 matches")
    seen.page.click("#tiles li:nth-child(1) button")
    critical = sum(finding.level == "critical" for finding in findings)
    assert seen.status().startswith(f"{critical} of {len(findings)} findings")
    pills = seen.page.locator("#findings .grid .pill").all_inner_texts()
    assert set(pills) == {"critical"}
    seen.page.click("text=Clear all filters")
    seen.page.select_option("#findings select >> nth=1", "=lateral-movement")
    lateral = sum("lateral-movement" in finding.tactics for finding in findings)
    assert seen.status().startswith(f"{lateral} of ")
    seen.page.click("#findings .chip.active")
    host = findings[0].host
    seen.page.select_option("#findings select >> nth=0", label=host)
    assert seen.status().startswith(f"{sum(f.host == host for f in findings)} of ")


@pytest.mark.browser
def test_search_looks_into_findings_and_evidence(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    sample: Any = next(f for f in plausible.findings if "MiniDump" in f.shape).samples[0]
    process = re.findall(r"MiniDump (\d+)", sample["fields"]["CommandLine"])[0]
    seen.search(f"comsvcs minidump {process}")
    assert seen.status().startswith("1 of ")
    seen.search("surely-not-there")
    assert seen.status().startswith("0 of ")
    assert "No finding fits the filters." in seen.page.inner_text("#findings")


@pytest.mark.browser
def test_the_heat_map_filters_by_host_and_tactic(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    cell = seen.page.locator("button.heat").nth(1)
    count = cell.inner_text()
    cell.click()
    assert seen.status().startswith(f"{count} of ")
    assert seen.page.locator('button.heat[aria-pressed="true"]').count() == 1
    seen.page.locator('button.heat[aria-pressed="true"]').click()
    assert " of " not in seen.status()


@pytest.mark.browser
def test_a_marked_time_filters_and_can_be_typed(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    seen.drag_over_chart(0.3, 0.5)
    assert " of " in seen.status()
    assert seen.page.locator(".chart .marked").count() == 1
    seen.page.fill('[aria-label="From, UTC"]', "2026-02-04")
    seen.page.fill('[aria-label="Before, UTC"]', "2026-02-06 00:00")
    seen.page.keyboard.press("Enter")
    start, end = worlds.BASE + 3 * worlds.DAY, worlds.BASE + 5 * worlds.DAY
    rows = np.concatenate([b["filetime"].to_numpy() for b in plausible.matches.batches()])
    expected = set()
    embedded = embed(plausible)
    for place, time in zip(
        embedded.finding.tolist(), embedded.matches["filetime"].to_pylist(), strict=True
    ):
        if start <= time < end:
            expected.add(place)
    assert len(rows) == len(embedded.finding)
    assert seen.status().startswith(f"{len(expected)} of ")
    seen.page.fill('[aria-label="From, UTC"]', "no time")
    seen.page.keyboard.press("Tab")
    assert seen.page.get_attribute('[aria-label="From, UTC"]', "aria-invalid") == "true"
    seen.page.click("text=All times")
    assert " of " not in seen.status()


@pytest.mark.browser
def test_the_chart_answers_to_keys(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    seen.page.focus(".chart svg")
    for key in ("Home", "ArrowRight", "Enter", "End", "Enter"):
        seen.page.keyboard.press(key)
    assert " of " in seen.status() or "Clear all filters" in seen.page.inner_text("#findings")
    assert seen.page.locator(".chart .marked").count() == 1
    seen.page.keyboard.press("Escape")
    assert seen.page.locator(".chart .marked").count() == 0


@pytest.mark.browser
def test_a_finding_unfolds_to_its_evidence(seen: Seen, small: HuntResult) -> None:
    seen.load(small)
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    text = seen.page.inner_text("#findings .unfolded")
    for part in (
        "CommandLine|contains: 'minidump'",
        "rundll32 comsvcs.dll, MiniDump 612",
        "2026-02-01 00:01:30.500000",
        "logs/Security.evtx @ 4096",
        small.sources[0].sha256,
        "0:4096",
        "stale",
        "T1003.001",
    ):
        assert part in text
    assert seen.page.locator("#findings mark").all_inner_texts() == ["MiniDump"]
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    assert seen.page.locator("#findings .unfolded").count() == 0


@pytest.mark.browser
def test_a_correlation_leads_to_its_records(seen: Seen) -> None:
    ids = json.dumps([f"0:{n}" for n in range(60)])
    logs = [worlds.source(0, "logs/Security.evtx")]
    seen.load(worlds.result([worlds.match(0, "a", contributing=ids)], worlds.RULES, logs))
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    text = seen.page.inner_text("#findings .unfolded")
    assert "60 records" in text
    assert "logs/Security.evtx @ 49\nand 10 more in matches.jsonl" in text


@pytest.mark.browser
def test_folds_open_from_the_keyboard_and_copies_are_told(seen: Seen, small: HuntResult) -> None:
    seen.load(small)
    seen.page.focus("#findings button.fold >> nth=1")
    seen.page.keyboard.press("Enter")
    text = seen.page.inner_text("#findings .unfolded")
    assert "2 matches of 1 event: the others are copies of the same events." in text
    assert "copy.zip!Security.csv @ 8192" in text
    seen.page.keyboard.press("/")
    assert seen.page.evaluate("document.activeElement.id") == "search"


@pytest.mark.browser
def test_a_match_copies_as_its_line_of_matches_jsonl(seen: Seen, small: HuntResult) -> None:
    seen.load(small)
    seen.page.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " {value: {writeText: (text) => { window.copied = text; return Promise.resolve(); }}})"
    )
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    seen.page.click("text=Copy match as JSON")
    seen.page.wait_for_selector("text=Copied")
    assert seen.page.evaluate("JSON.parse(window.copied)") == small.findings[0].samples[0]


@pytest.mark.browser
def test_rules_files_rejects_and_refusals_are_accounted_for(seen: Seen, small: HuntResult) -> None:
    seen.load(small)
    rules = seen.page.locator("#rules .grid > tbody > tr")
    assert rules.count() == 6
    seen.page.click("#rules .chip >> nth=3")
    assert rules.count() == 1
    assert "no Sysmon 3 here" in rules.inner_text()
    logs = seen.page.inner_text("#logs")
    for part in (
        "lacks Keywords",
        "made by a viewer",
        "bad_row",
        "7 cells, 9 expected",
        "bomb.zip",
    ):
        assert part in logs
    assert "DC01.corp.example" in seen.page.inner_text("#hosts")
    assert '["high"]' in seen.page.inner_text("#run")


@pytest.mark.browser
def test_tables_sort_by_their_heads(seen: Seen, plausible: HuntResult) -> None:
    seen.load(plausible)
    events = seen.page.locator("#findings .grid > tbody > tr > td.num")
    seen.page.click("#findings th >> text=Events")
    shown = [int(text.split("\n")[0].replace(",", "")) for text in events.all_inner_texts()]
    assert shown == sorted((f.events for f in plausible.findings), reverse=True)[:25]
    seen.page.click("#findings .pager >> text=Next")
    assert seen.page.inner_text("#findings .pager span").startswith("26 to 50 of")


@pytest.mark.browser
def test_log_text_is_inert(seen: Seen, hostile: HuntResult) -> None:
    seen.load(hostile)
    outer = "#findings > .paged > .scroll > .grid > tbody > tr > td > button.fold"
    for fold in seen.page.locator(outer).all():
        fold.click()
    seen.search("script alert")
    assert seen.page.evaluate("typeof window.hacked") == "undefined"
    assert seen.page.locator("img, iframe, object, main script, main a").count() == 0
    assert seen.page.locator("script").count() == 3
    assert (
        seen.page.evaluate("/[\\u202e\\u001b\\u009b\\u2028]/.test(document.body.innerText)")
        is False
    )
    assert "javascript:window.hacked=1" in seen.page.inner_text("#findings")


@pytest.mark.browser
def test_what_lists_say_stands_with_findings_and_entries_are_accounted_for(seen: Seen) -> None:
    seen.load(worlds.given())
    rows = seen.page.locator("#findings tbody tr")
    assert "domain controller, criticality 5, Purdue level 4" in rows.nth(0).inner_text()
    assert "admin, on call" in rows.nth(0).inner_text()
    assert "medium\nrule: high" in rows.nth(2).inner_text()
    rows.nth(0).locator(".fold").click()
    detail = seen.page.inner_text("#findings tr.detail")
    assert "owner: identity" in detail
    assert "8.8.8.8 US, AS15169, Example" in detail
    given = seen.page.inner_text("#given")
    assert "In suppressed.jsonl and in no finding: 1 match." in given
    assert "expired" in given
    assert given.index("it has ended") < given.index("packaging")
    assert "line 3: odd" in given
    seen.search("domain controller")
    assert seen.status().startswith("1 of 3 findings")


@pytest.mark.browser
def test_text_of_lists_is_inert(seen: Seen) -> None:
    seen.load(worlds.given(worlds.HOSTILE))
    assert seen.page.evaluate("typeof window.hacked") == "undefined"
    assert seen.page.locator("#given img, #findings img").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("world", [worlds.nothing_found, worlds.nothing_read])
def test_empty_results_say_what_was_not_seen(seen: Seen, world: Any) -> None:
    seen.load(world())
    assert "What could not be seen" in seen.page.inner_text("#answer")
    assert "There are no findings." in seen.page.inner_text("#findings")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(chromium: Any, tmp_path: Path, small: HuntResult, scheme: str) -> None:
    """Contrast of at least 4.5 to 1 for all text, as WCAG AA asks."""
    context = chromium.new_context(color_scheme=scheme)
    seen = Seen(context.new_page(), tmp_path / "report.html").load(small)
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    faint = seen.page.evaluate(CONTRAST)
    context.close()
    assert faint == []


@pytest.mark.browser
def test_narrow_screens_need_no_sideways_scrolling(
    chromium: Any, tmp_path: Path, hostile: HuntResult
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    seen = Seen(context.new_page(), tmp_path / "report.html").load(hostile)
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= 390


@pytest.mark.browser
def test_without_scripts_the_answer_stands_there(
    chromium: Any, tmp_path: Path, small: HuntResult
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    path = tmp_path / "report.html"
    path.write_text(written(small), "utf-8")
    page.goto(path.as_uri())
    text = page.inner_text("main")
    context.close()
    assert "What could not be seen" in text
    assert "Dump of LSASS" in text


@pytest.mark.slow
@pytest.mark.browser
def test_a_hundred_thousand_unlike_matches_are_quick(seen: Seen) -> None:
    """Loads within 3 s; each filter answers within 300 ms; twice that here, for busy machines."""
    seen.load(unlike(100_000))
    assert seen.data("ready") < 6_000
    seen.page.wait_for_timeout(1_500)
    for text in ("payload", "tool-77 99", ""):
        seen.search(text)
        assert seen.data("filterMs") < 600
    seen.drag_over_chart(0.2, 0.7)
    assert " of " in seen.status()
    assert seen.data("filterMs") < 600
    seen.page.click("#tiles li:nth-child(3) button")
    assert seen.data("filterMs") < 600


@pytest.mark.browser
def test_more_matches_than_fit_are_told_and_still_charted(
    seen: Seen, plausible: HuntResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "embed", lambda result: embed(result, 1_200))
    seen.load(plausible)
    note = seen.page.inner_text("#findings .note")
    assert note.startswith("This page carries all findings and the first ")
    assert "2,000 matches" in note
    seen.drag_over_chart(0.1, 0.9)
    assert " of " in seen.status()
    seen.page.click("#findings th >> text=Events")
    seen.page.click("#findings .grid > tbody > tr >> nth=0")
    assert "matches.jsonl holds all." in seen.page.inner_text("#findings .unfolded")


def unlike(count: int) -> HuntResult:
    """Matches of which no two have equal fields, over five rules and a hundred hosts."""
    rng = np.random.default_rng(3)
    model = worlds.match(0, "a")
    base = pa.RecordBatch.from_pylist([model] * count, schema=MATCH_SCHEMA)
    given = {name: base[name] for name in MATCH_SCHEMA.names}
    given["filetime"] = pa.array(worlds.BASE + np.arange(count) * worlds.SECOND * 40)
    given["rule"] = pa.array(rng.integers(0, 5, count), pa.int32())
    given["offset"] = pa.array(np.arange(count) * 512)
    given["host"] = pa.array([f"H{n}" for n in rng.integers(0, 100, count)]).dictionary_encode()
    given["fields"] = pa.array(
        [
            f'{{"CommandLine":"C:\\\\Tools\\\\tool-{n % 100}.exe --payload {n}-{n * 7919 % 104729} '
            f'--from C:\\\\Users\\\\user{n % 50}\\\\AppData\\\\Local\\\\Temp\\\\job{n}.dat --quiet",'
            f'"Image":"C:\\\\Tools\\\\tool-{n % 100}.exe","ParentImage":"C:\\\\Windows\\\\explorer.exe"}}'
            for n in range(count)
        ]
    )
    given["fingerprint"] = pa.array([n.to_bytes(16, "big") for n in range(count)], pa.binary(16))
    parts = [pa.RecordBatch.from_pydict(given, schema=MATCH_SCHEMA)]
    rules = worlds.RULES
    sources = (worlds.source(0, "logs/Security.evtx"),)
    return HuntResult(worlds.Batches(parts), group(parts, rules, sources), rules, sources, [])


#: Every visible text whose colour is too near to the colour behind it.
CONTRAST = """() => {
  const parse = (text) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d");
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, svg, :disabled")) continue;
    if (!element.checkVisibility() || element.closest(".skip")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""
