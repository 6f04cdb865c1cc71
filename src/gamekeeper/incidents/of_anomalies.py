"""Anomalies of baselines as observations, few and light: what is new is mostly innocent.

An unusual task shows in many baselines and commands at once and is one surprise. So of what is new for one
account on one host and day the strongest counts whole, each further one half of the one before, and none so
much that it could be an incident by itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.model.anomalies import Anomaly

_DAY: Final = 864_000_000_000
#: What one anomaly weighs at most.
MOST_BITS: Final = 6.0
#: Less is no observation.
LEAST_BITS: Final = 1.0
_TEXT: Final = 600


def of_anomalies(anomalies: Iterable[Anomaly]) -> Iterator[Observation]:
    """Yield an observation for each anomaly that speaks, in order of time."""
    speaking = [one for one in anomalies if one.observed]
    before: Counter[tuple[str, str, int]] = Counter()
    bits: dict[str, float] = {}
    # Equal ones stay in their order, which no name decides.
    for one in sorted(speaking, key=lambda one: (-one.bits, one.time)):
        act = one.host, one.account, one.time // _DAY
        bits[one.id] = min(one.bits, MOST_BITS) * 0.5 ** before[act]
        before[act] += 1
    for one in speaking:
        if bits[one.id] >= LEAST_BITS:
            yield _observation(one, bits[one.id])


def _observation(one: Anomaly, bits: float) -> Observation:
    key = ", ".join(f"{name} {value}" for name, value in one.parts if value)
    text = f"{one.title}: {key}"[:_TEXT]
    return Observation(
        kind=SignalKind.ANOMALY,
        by=one.baseline,
        title=one.title,
        bits=bits,
        techniques=one.techniques,
        tactic="",
        host=one.host,
        account=one.account,
        shape=one.id,
        text=text,
        because=one.comparison,
        events=(Cited(one.source, one.offset, one.time, one.fingerprint, text),),
        first=one.time,
        last=one.time,
    )
