"""The answer first: what was found, and what could not have been seen.

Both are said in every report, from here, in the same words. "Nothing found" never stands alone: a rule
without its log is blind, a record that could not be read is silent, and neither is an all-clear.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.events import Fidelity
from gamekeeper.model.findings import LEVELS
from gamekeeper.model.folding import fold
from gamekeeper.model.reasons import counted_reasons
from gamekeeper.rules.files import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.model.findings import Finding, PipelineAccount, RuleAccount, SourceAccount
    from gamekeeper.model.results import HuntResult, ScriptsAccount

#: Levels that the headline counts on their own, with their hosts and their span.
GRAVE: Final = frozenset({"critical", "high"})

#: How paths of rules begin that come with Gamekeeper.
_BUILTIN: Final = f"{BUILTIN}/"

#: Every status of a rule, in the order in which they are told, with what it means.
STATUSES: Final = {
    "matched": "true for at least one event",
    "no_match": "ran on all of its events and matched none",
    "partial": "could run on a part of its events only",
    "no_such_log": "had no log to look at",
    "field_absent": "asks for fields that these logs never fill",
    "unsupported": "could not be run; the reason stands with the rule",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One headline, and sentences on what could not be seen; the latter is never empty."""

    headline: str
    not_seen: tuple[str, ...]


def answer(result: HuntResult) -> Answer:
    """Return what every report says first."""
    return Answer(_headline(result), tuple(_not_seen(result)))


