"""How well a kind of downtime explains that nothing was written: shared by reboot, crash and sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.machines import SPREAD, covered, machines
from gamekeeper.model.breaks import Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.machines import Downtime
    from gamekeeper.model.breaks import Anomaly

#: Shares of a silence that downtime must fill, to explain it at all and to explain it whole.
SOME: Final = 0.5
WHOLE: Final = 0.95


def weigh(cause: str, anomaly: Anomaly, facts: Facts) -> Explanation | None:
    """Hold a host's downtimes of one kind against an anomaly."""
    stop = anomaly.stop if anomaly.stop is not None else anomaly.start
    if stop is None or not anomaly.host:
        return None
    start = anomaly.start if anomaly.start is not None else stop
    near = [
        one
        for one in machines(facts).downtimes(anomaly.host, start - SPREAD, stop + SPREAD)
        if one.kind == cause
    ]
    proof = machines(facts).of(anomaly.host).up_through(start, stop) if cause != "sleep" else None
    against = (proof.evidence("the machine had been up all the time (6013)"),) if proof else ()
    strength = _strength(near, start, stop)
    if anomaly.check == "clocks" and cause != "sleep":
        strength = min(strength, Strength.STRONG)  # a start may set a clock, but need not
    if proof is not None:
        strength = Strength.NONE
    if strength is Strength.NONE and not against:
        return None
    evidence = tuple(e for one in near for e in one.evidence) if strength else ()
    return Explanation(cause, strength, evidence, against)


def _strength(near: list[Downtime], start: int, stop: int) -> Strength:
    if not near:
        return Strength.NONE
    if stop - start <= 2 * SPREAD:  # a moment: it lies at a start or stop, or not
        return Strength.STRONG
    share = covered(near, start, stop)
    left = (1 - share) * (stop - start)
    if share >= WHOLE or left <= 2 * SPREAD:
        return Strength.CERTAIN if all(one.both_told for one in near) else Strength.STRONG
    return Strength.WEAK if share >= SOME else Strength.NONE
