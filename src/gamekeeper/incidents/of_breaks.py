"""Breaks of logs as observations: those that are proved or likely, one a channel, check and day.

Acts that a record shows (a clear, auditing switched off) are one only where they follow each other within
minutes: two clears of one day may be of two hands, or of two recordings.

What an innocent cause explains as well is no signal: it stays a caveat. Breaks of one channel on one day
mostly see one hand: the gravest counts whole, the others by a share. What the computer itself did counts
for half.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.cells import DAY
from gamekeeper.incidents.telling import is_system
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.breaks import Break, IntegrityResult

#: As rules of today call it; v18 has it under defense-evasion.
TACTIC: Final = "defense-impairment"
#: Checks that see an act in a record of its own, which is the first evidence. Others see what is not there.
ACTS: Final = frozenset(
    {
        "audit_policy",
        "clears",
        "clocks",
        "defender_off",
        "log_settings",
        "logging_stops",
        "powershell_downgrade",
        "sysmon_switches",
    }
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What equal breaks have in common."""

    host: str
    channel: str
    day: int
    check: str
    standing: str
    account: str


def of_breaks(integrity: IntegrityResult, parameters: Parameters) -> Iterator[Observation]:
    """Yield the observations of all breaks that weigh something."""
    kinds: dict[_Kind, list[Break]] = defaultdict(list)
    for one in integrity.breaks:
        if parameters.bits_of_break(one.standing, one.anomaly.check) > 0:
            kinds[_kind(one)].append(one)
    by_log: dict[tuple[str, str, int], list[Observation]] = defaultdict(list)
    pause = parameters.links["tracks"].horizon
    for kind, breaks in kinds.items():
        for run in _runs(breaks, pause) if kind.check in ACTS else [breaks]:
            found = _observation(kind, run, integrity, parameters)
            by_log[kind.host, kind.channel, kind.day].append(found)
    for of_log in by_log.values():
        yield from _once(of_log, parameters)


def _kind(one: Break) -> _Kind:
    seen = one.anomaly
    first, _ = _times(one)
    day = -1 if first is None else first // DAY
    return _Kind(seen.host, seen.channel, day, seen.check, one.standing, seen.account)


def _runs(breaks: Sequence[Break], pause: int) -> list[list[Break]]:
    """Return breaks in order of time, cut where more than a pause lies between two."""
    runs: list[list[Break]] = []
    last = 0
    for one in sorted(breaks, key=lambda one: _times(one)[0] or 0):
        time = _times(one)[0] or 0
        if not runs or time - last > pause:
            runs.append([])
        runs[-1].append(one)
        last = time
    return runs


def _times(one: Break) -> tuple[int | None, int | None]:
    """Return when it was done, where a record says so, else the time that cannot be trusted."""
    seen = one.anomaly
    if seen.check in ACTS and seen.evidence and seen.evidence[0].filetime is not None:
        return seen.evidence[0].filetime, seen.evidence[0].filetime
    first = seen.start if seen.start is not None else seen.stop
    return first, seen.stop if seen.stop is not None else first


def _observation(
    kind: _Kind, breaks: Sequence[Break], integrity: IntegrityResult, parameters: Parameters
) -> Observation:
    seen = breaks[0].anomaly
    host = integrity.hosts.get(kind.host, kind.host)
    channel = integrity.channels.get(kind.channel, kind.channel)
    bits = parameters.bits_of_break(kind.standing, kind.check)
    if kind.account and is_system(kind.account):
        bits *= parameters.break_by_system
    firsts = [first for one in breaks if (first := _times(one)[0]) is not None]
    lasts = [last for one in breaks if (last := _times(one)[1]) is not None]
    where = "" if fold(channel) in fold(seen.text) else f"{channel}: "
    more = f" (and {len(breaks) - 1:,} more {_when(kind)})" if len(breaks) > 1 else ""
    return Observation(
        kind=SignalKind.BREAK,
        by=kind.check,
        title=f"{seen.tampering[:1].upper()}{seen.tampering[1:]}",
        bits=bits,
        techniques=seen.techniques,
        tactic=TACTIC,
        host=host,
        account=kind.account,
        shape=f"{kind.channel} {kind.standing}",
        text=f"{where}{seen.text}{more}",
        because=f"{kind.standing}: {_weighed(breaks[0])}",
        events=tuple(_cited(breaks)),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )


def _when(kind: _Kind) -> str:
    return "within minutes" if kind.check in ACTS else "of that day"


def _weighed(one: Break) -> str:
    """Return in words what was held against it."""
    if not one.explanations:
        return "no innocent cause fits"
    return f"{', '.join(found.cause for found in one.explanations)} would explain it less well"


def _cited(breaks: Iterable[Break]) -> Iterator[Cited]:
    for one in breaks:
        first = next(iter(one.anomaly.evidence), None)
        if one.anomaly.check not in ACTS or first is None:
            continue
        if first.source is not None and first.offset is not None:
            yield Cited(first.source, first.offset, first.filetime, b"")


def _once(found: Sequence[Observation], parameters: Parameters) -> Iterator[Observation]:
    ordered = sorted(
        found, key=lambda one: (-one.bits, one.by, one.shape, one.account, one.first or 0)
    )
    for at, one in enumerate(ordered):
        yield one if at == 0 else replace(one, bits=one.bits * parameters.break_again)
