"""Checks over facts, causes over what they see: breaks, gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.registry import CAUSES, CHECKS
from gamekeeper.model.breaks import Break, Standing, Strength

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.integrity.base import Cause, Check
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly, Explanation

#: Strength of what speaks for tampering → of the best innocent cause (none to certain) → standing.
_STANDINGS: Final = {
    Strength.CERTAIN: (Standing.PROVED, Standing.PROVED, Standing.LIKELY, Standing.EXPLAINED),
    Strength.STRONG: (Standing.LIKELY, Standing.LIKELY, Standing.POSSIBLE, Standing.EXPLAINED),
    Strength.WEAK: (Standing.POSSIBLE, Standing.POSSIBLE, Standing.EXPLAINED, Standing.EXPLAINED),
    Strength.NONE: (Standing.POSSIBLE, Standing.EXPLAINED, Standing.EXPLAINED, Standing.EXPLAINED),
}
_ORDER: Final = {standing: at for at, standing in enumerate(Standing)}


def judge(
    facts: Facts, checks: Sequence[Check] = CHECKS, causes: Sequence[Cause] = CAUSES
) -> tuple[Break, ...]:
    """Return all breaks, in an order that does not depend on the order in which logs were read."""
    breaks = [
        weigh(anomaly, facts, causes) for check in checks for anomaly in set(check.look(facts))
    ]
    place = {check.name: at for at, check in enumerate(checks)}
    return tuple(sorted(breaks, key=lambda one: _key(one, place)))


def weigh(anomaly: Anomaly, facts: Facts, causes: Iterable[Cause]) -> Break:
    """Return an anomaly as a break: with every innocent cause that it may have held against it."""
    found = [
        explanation
        for cause in causes
        if cause.name in anomaly.innocent
        if (explanation := cause.weigh(anomaly, facts)) is not None
    ]
    found.sort(key=lambda one: (-one.strength, anomaly.innocent.index(one.cause)))
    return decided(anomaly, tuple(found))


def decided(anomaly: Anomaly, explanations: tuple[Explanation, ...]) -> Break:
    """Return the break that an anomaly is, given its explanations, the best first."""
    best = explanations[0].strength if explanations else Strength.NONE
    standing = _STANDINGS[anomaly.strength][best]
    innocent = standing in (Standing.EXPLAINED, Standing.POSSIBLE) and best > Strength.NONE
    cause = explanations[0].cause if innocent else anomaly.tampering
    return Break(anomaly, standing, cause, explanations)


def _key(one: Break, place: dict[str, int]) -> tuple[object, ...]:
    anomaly = one.anomaly
    first, last = anomaly.records
    return (
        _ORDER[one.standing],
        anomaly.host,
        anomaly.channel,
        anomaly.start or anomaly.stop or 0,
        anomaly.stop or 0,
        place.get(anomaly.check, len(place)),
        -1 if anomaly.source is None else anomaly.source,
        first or 0,
        last or 0,
        anomaly.text,
        repr(anomaly.evidence),
    )
