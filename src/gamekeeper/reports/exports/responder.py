"""One incident for those who answer it: the whole story with its records, as pages and Markdown show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.proving import STEPS, heaviest
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports import decided, reached
from gamekeeper.reports.attack_map import attack_map
from gamekeeper.reports.exports.papers import Chapter, Grid, Section
from gamekeeper.reports.exports.stix_parts import technique_of
from gamekeeper.reports.host_graph import host_graph, ways
from gamekeeper.reports.incident_parts import phase_title
from gamekeeper.reports.incident_pictures import picture
from gamekeeper.reports.step_evidence import evidence

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Incident, Standing, Step
    from gamekeeper.reports.exports.base import Kept


def chapter(kept: Kept) -> Chapter:
    """Return all that is known of one incident."""
    one = kept.incident
    sections = (
        Section(points=_about(one, kept.standing)),
        Section("Ways between hosts", points=ways(one), is_ordered=True),
        Section(reached.TITLE, points=reached.of_incident(one)),
        Section("Story", grid=_story(one)),
        Section("ATT&CK", columns=attack_map(one)),
        Section("The best innocent story", (one.benign.text,)),
        Section("It does not explain", points=one.benign.fails_to_explain),
        Section("Treat as known to the intruder", points=one.credentials_lost),
        *_response(one),
        Section("Collect next", points=one.collect),
        Section("What would make it surer", points=one.confidence.raises),
        Section("What would make it less sure", points=one.confidence.lowers),
        Section("What these logs cannot be trusted with", points=one.caveats),
        Section(
            "Whom it resembles, and who says what of them",
            points=tuple(claim.text for claim in one.attribution),
        ),
    )
    title = f"{one.rank}. {one.headline}"
    return Chapter(title, one.severity, sections, picture(one), host_graph(one))


def _about(one: Incident, standing: Standing) -> tuple[str, ...]:
    return (
        f"Incident {one.id}, severity {one.severity}, {one.score_bits} bits",
        *decided.lines(standing),
        f"From {minute(one.first_seen)} to {minute(one.last_seen)} UTC",
        f"Dwell time: {dwell(one)}",
        f"Hosts: {', '.join(one.hosts)}",
        f"Accounts: {', '.join(one.accounts) or 'none is named'}",
        f"Confidence: {one.confidence.word} ({'; '.join(one.confidence.because)})",
        *([f"It holds what were {', '.join(one.supersedes)}"] if one.supersedes else []),
    )


def minute(time: int | None) -> str:
    """Return a time to the minute."""
    return (iso_time(time) or "unknown")[:16].replace("T", " ")


def dwell(one: Incident) -> str:
    """Return how long lies between the first and the last signal."""
    if one.first_seen is None or one.last_seen is None:
        return "how long is not known"
    minutes = (one.last_seen - one.first_seen) // 600_000_000
    for size, noun in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size:,} {noun}s"
    if minutes < 2:
        return "1 minute" if minutes else "less than a minute"
    return f"{minutes} minutes"


def _story(one: Incident) -> Grid:
    steps = heaviest(one.steps)
    left = len(one.steps) - len(steps)
    return Grid(
        ("time (UTC)", "host", "account", "technique", "what", "records"),
        tuple(_row(step) for step in steps),
        frozenset(at for at, step in enumerate(steps) if step.kind is SignalKind.CONTEXT),
        f"Of {len(one.steps):,} steps the {STEPS} heaviest; the JSON has all." if left else "",
        tuple(evidence(step) for step in steps),
    )


def _row(step: Step) -> tuple[str, ...]:
    times = f" ({step.count:,} times)" if step.count > 1 else ""
    kind = "" if step.kind in {SignalKind.MATCH, SignalKind.CONTEXT} else f"[{step.kind}] "
    return (
        (iso_time(step.time) or "unknown")[:19].replace("T", " "),
        step.host,
        step.account,
        technique_of(step),
        f"{kind}{step.text}{times}",
        ", ".join(step.event_ids[:4]),
    )


def _response(one: Incident) -> list[Section]:
    phases: dict[str, list[str]] = {}
    for action in one.response:
        reason = f" ({action.because})" if action.because else ""
        phases.setdefault(action.phase, []).append(f"{action.text}{reason}")
    return [
        Section(phase_title(phase), points=tuple(texts), is_ordered=True)
        for phase, texts in phases.items()
    ]
