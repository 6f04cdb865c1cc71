"""A host that wrote nothing while it was awake.

Sees: silences of all of a host's channels, four times as long as any other while others saw it, in which
other hosts' logs name it (its machine account logs on or asks for tickets, its name as workstation), or
through which it was up by its own later word (6013). No stop of the machine or of the event log stands at
their beginning. Killed or suspended threads of the event log look like this: no 1100, and nothing more.

What else explains it: a restart, crash or sleep (weighed); an agent or collector that lost its connection;
logs that were collected earlier than the others' (the end of the log is silent).

Blind: hosts whose logs stand alone; hosts that nobody names in the meantime; names that were given to
another machine; silences within one hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.checks.clocks import spelled
from gamekeeper.integrity.coverage import Presence, coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.machines import MINUTE, SPREAD, covered
from gamekeeper.integrity.machines import lives as machines
from gamekeeper.integrity.silences import HISTORY, TIMES
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

#: Around the edges of a silence clocks differ.
_EDGE: Final = 5 * MINUTE
#: Hours in which others saw it that leave little doubt.
_SEEN: Final = 2
#: Hosts, and their share, whose logs go on to the end: the collection's end is that of all.
_PEERS: Final = 2
_SHARE: Final = 0.7
_TOGETHER: Final = 3 * HOUR  # quiet hosts write little at night
_DOWN: Final = 0.5

_Seen = dict[str, list[dict[str, int]]]


class SilentHosts:
    """Looks for silent hosts."""

    name = "silent_hosts"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a silence."""
        told = coverage(facts)
        seen = facts.once("sightings by host", _by_host)
        end = max((int(told.host(host).last[-1]) for host in told.hosts), default=0)
        for host in told.hosts:
            own = told.host(host)
            if len(own.hour) >= HISTORY:
                yield from _of_host(facts, host, own, seen.get(host, []), end)


def _by_host(facts: Facts) -> _Seen:
    found: _Seen = {}
    for row in facts.table("sightings").to_pylist():
        found.setdefault(row["host"], []).append(row)
    return found


def _of_host(
    facts: Facts, host: str, own: Presence, seen: list[dict[str, int]], end: int
) -> Iterator[Anomaly]:
    starts, stops = own.last, np.append(own.first[1:], end)
    lengths = stops - starts
    silent = []
    longest = 0
    for at in np.argsort(-lengths, kind="stable").tolist():
        start, stop = int(starts[at]), int(stops[at])
        if stop - start < HOUR:
            break
        if covered(machines(facts).downtimes(host, start, stop), start, stop) >= _DOWN:
            continue
        witnesses = [s for s in seen if s["last"] > start + _EDGE and s["first"] < stop - _EDGE]
        proof = machines(facts).of(host).up_through(start, stop)
        if witnesses or proof is not None:
            silent.append((start, stop, witnesses, proof))
        elif at < len(lengths) - 1:  # the end of the log without a witness is its end
            longest = max(longest, stop - start)
    for start, stop, witnesses, proof in silent:
        others = [b - a for a, b, *_ in silent if (a, b) != (start, stop)]
        # Silences while it was up by its own word count as its rhythm, too, but for this one.
        usual = max([longest, _usual(lengths), *others])
        if stop - start >= TIMES * usual and not _said_goodbye(facts, host, start):
            is_last = stop == end
            yield _anomaly(facts, (host, start, stop), witnesses, proof, is_last=is_last)


def _usual(lengths: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    """Return the longest silence of less than an hour, or none."""
    short = lengths[lengths < HOUR]
    return int(short.max()) if len(short) else 0


def _said_goodbye(facts: Facts, host: str, start: int) -> bool:
    """Say whether the machine or its event log was stopped at that time, or told of sleep."""
    codes = (1100, 6006, 42, 506)
    near = telling(facts).between(host, start - SPREAD, start + MINUTE)
    life = machines(facts).of(host)
    return any(event.code in codes for event in near) or life.stop_near(start) is not None


def _anomaly(
    facts: Facts,
    silence: tuple[str, int, int],
    witnesses: list[dict[str, int]],
    proof: TellingEvent | None,
    *,
    is_last: bool,
) -> Anomaly:
    host, start, stop = silence
    hours = {one["hour"] for one in witnesses}
    if is_last and witnesses:
        stop = max(one["last"] for one in witnesses)
    sure = proof is not None or len(hours) >= _SEEN
    if is_last and not _others_go_on(facts, host):
        sure = False
    evidence = [_evidence(one) for one in witnesses[:5]]
    if proof is not None:
        evidence.append(proof.evidence("6013: the machine had been up all the time"))
    by = len({one["by"] for one in witnesses})
    seen = (
        f"{by} other hosts saw it in {len(hours)} hours of it" if by else "it was up all the time"
    )
    return Anomaly(
        check=SilentHosts.name,
        text=f"All channels were silent for {spelled(stop - start)}, while {seen}",
        tampering="logging silenced",
        strength=Strength.STRONG if sure else Strength.WEAK,
        host=host,
        start=start,
        stop=stop,
        evidence=tuple(evidence),
        innocent=("reboot", "crash", "sleep", "agent outage", "collection window"),
        techniques=("T1562.002",),
    )


def _evidence(one: dict[str, int]) -> Evidence:
    text = f"{one['code']} on {one['by']} names it"
    return Evidence(text, one["source"], one["offset"], one["record"], one["first"])


def _others_go_on(facts: Facts, host: str) -> bool:
    """Say whether nearly all other hosts' logs end together, so that this one's end is its own."""
    told = coverage(facts)
    lasts = [int(told.host(other).last[-1]) for other in told.hosts if other != host]
    end = max(lasts, default=0)
    together = [last for last in lasts if end - last <= _TOGETHER]
    return len(together) >= _PEERS and len(together) >= _SHARE * len(lasts)
