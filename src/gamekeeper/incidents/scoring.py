"""How much the signals of one incident say together, in bits, and the words for that.

Ordinary work gives many signals of a few bits each, and their sum must not look like an intrusion: light
signals count for less than they weigh. Signals of one technique see much of the same thing: the heaviest
counts whole, the next half, then a quarter. Progress over tactics and the worth of the gravest host multiply
the sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gamekeeper.incidents.parameters import Parameters

#: What a further signal of the same technique counts, times the one before it.
AGAIN: Final = 0.5


def score(
    by_technique: Mapping[str, Sequence[float]],
    tactics: int,
    criticality: int | None,
    parameters: Parameters,
) -> float:
    """Return the score of an incident whose signals, by technique, weigh so much.

    >>> from gamekeeper.incidents.parameters import parameters
    >>> score({"T1003": [10.0, 10.0], "T1090": [2.0]}, 1, None, parameters())
    12.3
    """
    total = 0.0
    for technique in sorted(by_technique):
        share = 1.0
        for bits in sorted(by_technique[technique], reverse=True):
            square = bits * bits
            total += bits * square / (square + parameters.ordinary_bits**2) * share
            share *= AGAIN
    progress = 1.0 + parameters.tactic_share * max(0, tactics - 1)
    worth = 1.0 if criticality is None else parameters.criticality[criticality]
    return round(total * progress * worth, 1)


def severity(bits: float, parameters: Parameters) -> str:
    """Return the word for a score; what is below "low" is no incident and gets an empty one."""
    return next((word for word, least in parameters.severity if bits >= least), "")


def sure(bits: float, parameters: Parameters) -> str:
    """Return how likely it is that this is no innocent work, in estimative words."""
    words = {"critical": "very likely", "high": "likely", "medium": "roughly even chance"}
    return words.get(severity(bits, parameters), "unlikely, but worth a look")


def gravest(criticalities: Iterable[int | None]) -> int | None:
    """Return the highest criticality that is known."""
    return max((one for one in criticalities if one is not None), default=None)