def by_severity(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the number of findings of each severity, the gravest first, zeros kept."""
    return _tallied(finding.severity for finding in findings)


def by_level(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the number of findings of each level of their rules, most severe first, zeros kept."""
    return _tallied(finding.level for finding in findings)


def moved(findings: Iterable[Finding]) -> tuple[int, int]:
    """Return how many findings the criticality of their host has raised, and how many lowered."""
    rank = {level: place for place, level in enumerate(LEVELS)}
    steps = [rank.get(f.level, 0) - rank.get(f.severity, 0) for f in findings]
    return sum(step > 0 for step in steps), sum(step < 0 for step in steps)


def _tallied(words: Iterable[str]) -> dict[str, int]:
    counts = Counter(words)
    levels = [*LEVELS, *sorted(counts.keys() - set(LEVELS))]
    return {level: counts[level] for level in levels}


def by_status(rules: Sequence[RuleAccount]) -> dict[str, int]:
    """Return the number of rules of each status, zeros kept."""
    counts = Counter(rule.status for rule in rules)
    statuses = [*STATUSES, *sorted(counts.keys() - STATUSES.keys())]
    return {status: counts[status] for status in statuses}


def hosts_with_findings(findings: Iterable[Finding]) -> int:
    """Return how many named hosts the findings are on."""
    return len({fold(finding.host) for finding in findings if finding.host})


def number(count: int, noun: str, plural: str = "") -> str:
    """Return a counted noun.

    >>> number(1, "file"), number(1200, "file"), number(2, "entry", "entries")
    ('1 file', '1,200 files', '2 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def day(filetime: int | None) -> str:
    """Return the day of a FILETIME, or "" where no calendar has it."""
    return (iso_time(filetime) or "")[:10]


def _headline(result: HuntResult) -> str:
    if not result.events:
        return "Nothing could be read, so nothing can be said."
    if not result.findings and len(result.suppressed):
        allowed = number(len(result.suppressed), "match", "matches")
        return f"No finding is left: allow-lists took {allowed} out. This is not an all-clear."
    if not result.findings:
        return (
            f"No rule matched in the {number(result.events, 'event')} that could be read. "
            "This is not an all-clear."
        )
    counts = {level: count for level, count in by_severity(result.findings).items() if count}
    grave = [level for level in counts if level in GRAVE] or list(counts)
    told = [finding for finding in result.findings if finding.severity in grave]
    noun = "finding" if len(told) == 1 else "findings"
    levels = listed([f"{counts[level]:,} {level}" for level in grave])
    lesser = len(result.findings) - len(told)
    rest = f"; {lesser:,} of lower severity" if lesser else ""
    linked = _incidents(result)
    return f"{linked}{levels} {noun}{_where(result, told)}{_when(told)}{rest}."


def _incidents(result: HuntResult) -> str:
    """Return how many incidents are to be looked at, by severity; those below medium are not counted."""
    counts = _tallied(one.severity for one in result.incidents)
    worth = {level: counts[level] for level in LEVELS[:3] if counts[level]}
    if not worth:
        return ""
    noun = "incident" if sum(worth.values()) == 1 else "incidents"
    return f"{listed([f'{count:,} {level}' for level, count in worth.items()])} {noun}; "


def _where(result: HuntResult, findings: Sequence[Finding]) -> str:
    affected, known = hosts_with_findings(findings), len(result.hosts)
    if not affected:
        return ""
    if affected >= known:
        return (
            f" on {'all ' if affected > 1 and affected == known else ''}{number(affected, 'host')}"
        )
    return f" on {affected:,} of {number(known, 'host')}"


def _when(findings: Sequence[Finding]) -> str:
    first = min((f.first_seen for f in findings if f.first_seen is not None), default=None)
    last = max((f.last_seen for f in findings if f.last_seen is not None), default=None)
    days = list(dict.fromkeys(filter(None, (day(first), day(last)))))
    if not days:
        return ""
    return f", on {days[0]}" if len(days) == 1 else f", from {days[0]} to {days[1]}"


def _not_seen(result: HuntResult) -> Iterator[str]:
    yield from _blind_rules(result.rules)
    yield from _unread(result)
    yield from _lossy(result.sources)
    yield from _scripts(result.scripts)
    yield from pipeline_remarks(result.pipelines)
    if result.filtered_events:
        events = number(result.filtered_events, "event")
        verb = "was" if result.filtered_events == 1 else "were"
        yield f"{events} {verb} read and left out, as the settings of this run asked."
    yield from _allowed(result)
    yield (
        "Rules find what they describe, in the logs that were given. A log that was not collected, "
        "not switched on or cleared says nothing."
    )


def _allowed(result: HuntResult) -> Iterator[str]:
    taken = len(result.suppressed)
    if taken:
        entries = number(sum(one.matches > 0 for one in result.allowances), "entry", "entries")
        matches = number(taken, "match", "matches")
        verb = "was" if taken == 1 else "were"
        yield f"{matches} {verb} taken out of the findings by {entries} of allow-lists."


def _blind_rules(rules: Sequence[RuleAccount]) -> Iterator[str]:
    counts = by_status(rules)
    if not rules:
        yield "No rule was run."
    elif all(rule.path.startswith(_BUILTIN) for rule in rules):
        yield (
            "Only the built-in rules were run; they add to others and do not stand for them. "
            "'gamekeeper rules update' fetches SigmaHQ's."
        )
    one_many = {
        "no_such_log": ("had no log to look at", "had no log to look at"),
        "field_absent": (
            "asks for a field that these logs never fill",
            "ask for fields that these logs never fill",
        ),
        "partial": (
            "could run on a part of its events only",
            "could run on a part of their events only",
        ),
    }
    for status, (one, many) in one_many.items():
        if counts[status]:
            said = one if counts[status] == 1 else many
            yield f"{counts[status]:,} of {number(len(rules), 'rule')} {said}."
    unusable = counted_reasons(rule.reason for rule in rules if rule.status == "unsupported")
    if unusable:
        total = number(len(rules), "rule")
        yield f"{counts['unsupported']:,} of {total} could not be run at all: {unusable}."


def _unread(result: HuntResult) -> Iterator[str]:
    lost = [source for source in result.sources if source.rejects]
    if lost:
        records = number(sum(source.rejects for source in lost), "record")
        yield f"{records} in {number(len(lost), 'file')} could not be read."
    unknown = sum(not source.format for source in result.sources)
    if unknown:
        yield f"{number(unknown, 'file')} of no known format {'was' if unknown == 1 else 'were'} passed over."
    if result.refusals:
        refused = len(result.refusals)
        yield f"{number(refused, 'input')} {'was' if refused == 1 else 'were'} not opened."


def _lossy(sources: Sequence[SourceAccount]) -> Iterator[str]:
    lossy = sum(source.fidelity == Fidelity.LOSSY for source in sources)
    if lossy:
        verb = "is an export that lacks" if lossy == 1 else "are exports that lack"
        yield f"{number(lossy, 'file')} {verb} fields of the original events."


def _scripts(scripts: ScriptsAccount) -> Iterator[str]:
    if scripts.incomplete:
        whole = number(scripts.scripts, "script")
        verb = "lacks" if scripts.incomplete == 1 else "lack"
        yield f"{scripts.incomplete:,} of {whole} that were logged in parts {verb} some of them."
    if scripts.cut:
        verb = "was" if scripts.cut == 1 else "were"
        yield f"{number(scripts.cut, 'script')} {verb} too long to be looked at in one piece."
    if scripts.rivals:
        claim = "claims" if scripts.rivals == 1 else "claim"
        yield (
            f"{number(scripts.rivals, 'record')} {claim} to be part of a script whose part is there "
            "with another text: the first one was taken."
        )


def pipeline_remarks(pipelines: Iterable[PipelineAccount]) -> Iterator[str]:
    """Yield a sentence for each thing that a pipeline asks for and that has no meaning here."""
    for one in pipelines:
        for ignored in one.ignored:
            yield f"Pipeline {one.path}: {ignored}, which was passed over."
        if one.failed:
            rules = number(one.failed, "rule")
            yield f"Pipeline {one.path} made {rules} unusable; the reason is with each."
