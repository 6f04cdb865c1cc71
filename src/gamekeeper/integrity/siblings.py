"""The other logs of a host: which lived on while one began again, and which began again with it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.ledger import ledger
from gamekeeper.integrity.lives import SLACK, Life, lives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy

#: A host that is installed anew is away for a while; how much later its logs may begin.
_NEAR: Final = 86_400 * 10_000_000


def continuing(
    facts: Facts, host: str, channel: str, start: int, stop: int
) -> list[tuple[str, Life]]:
    """Return the other channels of which one copy reaches over a stretch of time, most of its records there.

    Single records before and after prove nothing: two machines of one name may well number upwards.
    """
    return [
        (name, life)
        for name, found in _others(facts, host, channel)
        for life in found
        if any(_reaches(copy, start, stop) for copy in life.copies)
    ]


def _reaches(copy: Copy, start: int, stop: int) -> bool:
    begin, end = copy.begin, copy.end
    if begin is None or end is None or begin >= start or end <= stop:
        return False
    return copy.count * 2 > copy.last - copy.first


def restarted(
    facts: Facts, host: str, channel: str, start: int, stop: int
) -> list[tuple[str, Life]]:
    """Return the other channels that began again about then, too, with their new lives."""
    return [
        (name, newer)
        for name, found in _others(facts, host, channel)
        for older, newer in pairwise(found)
        if older.end < stop + SLACK and start - SLACK < newer.begin < stop + _NEAR
    ]


def _others(facts: Facts, host: str, channel: str) -> Iterator[tuple[str, list[Life]]]:
    for log in ledger(facts).of(host):
        if log.channel != channel:
            yield log.channel, list(lives(facts)[host, log.channel])
