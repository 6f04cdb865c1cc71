"""How much the signals of one incident say together, in bits, and the words for that.

Ordinary work gives many signals of a few bits each, and their sum must not look like an intrusion: light
signals count for less than they weigh. Signals of one technique see much of the same thing: the heaviest
counts whole, the next half, then a quarter. Progress over tactics and the worth of the gravest host
multiply the sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.incidents import SignalKind

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
    total = sum(
        counted(bits, place, parameters)
        for technique in sorted(by_technique)
        for place, bits in enumerate(sorted(by_technique[technique], reverse=True))
    )
    worth = 1.0 if criticality is None else parameters.criticality[criticality]
    return round(total * progress(tactics, parameters) * worth, 1)


def counted(bits: float, place: int, parameters: Parameters) -> float:
    """Return what a signal adds that is number ``place``, from 0, among those of its sort."""
    square = bits * bits
    return bits * square / (square + parameters.ordinary_bits**2) * AGAIN**place


def progress(tactics: int, parameters: Parameters) -> float:
    """Return by what a score is multiplied for the tactics that were reached."""
    return 1.0 + parameters.tactic_share * max(0, tactics - 1)


def sort_of(kind: SignalKind, technique: str, by: str) -> str:
    """Return what signals have in common that see much of the same: matches a technique, others their voice.

    What a chain says of events that are signals by themselves was taken off before.

    >>> sort_of(SignalKind.MATCH, "T1003.001", "r"), sort_of(SignalKind.CHAIN, "T1003.003", "SC-1")
    ('T1003', 'chain SC-1')
    """
    if kind is SignalKind.MATCH:
        return technique.partition(".")[0] or by
    return f"{kind} {by}"


def severity(
    bits: float, parameters: Parameters, chains: Iterable[str] = (), floors: Iterable[str] = ()
) -> str:
    """Return the word for a score; what is below "low" is no incident and gets an empty one.

    ``chains`` are the levels of chains that were found: a grave one by itself makes an incident grave.
    ``floors`` are the least severities that what was seen asks for.

    >>> from gamekeeper.incidents.parameters import parameters
    >>> severity(12.6, parameters()), severity(12.6, parameters(), ["medium", "critical"])
    ('low', 'high')
    """
    words = [word for word, _ in parameters.severity]
    word = next((word for word, least in parameters.severity if bits >= least), "")
    if not word:
        return ""
    of_chains = [
        parameters.chain_floors[level] for level in chains if level in parameters.chain_floors
    ]
    return min([word, *of_chains, *floors], key=words.index)


def gravity(word: str, parameters: Parameters) -> int:
    """Return the place of a severity among all, the gravest first."""
    return [known for known, _ in parameters.severity].index(word)


def sure(severity: str) -> str:
    """Return how likely it is that this is no innocent work, in estimative words."""
    words = {"critical": "very likely", "high": "likely", "medium": "roughly even chance"}
    return words.get(severity, "unlikely, but worth a look")


def gravest(criticalities: Iterable[int | None]) -> int | None:
    """Return the highest criticality that is known."""
    return max((one for one in criticalities if one is not None), default=None)
