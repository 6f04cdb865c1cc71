"""What each of three readers is told of incidents.

The *responder* gets the whole story with records. The *executive* gets half a page an incident in plain
words: what happened, how sure that is, what is lost, what is done. The *partner*, outside of the
organisation, gets ways of working: no name of a host or an account and no text of a log, which could hold
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.reports.answer import number
from gamekeeper.reports.exports import partner
from gamekeeper.reports.exports.papers import Chapter, Grid, Paper, Section
from gamekeeper.reports.incident_parts import phase_title
from gamekeeper.reports.incident_pictures import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.incidents import Incident, Step
    from gamekeeper.reports.exports.base import Asked, Kept

#: Steps that a story tells, the heaviest; actions and names that an executive is told.
STEPS: Final = 300
_ACTIONS: Final = 4
_NAMES: Final = 3
#: Incidents that an executive reads of, one by one.
_GRAVE: Final = ("critical", "high", "medium")
_PLAIN: Final = {
    "critical": "This needs people now.",
    "high": "This needs people today.",
    "medium": "This should be looked into this week.",
    "low": "This is most likely ordinary work, and worth a look.",
}


def paper(kept: Sequence[Kept], asked: Asked) -> Paper:
    """Return what the reader is told."""
    marking = f"TLP:{asked.marking.upper()}"
    chapters = {"responder": _responder, "executive": _executive, "partner": partner.chapter}
    told = [one for one in kept if asked.reader != "executive" or _is_grave(one.incident)]
    lead = ("No incidents.",) if not kept else ()
    if asked.reader == "executive" and kept:
        lead = (_lead([one.incident for one in kept], len(told)),)
    return Paper(
        title={"partner": "Ways of working that were seen"}.get(asked.reader, "Incidents"),
        marking=marking,
        lead=lead,
        chapters=tuple(chapters[asked.reader](one) for one in told),
    )


def _is_grave(one: Incident) -> bool:
    return one.severity in _GRAVE


def _lead(incidents: Sequence[Incident], told: int) -> str:
    left = len(incidents) - told
    small = f"; {number(left, 'small one')} not told here" if left else ""
    if not told:
        return f"Nothing was found that needs a decision now{small}."
    noun = "incident needs" if told == 1 else "incidents need"
    return f"{told:,} {noun} attention{small}."


def minute(time: int | None) -> str:
    """Return a time to the minute."""
    return (iso_time(time) or "unknown")[:16].replace("T", " ")


def _responder(kept: Kept) -> Chapter:
    one = kept.incident
    about = (
        f"Incident {one.id}, severity {one.severity}, {one.score_bits} bits",
        f"From {minute(one.first_seen)} to {minute(one.last_seen)} UTC",
        f"Hosts: {', '.join(one.hosts)}",
        f"Accounts: {', '.join(one.accounts)}",
        f"ATT&CK: {', '.join(one.techniques)}",
        f"Confidence: {one.confidence.word} ({'; '.join(one.confidence.because)})",
        *_decided(kept),
    )
    sections = (
        Section(points=about),
        Section("Story", grid=_story(one)),
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
    return Chapter(f"{one.rank}. {one.headline}", one.severity, sections, picture(one))


def _decided(kept: Kept) -> tuple[str, ...]:
    said = kept.decision
    return (f"Decided: {said.status}, {said.owner}: {said.note}",) if said.changed_at else ()


def _story(one: Incident) -> Grid:
    heavy = sorted(one.steps, key=lambda step: -step.bits)[:STEPS]
    chosen = {id(step) for step in heavy}
    steps = [step for step in one.steps if id(step) in chosen]
    left = len(one.steps) - len(steps)
    return Grid(
        ("time (UTC)", "host", "account", "technique", "what", "records"),
        tuple(_row(step) for step in steps),
        frozenset(at for at, step in enumerate(steps) if step.kind == "context"),
        f"{left:,} lighter steps are in the JSON." if left else "",
    )


def _row(step: Step) -> tuple[str, ...]:
    times = f" ({step.count:,} times)" if step.count > 1 else ""
    kind = "" if step.kind in {"match", "context"} else f"[{step.kind}] "
    return (
        (iso_time(step.time) or "unknown")[:19].replace("T", " "),
        step.host,
        step.account,
        step.technique,
        f"{kind}{step.text}{times}",
        ", ".join(step.event_ids[:4]),
    )


def _response(one: Incident) -> list[Section]:
    phases: dict[str, list[str]] = {}
    for action in one.response:
        phases.setdefault(action.phase, []).append(action.text)
    return [
        Section(phase_title(phase), points=tuple(texts), is_ordered=True)
        for phase, texts in phases.items()
    ]


def _executive(kept: Kept) -> Chapter:
    one = kept.incident
    innocent = one.benign.text.split(". ")[0].rstrip(".")
    what = (
        f"Between {minute(one.first_seen)} and {minute(one.last_seen)} UTC ({_long(one)}).",
        f"{_few(one.hosts, 'computer')} and {_few(one.accounts, 'account')} took part.",
        f"That this is an intrusion is {one.confidence.word}. {_PLAIN.get(one.severity, '')}",
        f"The best innocent explanation would be: {innocent}."
        + (" It leaves some of what was seen unexplained." if one.benign.fails_to_explain else ""),
    )
    caveats = one.caveats[:1] and (
        "Some logs of these computers cannot be trusted for that time: more may have happened.",
    )
    doing = tuple(action.text for action in one.response[:_ACTIONS])
    plain, _, _ = one.headline.partition(", as in ")  # the name of a chain is for responders
    return Chapter(
        plain,
        one.severity,
        (
            Section(sentences=(*what, *caveats)),
            Section("What has to be treated as lost", points=one.credentials_lost[:_ACTIONS]),
            Section("What comes first", points=doing, is_ordered=True),
        ),
    )


def _few(names: Sequence[str], noun: str) -> str:
    if not names:
        return f"no known {noun}"
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    kind = noun if len(names) == 1 else f"{noun}s"
    return f"{len(names)} {kind} ({', '.join(names[:_NAMES])}{more})"


def _long(one: Incident) -> str:
    if one.first_seen is None or one.last_seen is None:
        return "how long is not known"
    minutes = (one.last_seen - one.first_seen) // 600_000_000
    for size, noun in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size:,} {noun}s"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
