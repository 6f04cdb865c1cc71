"""A host that wrote nothing while it was awake.

Sees: silences of all of a host's channels, four times as long as any other while others saw it, in which
other hosts' logs name it (its machine account logs on or asks for tickets, its name as workstation), or
through which it was up by its own later word (6013). A history of 20 hours is enough, and a shorter one
where it says as much: a host that wrote in each of the ten hours in which it was seen does not by chance
write nothing in the next ten. No stop of the machine or of the event log stands at the beginning. Killed or
suspended threads of the event log look like this: no 1100, and nothing more.

What else explains it: a restart, crash or sleep (weighed); an agent or collector that lost its connection;
logs that were collected earlier than the others' (the end of the log is silent).

Blind: hosts whose logs stand alone; hosts that nobody names in the meantime, such as the only domain
controller; names that were given to another machine; silences within one hour; logs that begin a few hours
before they fall silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.integrity.coverage import Presence, coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.machines import MINUTE, SPREAD, covered, machines
from gamekeeper.integrity.rows import by_host
from gamekeeper.integrity.silences import HISTORY, TIMES
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

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
#: The chance of a silence that is small enough where the log is short: one is asked of each host.
_UNLIKELY: Final = 1e-5


class SilentHosts:
    """Looks for silent hosts."""

    name = "silent_hosts"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a silence."""
        told = coverage(facts)
        seen = facts.once("sightings by host", _by_host)
        end = max((int(told.host(host).last[-1]) for host in told.hosts), default=0)
        for host in told.hosts:
            rows = seen[host].to_pylist() if host in seen else []
            yield from _of_host(facts, host, told.host(host), rows, end)


def _by_host(facts: Facts) -> dict[str, pa.Table]:
    return by_host(facts.table("sightings"))


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
        told = len(own.hour) >= HISTORY or _chance(own, seen, witnesses) <= _UNLIKELY
        if told and stop - start >= TIMES * usual and not _said_goodbye(facts, host, start):
            is_last = stop == end
            yield _anomaly(facts, (host, start, stop), witnesses, proof, is_last=is_last)


def _usual(lengths: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    """Return the longest silence of less than an hour, or none."""
    short = lengths[lengths < HOUR]
    return int(short.max()) if len(short) else 0


def _chance(own: Presence, seen: list[dict[str, int]], witnesses: list[dict[str, int]]) -> float:
    """Return how likely a host is to write nothing in the hours in which others saw it in a silence.

    By the hours in which they saw it otherwise, and whether it wrote in them: Laplace's rule, taken again
    after each silent hour, so that a host of which little is known is soon believed to be a quiet one.
    """
    silent = {one["hour"] for one in witnesses}
    hours = np.array(sorted({one["hour"] for one in seen} - silent), np.int64)
    quiet = len(hours) - int(np.isin(hours, own.hour).sum())
    steps = np.arange(len(silent - set(own.hour.tolist())))
    return float(np.prod((quiet + 1 + steps) / (len(hours) + 2 + steps)))


def _said_goodbye(facts: Facts, host: str, start: int) -> bool:
    """Say whether the machine or its event log was stopped at that time, or told of sleep."""
    codes = (1100, 6006, 42, 506)
    near = telling(facts).between(host, start - SPREAD, start + MINUTE)
    machine = machines(facts).of(host)
    return any(event.code in codes for event in near) or machine.stop_near(start) is not None


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
        text=f"All channels were silent for {duration_text(stop - start)}, while {seen}",
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
    """Say whether nearly all other hosts' logs end together, so that this one's end is its own.

    Hosts that nobody saw after the end of their logs were off by then, and say nothing of it.
    """
    told, seen = coverage(facts), facts.once("sightings by host", _by_host)
    ends = {other: int(told.host(other).last[-1]) for other in told.hosts if other != host}
    end = max(ends.values(), default=0)
    together = [last for last in ends.values() if end - last <= _TOGETHER]
    cut = [
        other
        for other, last in ends.items()
        if end - last > _TOGETHER
        and other in seen
        and pc.max(seen[other]["last"]).as_py() > last + _EDGE
    ]
    return len(together) >= _PEERS and len(together) >= _SHARE * (len(together) + len(cut))
