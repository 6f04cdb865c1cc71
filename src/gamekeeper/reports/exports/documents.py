"""Entries of ``incidents.json`` read back as incidents, so that exports work on types.

Entries of earlier versions lack what came later, and read as incidents without it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.model.incidents import (
    Action,
    Benign,
    Claim,
    Confidence,
    DecidedOn,
    Disposition,
    Hop,
    Incident,
    Matched,
    Reached,
    Said,
    SignalKind,
    Standing,
    Step,
    Version,
)
from gamekeeper.reports.exports.base import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_START: Final = datetime(1601, 1, 1, tzinfo=UTC)
_LISTS: Final = (
    "hosts",
    "accounts",
    "tactics",
    "techniques",
    "collect",
    "credentials_lost",
    "caveats",
    "anchors",
    "supersedes",
    "possible_techniques",
)
_MICROSECOND: Final = timedelta(microseconds=1)


def kept(documents: Iterable[Mapping[str, Any]]) -> tuple[Kept, ...]:
    """Return incidents with what was decided about them, in their order."""
    return tuple(
        Kept(
            incident_of(one),
            standing_of(one.get("disposition") or {}),
            one,
            Version(**one["version"]) if "version" in one else None,
        )
        for one in documents
    )


def standing_of(given: Mapping[str, Any]) -> Standing:
    """Return what was decided, as the ``disposition`` of an entry has it."""
    said = _disposition(given)
    return Standing(
        said,
        given.get("counts_as") or said.status,
        given.get("grown") or "",
        tuple((one["incident"], _disposition(one)) for one in given.get("others", ())),
    )


def _disposition(given: Mapping[str, Any]) -> Disposition:
    names = ("status", "owner", "note", "changed_at")
    texts = {name: str(given[name]) for name in names if given.get(name)}
    then = given.get("decided_on")
    found = DecidedOn(**{**then, "anchors": tuple(then["anchors"])}) if then else None
    return Disposition(**texts, decided_on=found)


def filetime_of(time: str | None) -> int | None:
    """Return an ISO time of UTC as FILETIME, to the microsecond.

    >>> filetime_of("2026-01-31T23:59:59.123456Z"), filetime_of(None)
    (134143775991234560, None)
    """
    if time is None:
        return None
    moment = datetime.fromisoformat(time)
    return (moment - _START) // _MICROSECOND * 10


def incident_of(one: Mapping[str, Any]) -> Incident:
    """Return one entry as an incident."""
    benign = one["benign_explanation"]
    given: dict[str, Any] = {
        **{name: one[name] for name in ("id", "rank", "score_bits", "severity", "headline")},
        **{name: tuple(one.get(name, ())) for name in _LISTS},
        **{name: one.get(name, 0) for name in ("signals", "events")},
    }
    return Incident(
        **given,
        confidence=_confidence(one["confidence"]),
        first_seen=filetime_of(one["first_seen"]),
        last_seen=filetime_of(one["last_seen"]),
        steps=tuple(_step(step) for step in one["steps"]),
        benign=Benign(**{**benign, "fails_to_explain": tuple(benign["fails_to_explain"])}),
        response=tuple(Action(**action) for action in one.get("response", ())),
        hops=tuple(_hop(hop) for hop in one.get("hops", ())),
        reached=tuple(_reached(way) for way in one.get("reached", ())),
        attribution=tuple(Claim(**claim) for claim in one.get("attribution", ())),
    )


def _confidence(one: Mapping[str, Any]) -> Confidence:
    lists = (tuple(one[name]) for name in ("because", "raises", "lowers"))
    return Confidence(one["word"], *lists)


def _step(one: Mapping[str, Any]) -> Step:
    words = (
        "host",
        "account",
        "tactic",
        "technique",
        "text",
        "bits",
        "count",
        "from_host",
        "joined",
    )
    given: dict[str, Any] = {
        **{name: one[name] for name in words},
        **{name: tuple(one.get(name, ())) for name in ("event_ids", "techniques")},
    }
    return Step(
        **given,
        time=filetime_of(one["time"]),
        last_time=filetime_of(one["last_time"]),
        kind=SignalKind(one["kind"]),
        said=tuple(_said(said) for said in one["said"]),
    )


def _said(one: Mapping[str, Any]) -> Said:
    matched = tuple(Matched(**condition) for condition in one.get("matched", ()))
    return Said(**{**one, "matched": matched})


def _reached(one: Mapping[str, Any]) -> Reached:
    return Reached(
        **{**one, "time": filetime_of(one["time"]), "event_ids": tuple(one["event_ids"])}
    )


def _hop(one: Mapping[str, Any]) -> Hop:
    return Hop(
        filetime_of(one["time"]), one["from_host"], one["to_host"], one["account"], one["how"]
    )
