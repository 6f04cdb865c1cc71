"""Why an incident scored so: what each signal weighs, what of that counts, and what multiplies the sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.incidents import scoring
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.incidents import Incident, Step


@dataclass(frozen=True, slots=True)
class Entry:
    """One signal: ``said`` bits of what speaks loudest in it, ``bits`` of it all, ``counted`` of them."""

    step: Step
    said: float
    bits: float
    counted: float
    sort: str
    place: int  # among the signals of its sort, from 0: each counts half of the one before


@dataclass(frozen=True, slots=True)
class Accounting:
    """The whole sum. ``worth`` is what is left to explain: the criticality of the gravest host."""

    entries: tuple[Entry, ...]  # what counts most first
    total: float
    tactics: tuple[str, ...]  # those that a signal of enough bits reached
    progress: float
    worth: float
    links: tuple[tuple[str, int], ...]  # by what how many signals hang on the others


def accounting(one: Incident, parameters: Parameters) -> Accounting:
    """Return how the score of an incident comes about, from its steps alone."""
    signals = [step for step in one.steps if step.kind is not SignalKind.CONTEXT]
    sorts: dict[str, list[Step]] = defaultdict(list)
    for step in signals:
        by = step.said[0].id if step.said else ""
        sorts[scoring.sort_of(step.kind, step.technique, by)].append(step)
    entries = [
        Entry(
            step,
            step.said[0].bits if step.said else step.bits,
            step.bits,
            round(scoring.counted(step.bits, place, parameters), 2),
            sort,
            place,
        )
        for sort, steps in sorts.items()
        for place, step in enumerate(sorted(steps, key=lambda step: -step.bits))
    ]
    entries.sort(key=lambda entry: -entry.counted)
    total = sum(scoring.counted(e.bits, e.place, parameters) for e in entries)
    reached = dict.fromkeys(
        step.tactic for step in signals if step.tactic and step.bits >= parameters.reached_bits
    )
    progress = scoring.progress(len(reached), parameters)
    worth = one.score_bits / (total * progress) if total else 1.0
    links = Counter(step.joined for step in signals if step.joined)
    return Accounting(
        tuple(entries),
        round(total, 1),
        tuple(reached),
        round(progress, 2),
        round(worth, 1),
        tuple(sorted(links.items(), key=lambda link: (-link[1], link[0]))),
    )
