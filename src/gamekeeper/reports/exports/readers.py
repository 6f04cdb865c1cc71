"""What each of three readers is told of incidents.

The *responder* gets the whole story with records. The *executive* gets half a page an incident in plain
words: what happened, how sure that is, what is lost, what is done. The *partner*, outside of the
organisation, gets ways of working: no name of a host or an account and no text of a log, which could hold
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.telling import is_system
from gamekeeper.reports import decided
from gamekeeper.reports.answer import number
from gamekeeper.reports.exports import partner, responder
from gamekeeper.reports.exports.papers import Chapter, Paper, Section
from gamekeeper.reports.exports.responder import dwell, minute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.incidents import Incident
    from gamekeeper.reports.exports.base import Asked, Kept

#: Actions and names that an executive is told.
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
_NONE: Final = (
    "No incident was found in the logs that were searched. That is not an all-clear: 'gamekeeper visibility' "
    "says what these logs could not have shown."
)


def paper(kept: Sequence[Kept], asked: Asked) -> Paper:
    """Return what the reader is told."""
    marking = f"TLP:{asked.marking.upper()}"
    chapters = {"responder": responder.chapter, "executive": _executive, "partner": partner.chapter}
    told = [one for one in kept if asked.reader != "executive" or _is_grave(one.incident)]
    lead = (_NONE,) if not kept else ()
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
        return (
            f"In the logs that were searched, nothing was found that needs a decision now{small}."
        )
    noun = "incident needs" if told == 1 else "incidents need"
    return f"{told:,} {noun} attention{small}."


def _executive(kept: Kept) -> Chapter:
    one = kept.incident
    innocent = one.benign.text.split(". ")[0].rstrip(".")
    people = [name for name in one.accounts if not is_system(name)]
    what = (
        f"Between {minute(one.first_seen)} and {minute(one.last_seen)} UTC ({dwell(one)}).",
        f"{_few(one.hosts, 'computer')} and {_few(people, 'account')} took part.",
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
            Section(sentences=(*what, *caveats, *decided.lines(kept.standing))),
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
