"""LR-10, LR-11, LR-35 and LR-36: are logs whole, awake, on one clock, and can they be read?

Record numbers and tampering are judged by ``integrity``; here its breaks are counted. A silence counts where
other logs of the host speak in at least half of its hours. Clocks: what a host's own 4616 says; how far two
hosts are apart no log of one host tells.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.events import telling
from gamekeeper.model.breaks import Evidence, Standing
from gamekeeper.model.folding import fold
from gamekeeper.model.visibility import Outcome
from gamekeeper.visibility.checks.look import Found
from gamekeeper.visibility.roles import SERVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.visibility.checks.look import Look, Row

_GRAVE: Final = {Standing.PROVED, Standing.LIKELY}


def of_breaks(_row: Row, look: Look) -> Found:
    """Breaks that miss records."""
    if look.integrity is None:
        return Found(Outcome.CANNOT_TELL, "The logs were not looked at as a whole.")
    found = [
        one
        for one in look.integrity.breaks
        if one.lowers_trust and one.anomaly.records != (None, None)
    ]
    if not found:
        return Found(Outcome.PASS, "No record number is missing without a cause.")
    grave = [one for one in found if one.standing in _GRAVE]
    hosts = tuple(dict.fromkeys(one.anomaly.host for one in found))
    text = f"{len(found):,} holes or resets, {len(grave):,} of them proved or likely, on {look.named(hosts)}."
    evidence = tuple(e for one in (grave or found)[:3] for e in one.anomaly.evidence[:1])
    outcome = Outcome.FAIL if grave else Outcome.WARN
    return Found(outcome, text, hosts, len(look.scope.hosts), evidence)


def of_silence(row: Row, look: Look) -> Found:
    """Hours in which one log is silent while others of its host speak."""
    asked = look.spoke()
    servers = look.of_roles((SERVER,))
    silences = _silences(look, fold(row.more["channel"]))
    worst = {
        host: hours
        for host, hours in zip(look.scope.hosts, silences, strict=True)
        if hours > row.more["warn_hours"]
    }
    if not worst:
        text = f"On {asked.sum():,} hosts the {row.more['channel']} log speaks whenever others do."
        return Found(Outcome.PASS, text, (), int(asked.sum()))
    is_long = any(
        hours > row.more["fail_hours"] and servers[look.scope.hosts.index(host)]
        for host, hours in worst.items()
    )
    text = (
        f"The {row.more['channel']} log is silent for up to {max(worst.values()):,} hours while others "
        f"speak: {look.named(tuple(worst))}."
    )
    figures = tuple(
        (look.names.get(host, host), f"{hours:,} hours") for host, hours in worst.items()
    )
    outcome = Outcome.FAIL if is_long else Outcome.WARN
    return Found(outcome, text, tuple(worst), int(asked.sum()), (), figures)


def _silences(look: Look, channel: str) -> list[int]:
    """Return, by host, the longest silence between two hours of a log that its siblings deny, in hours."""
    own = _by_host(look, [channel])
    others = _by_host(look, [name for name in look.seen.channels() if name != channel])
    return [_longest(spoken, alive) for spoken, alive in zip(own, others, strict=True)]


def _by_host(look: Look, channels: list[str]) -> list[NDArray[np.int64]]:
    parts = [look.seen.hours_of(name) for name in channels]
    nothing = np.zeros(0, np.int64)
    host = np.concatenate([nothing, *(part[0] for part in parts)])
    hour = np.concatenate([nothing, *(part[1] for part in parts)])
    order = np.lexsort((hour, host))
    ends = np.searchsorted(host[order], np.arange(1, len(look.scope.hosts) + 1))
    return [np.unique(part) for part in np.split(hour[order], ends)[:-1]]


def _longest(spoken: NDArray[np.int64], alive: NDArray[np.int64]) -> int:
    gaps = np.diff(spoken) - 1
    between = np.searchsorted(alive, spoken[1:]) - np.searchsorted(alive, spoken[:-1] + 1)
    denied = gaps[(gaps > 0) & (between * 2 >= gaps)]
    return int(denied.max()) if len(denied) else 0


def of_clock(row: Row, look: Look) -> Found:
    """Steps of the clock that a host itself reports."""
    events = telling(look.facts)
    steps: dict[str, float] = {}
    evidence = []
    # Few: the clock is set now and then.
    for host in events.hosts:
        for one in events.of(host, 4616):
            step = _step_s(one)
            if step > row.more["warn_s"]:
                steps[host] = max(step, steps.get(host, 0.0))
                evidence.append(one.evidence(f"the clock was set by {step:,.0f} seconds"))
    if steps:
        worst = max(steps.values())
        text = (
            f"Clocks were set by up to {worst:,.0f} seconds on {look.named(tuple(steps))}; a host that slept "
            "or was suspended does so, too."
        )
        return Found(Outcome.WARN, text, tuple(steps), len(look.scope.hosts), tuple(evidence[:5]))
    text = (
        f"No host reports that its clock was set by more than {row.more['warn_s']} seconds; how far the "
        "clocks of hosts are apart, these logs do not tell."
    )
    return Found(Outcome.INFO, text, (), len(look.scope.hosts))


def _step_s(event: TellingEvent) -> float:
    before, after = (_moment(event.fields.get(name, "")) for name in ("PreviousTime", "NewTime"))
    return abs((after - before).total_seconds()) if before and after else 0.0


def _moment(text: str) -> datetime | None:
    whole, _, rest = text.rstrip("Z").partition(".")
    try:
        return datetime.fromisoformat(f"{whole}.{rest[:6] or '0'}+00:00")
    except ValueError:
        return None


def of_rejects(row: Row, look: Look) -> Found:
    """Files of which too many records could not be read."""
    sources = list(look.facts.sources.values())
    poor = [
        one for one in sources if one.rejects > (one.events + one.rejects) * row.more["warn_share"]
    ]
    if not poor:
        share = f"{row.more['warn_share']:.0%}"
        text = f"Of {len(sources):,} files none has more than {share} unreadable records."
        return Found(Outcome.PASS, text, (), len(sources))
    total = sum(one.rejects for one in poor)
    text = (
        f"{len(poor):,} of {len(sources):,} files have many unreadable records, {total:,} in all."
    )
    evidence = tuple(
        Evidence(
            f"{one.rejects:,} of {one.rejects + one.events:,} records could not be read", one.number
        )
        for one in poor[:5]
    )
    return Found(Outcome.WARN, text, (), len(sources), evidence)
