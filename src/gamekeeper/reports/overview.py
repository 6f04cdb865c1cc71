"""The terminal's summary before it is drawn: titled parts of lines and small tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import utf8
from gamekeeper.model.events import Fidelity
from gamekeeper.model.folding import fold
from gamekeeper.reports import answer, chain_texts, incident_parts, new_here, sight, tactics, trust
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gamekeeper.model.findings import Finding, SourceAccount
    from gamekeeper.model.results import HuntResult

#: Findings shown unless the caller asks for more.
TOP: Final = 20
_UNWRITTEN_BREAKS: Final = "--out FOLDER writes all of them with their evidence"
_UNWRITTEN: Final = "; --out FOLDER writes all of them with their evidence"
_LISTED: Final = 10  # refusals and reasons that are listed one by one


def overview(result: HuntResult, written: Sequence[Path] = (), top: int = TOP) -> list[Part]:
    """Return the parts of the summary in the order in which they are read.

    ``written`` are the reports that were made; what is left out here refers to them.
    """
    said = answer.answer(result)
    parts = [
        Part(lines=(Cell(said.headline, "strong"),)),
        *incident_parts.parts(
            result.incidents,
            result.dispositions,
            whole="report.html and incidents.json hold all" if written else "",
        ),
        *sight.verdict_parts(result.visibility),
        *sight.answer_parts(result.visibility),
        _findings(
            result.findings, top, whole="report.html and findings.json hold all" if written else ""
        ),
        *chain_texts.parts(result.chains, whole="chains.jsonl holds all" if written else ""),
        _tactics(result.findings),
        *new_here.parts(
            result.baselines, whole="anomalies.jsonl holds all" if written else _UNWRITTEN_BREAKS
        ),
        *trust.parts(
            result.integrity, whole="integrity.jsonl holds all" if written else _UNWRITTEN_BREAKS
        ),
        _read(result),
        _rejects(result, whole="rejects.jsonl holds each with its place" if written else ""),
        _refusals(result),
        _allowed(result, whole="suppressed.jsonl holds them" if written else ""),
        _context(result),
        _rules(result),
        Part("What could not be seen", tuple(Cell(sentence) for sentence in said.not_seen)),
        written_part(written),
    ]
    return [part for part in parts if part.lines or part.table]


def written_part(written: Sequence[Path]) -> Part:
    """Return the list of the reports that were made."""
    return Part("Written", tuple(Cell(utf8(str(path))) for path in written))


def _head(*names: str) -> tuple[Cell, ...]:
    return tuple(Cell(name) for name in names)


def _findings(findings: Sequence[Finding], top: int, whole: str) -> Part:
    rows = tuple(
        (
            Cell(_severity(finding), finding.severity),
            Cell(f"{finding.events:,}"),
            Cell(_minute(finding.first_seen)),
            Cell(_minute(finding.last_seen)),
            Cell(finding.host),
            Cell(finding.account),
            Cell(finding.title, "strong"),
            Cell(finding.shape, "quiet"),
        )
        for finding in findings[:top]
    )
    if not rows:
        return Part()
    head = _head(
        "severity", "events", "first seen", "last seen (UTC)", "host", "account", "finding", "shape"
    )
    table = Table(head, rows, frozenset({1}), (0, 6, 4, 5))
    return Part("Findings", table=table, more=_more(findings[top:], whole))


def _severity(finding: Finding) -> str:
    if finding.severity == finding.level:
        return finding.severity
    return f"{finding.severity} (rule: {finding.level})"


def _minute(filetime: int | None) -> str:
    return (iso_time(filetime) or "unknown")[:16].replace("T", " ")


def _more(rest: Sequence[Finding], whole: str) -> str:
    if not rest:
        return ""
    levels = [f"{count:,} {level}" for level, count in answer.by_severity(rest).items() if count]
    return f"and {len(rest):,} more ({', '.join(levels)}){': ' + whole if whole else _UNWRITTEN}"


def _tactics(findings: Sequence[Finding]) -> Part:
    counts: Counter[str] = Counter()
    hosts: dict[str, set[str]] = defaultdict(set)
    worst: dict[str, str] = {}
    for finding in findings:  # gravest first, so the first severity met is the worst
        for name in finding.tactics or (tactics.NONE,):
            counts[name] += 1
            hosts[name].add(fold(finding.host))
            worst.setdefault(name, finding.severity)
    rows = tuple(
        (
            Cell(tactics.title(name)),
            Cell(f"{counts[name]:,}"),
            Cell(f"{len(hosts[name] - {''}):,}"),
            Cell(worst[name], worst[name]),
        )
        for name in tactics.in_order(counts)
    )
    if not rows:
        return Part()
    head = _head("tactic", "findings", "hosts", "worst")
    return Part("ATT&CK tactics", table=Table(head, rows, frozenset({1, 2})))


def _read(result: HuntResult) -> Part:
    formats: dict[str, list[SourceAccount]] = defaultdict(list)
    for source in result.sources:
        formats[source.format].append(source)
    rows = tuple(
        (
            Cell(name or "no known format"),
            Cell(f"{len(formats[name]):,}"),
            Cell(f"{sum(s.records_present for s in formats[name]):,}"),
            Cell(f"{sum(s.events for s in formats[name]):,}"),
            Cell(f"{sum(s.rejects for s in formats[name]):,}"),
            Cell(f"{sum(s.recovered for s in formats[name]):,}"),
            Cell(_exports(formats[name])),
        )
        for name in sorted(formats, key=lambda name: (not name, name))
    )
    head = _head("format", "files", "records", "events", "rejects", "recovered", "exports")
    table = Table(head, rows, frozenset({1, 2, 3, 4, 5})) if rows else None
    return Part("Read", table=table) if rows else Part("Read", (Cell("nothing"),))


def _exports(sources: Sequence[SourceAccount]) -> str:
    counts = Counter(source.fidelity for source in sources if source.fidelity)
    named = [f"{counts[kind]:,} {kind}" for kind in Fidelity if counts[kind]]
    return ", ".join(named)


def _rejects(result: HuntResult, whole: str) -> Part:
    reasons: Counter[str] = Counter()
    for reject in result.rejects:
        reasons[reject.reason] += reject.count
    if not reasons:
        return Part()
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    lines = [Cell(f"{count:,} {reason}") for reason, count in ranked[:_LISTED]]
    left = len(ranked) - len(lines)
    more = [f"and {answer.number(left, 'more reason')}"] * bool(left) + [whole] * bool(whole)
    return Part("Rejects", tuple(lines), more="; ".join(more))


def _refusals(result: HuntResult) -> Part:
    if not result.refusals:
        return Part()
    rows = tuple(
        (Cell(refusal.path), Cell(refusal.reason), Cell(refusal.detail))
        for refusal in result.refusals[:_LISTED]
    )
    left = len(result.refusals) - len(rows)
    more = f"and {left:,} more" if left else ""
    return Part("Not opened", table=Table(_head("input", "reason", "what to do"), rows), more=more)


def _allowed(result: HuntResult, whole: str) -> Part:
    """Return the entries of allow-lists, those that need a look first."""
    order = sorted(result.allowances, key=lambda one: (one.status == "applied", -one.matches))
    rows = tuple(
        (
            Cell(f"{one.matches:,}"),
            Cell(one.status.replace("_", " "), "" if one.status == "applied" else "medium"),
            Cell(one.expires),
            Cell(one.owner),
            Cell(one.place),
            Cell(one.remark or one.reason),
        )
        for one in order[:_LISTED]
    )
    if not rows:
        return Part()
    head = _head("matches", "status", "expires", "owner", "entry", "remark or reason")
    left = len(order) - len(rows)
    more = [f"and {answer.number(left, 'more entry', 'more entries')}: summary.json lists all"]
    more = more * bool(left) + [whole] * bool(whole and len(result.suppressed))
    return Part("Allowed", table=Table(head, rows, frozenset({0})), more="; ".join(more))


def _context(result: HuntResult) -> Part:
    """Return what was given about the organisation, with all that is wrong in it."""
    rows = tuple(
        (Cell(file.kind), Cell(f"{file.entries:,}"), Cell(remark), Cell(utf8(file.path)))
        for file in result.context
        for remark in file.remarks or ("",)
    )
    if not rows:
        return Part()
    raised, lowered = answer.moved(result.findings)
    more = ""
    if raised or lowered:
        raised_text = answer.number(raised, "finding")
        more = f"by the criticality of their hosts {raised_text} raised, {lowered:,} lowered"
    head = _head("kind", "entries", "remark", "file")
    return Part("Context", table=Table(head, rows, frozenset({1})), more=more)


def _rules(result: HuntResult) -> Part:
    rows = tuple(
        (Cell(f"{count:,}"), Cell(status.replace("_", " ")), Cell(answer.STATUSES.get(status, "")))
        for status, count in answer.by_status(result.rules).items()
        if count
    )
    if not rows:
        return Part()
    head = _head("rules", "status", "meaning")
    return Part("Rules", table=Table(head, rows, frozenset({0})))
