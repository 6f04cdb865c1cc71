"""A channel that was silent while its siblings on the same host spoke.

Sees: silences of an hour and more that are four times as long as any other that the log ever had while the
host's other channels spoke, and next to impossible by its own rhythm over the day; record numbers go on
across it, so nothing was taken out: nothing was written. A channel that was disabled, a session of event
tracing that was stopped, threads of the event log that were killed look like this and leave no 1100.

What else explains it: a log that keeps its old events and is full; a policy that switched off what filled
the channel; a channel collected earlier than the others (then it is the end of the log that is silent).

Blind: silences within one hour; channels that speak seldom; logs of a day; the first hours of a log, which
rotation cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.machines import SECOND, covered, machines
from gamekeeper.integrity.silences import Silence, silences
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts

#: Siblings that speak to the end: one may have been collected later, two were hardly.
_SIBLINGS: Final = 2
_DOWN: Final = 0.5


class SilentChannels:
    """Looks for silent channels."""

    name = "silent_channels"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a silence."""
        told = coverage(facts)
        for host in told.hosts:
            whole = told.host(host)
            for channel, own in told.channels(host).items():
                others = told.others(host, channel)
                if not len(others.hour):
                    continue
                for silence in silences(own, others, int(whole.last[-1])):
                    downtimes = machines(facts).downtimes(host, silence.start, silence.stop)
                    if covered(downtimes, silence.start, silence.stop) >= _DOWN:
                        continue
                    yield from _judged(facts, host, channel, silence)


def _judged(facts: Facts, host: str, channel: str, silence: Silence) -> Iterator[Anomaly]:
    whole, evidence = _numbers(facts, host, channel, silence)
    if whole is False:
        return  # records are missing there: that is a hole, and no silence
    siblings = [
        name
        for name, log in coverage(facts).channels(host).items()
        if name != channel and log.spoke(silence.start + SECOND, silence.stop - SECOND)
    ]
    sure = len(siblings) >= _SIBLINGS if silence.is_last else whole is True
    usual = duration_text(silence.longest) if silence.longest else "less than an hour"
    yield Anomaly(
        check=SilentChannels.name,
        text=(
            f"Silent for {duration_text(silence.length)} while {len(siblings)} other channels of the "
            f"host spoke; its longest silence otherwise: {usual}"
        ),
        tampering="channel silenced",
        strength=Strength.STRONG if sure else Strength.WEAK,
        host=host,
        channel=channel,
        start=silence.start,
        stop=silence.stop,
        source=evidence[0].source if evidence else None,
        evidence=evidence,
        innocent=("log full", "policy change", "agent outage", "export", "collection window"),
        techniques=("T1562.002",),
    )


def _numbers(
    facts: Facts, host: str, channel: str, silence: Silence
) -> tuple[bool | None, tuple[Evidence, ...]]:
    """Say whether record numbers go on across a silence (None where there are none), and show the records."""
    spans = facts.once("spans by log", _spans_by_log).get((host, channel), [])
    before = [s for s in spans if s["last_time"] is not None and s["last_time"] <= silence.start]
    after = [s for s in spans if s["first_time"] is not None and s["first_time"] >= silence.stop]
    across = [
        s
        for s in spans
        if s["first_time"] is not None
        and s["last_time"] is not None
        and s["first_time"] <= silence.start
        and s["last_time"] >= silence.stop
    ]
    evidence = []
    if before:
        last = max(before, key=lambda s: s["last_id"])
        place = (last["source"], last["last_offset"], last["last_id"], last["last_time"])
        evidence.append(Evidence("the last record before", *place))
    if after:
        first = min(after, key=lambda s: s["first_id"])
        place = (first["source"], first["first_offset"], first["first_id"], first["first_time"])
        evidence.append(Evidence("the first record after", *place))
    if across:
        one = across[0]
        text = "one stretch of record numbers spans the silence"
        return True, (
            Evidence(text, one["source"], one["first_offset"], one["first_id"], one["first_time"]),
        )
    if not before or not after:
        return None, tuple(evidence)
    gap = min(s["first_id"] for s in after) - max(s["last_id"] for s in before)
    return gap == 1, tuple(evidence)


def _spans_by_log(facts: Facts) -> dict[tuple[str, str], list[dict[str, int]]]:
    """Return the stretches of each log; of logs in a thousand pieces nothing can be said."""
    spans = facts.table("spans")
    counts = spans.group_by(["host", "channel"]).aggregate([("first_id", "count")])
    few = counts.filter(np.asarray(counts["first_id_count"]) <= 1000)
    wanted = set(zip(few["host"].to_pylist(), few["channel"].to_pylist(), strict=True))
    found: dict[tuple[str, str], list[dict[str, int]]] = {}
    for row in spans.to_pylist():
        key = (row["host"], row["channel"])
        if key in wanted:
            found.setdefault(key, []).append(row)
    return found
