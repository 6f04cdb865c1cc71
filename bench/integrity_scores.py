"""How well breaks agree with what was done to a simulated world's logs. Pure functions over two lists of
rows.

``acts`` are lines of ``tampering.jsonl``, ``breaks`` lines of ``integrity.jsonl``. A break is *grave*
where its verdict is proved or likely. It is about an act where host and channel agree and either the
EventRecordIDs or the times overlap; an act on all channels agrees with every channel, and the files in
which an act left its traces are channels of it, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Row = Mapping[str, Any]
GRAVE: Final = frozenset({"proved", "likely"})
#: What a break's time may be off by: records before and after a gap are its neighbours, not its edges.
SLACK: Final = 900 * 10_000_000
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
#: Words that a break may give for an innocent act.
CAUSES: Final[dict[str, frozenset[str]]] = {
    "rotation": frozenset({"rotation"}),
    "archive": frozenset({"archive", "rotation"}),
    "log full": frozenset({"log full", "log filled up", "rotation"}),
    "reboot": frozenset({"reboot", "shutdown", "downtime"}),
    "crash": frozenset({"crash"}),
    "sleep": frozenset({"sleep", "hibernate"}),
    "agent outage": frozenset({"agent outage", "agent loss", "collector outage"}),
    "export": frozenset({"export", "exported", "filtered export"}),
    "filtered export": frozenset({"filtered export", "collection window", "export"}),
    "live copy": frozenset({"live copy"}),
    "growing copies": frozenset({"growing copies", "copies", "copy"}),
    "clock sync": frozenset({"clock sync", "time sync"}),
    "policy change": frozenset({"policy change", "group policy"}),
    "sysmon update": frozenset({"sysmon update", "update", "service restart"}),
}


def _short(host: object) -> str:
    return str(host or "").partition(".")[0].casefold()


def _filetime(text: object) -> int | None:
    if text is None or isinstance(text, int):
        return text
    whole, _, rest = str(text).removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(f"{whole}+00:00") - _EPOCH
    ticks = int(f"{rest or 0:0<7}"[:7])
    return (seconds.days * 86_400 + seconds.seconds) * 10_000_000 + ticks


def _channel_of(file: str) -> str:
    name = file.rpartition("/")[2].removesuffix(".evtx").replace("%4", "/")
    return "security" if name.startswith("Archive-Security") else name.casefold()


def _overlaps(first: tuple[Any, Any], second: tuple[Any, Any], slack: int = 0) -> bool:
    """Say whether two stretches share something; an open end reaches as far as needed."""
    (a, b), (c, d) = first, second
    starts_in_time = a is None or d is None or a <= d + slack
    ends_in_time = b is None or c is None or b >= c - slack
    return starts_in_time and ends_in_time


def is_about(one: Row, act: Row) -> bool:
    """Say whether a break is about an act."""
    hosts = {_short(act["host"]), *(_short(name.rpartition("/")[0]) for name in act["files"])}
    if one["host.name"] is not None and _short(one["host.name"]) not in hosts:
        return False
    channels = {str(name).casefold() for name in act["channel"]}
    channels |= {_channel_of(name) for name in act["files"]}
    channel = one["channel"]
    if channel is not None and "*" not in channels and str(channel).casefold() not in channels:
        return False
    records = (one["record.from"], one["record.to"])
    spoilt = (act["record.from"], act["record.to"])
    if None not in (*records, *spoilt) and _overlaps(records, spoilt):
        return True
    times = (_filetime(one["from"]), _filetime(one["to"]))
    path = str(one["source.path"] or "").replace("\\", "/")
    if times == (None, None):
        return any(path.endswith(name) for name in act["files"])
    return _overlaps(times, (act["from"], act["to"]), SLACK)


#: What moves the ids of all later records, so that breaks about those follow from it.
_RENUMBERS: Final = frozenset({"renumbered", "header-renumbered", "linked-past-renumbered"})


def is_aftermath(one: Row, act: Row) -> bool:
    """Say whether a break is about records that an act before them numbered anew."""
    later = _filetime(one["to"])
    return (
        act["method"] in _RENUMBERS
        and _short(one["host.name"]) == _short(act["host"])
        and str(one["channel"] or "").casefold() in {name.casefold() for name in act["channel"]}
        and (later is None or later >= act["from"])
    )


def subject_of(one: Row, acts: Iterable[Row]) -> Row | None:
    """Return the narrowest act that a break is about, one on its own host before what has a file there."""
    about = [act for act in acts if is_about(one, act)]
    host = _short(one["host.name"])
    return min(
        about, key=lambda act: (_short(act["host"]) != host, act["to"] - act["from"]), default=None
    )


@dataclass(slots=True)
class Scores:
    """Sums over worlds."""

    worlds: int = 0
    host_days: int = 0
    provable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unprovable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unprovable_found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    #: Innocent acts by cause and by what became of them.
    innocent: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    false: list[dict[str, Any]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)
    live_copies: int = 0
    grave_on_live_copies: list[dict[str, Any]] = field(default_factory=list)

    def add(self, seed: int, host_days: int, acts: list[Row], breaks: list[Row]) -> None:
        """Add one world."""
        self.worlds += 1
        self.host_days += host_days
        tampering = [act for act in acts if not act["innocent"]]
        grave = [one for one in breaks if one["verdict"] in GRAVE]
        subjects = [subject_of(one, tampering) for one in grave]
        for act in tampering:
            self._add_tampering(seed, act, is_found=any(act is one for one in subjects))
        others = [one for one in breaks if subject_of(one, tampering) is None]
        for act in acts:
            if act["innocent"]:
                self._add_innocent(seed, act, others)
        self.false += [
            {"seed": seed, **_told(one)}
            for one, subject in zip(grave, subjects, strict=True)
            if subject is None and not any(is_aftermath(one, act) for act in tampering)
        ]

    def _add_tampering(self, seed: int, act: Row, *, is_found: bool) -> None:
        counts, hits = (
            (self.provable, self.found)
            if act["provable"]
            else (self.unprovable, self.unprovable_found)
        )
        counts[act["method"]] += 1
        hits[act["method"]] += is_found
        if act["provable"] and not is_found:
            self.missed.append({"seed": seed, **act})

    def _add_innocent(self, seed: int, act: Row, breaks: list[Row]) -> None:
        about = [one for one in breaks if is_about(one, act)]
        self.innocent[act["cause"]][_outcome(act, about)] += 1
        if act["cause"] == "live copy":
            self.live_copies += 1
            paths = tuple(act["files"])
            self.grave_on_live_copies += [
                {"seed": seed, **_told(one)}
                for one in about
                if one["verdict"] in GRAVE and str(one["source.path"] or "").endswith(paths)
            ]


def _outcome(act: Row, about: Iterable[Row]) -> str:
    """Say what was made of an innocent act: grave, right, wrong, or nothing was reported."""
    verdicts = list(about)
    if any(one["verdict"] in GRAVE for one in verdicts):
        return "grave"
    causes = {str(one["cause"] or "").casefold().replace("_", " ") for one in verdicts}
    if not causes:
        return "silent"
    return "right" if causes & CAUSES[act["cause"]] else "wrong"


def _told(one: Row) -> dict[str, Any]:
    keys = (
        "check",
        "verdict",
        "cause",
        "host.name",
        "channel",
        "from",
        "to",
        "source.path",
        "text",
    )
    return {key: one.get(key) for key in keys}


def summary(scores: Scores) -> dict[str, Any]:
    """Return the figures, all of them simulated."""
    provable, found = sum(scores.provable.values()), sum(scores.found.values())
    months = scores.host_days / 30
    told = {cause: dict(outcomes) for cause, outcomes in sorted(scores.innocent.items())}
    outcomes = [outcome for by in told.values() for outcome, n in by.items() for _ in range(n)]
    reported = [outcome for outcome in outcomes if outcome != "silent"]
    return {
        "worlds": scores.worlds,
        "host_months": round(months, 2),
        "provable": provable,
        "found": found,
        "share_found": _share(found, provable),
        "by_method": {
            name: {
                "provable": n,
                "found": scores.found[name],
                "share": _share(scores.found[name], n),
            }
            for name, n in sorted(scores.provable.items())
        },
        "unprovable": {
            name: {"acts": n, "found": scores.unprovable_found[name]}
            for name, n in sorted(scores.unprovable.items())
        },
        "false_breaks": len(scores.false),
        "false_breaks_per_10_host_months": round(10 * len(scores.false) / months, 2),
        "false_by_check": _counted(one["check"] for one in scores.false),
        "innocent": told,
        "innocent_acts": len(outcomes),
        "innocent_reported": len(reported),
        "share_right_cause": _share(reported.count("right"), len(reported)),
        "live_copies": scores.live_copies,
        "grave_on_live_copies": len(scores.grave_on_live_copies),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    return dict(sorted(counts.items()))
