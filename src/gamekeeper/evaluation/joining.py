"""Which true steps the steps of incidents are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.evaluation.truth import Shape

if TYPE_CHECKING:
    from gamekeeper.evaluation.outcome import ToldIncident, ToldStep
    from gamekeeper.evaluation.truth import Truth

#: So many cited events of a step may prove it.
MOST_CITED: Final = 5
_NEAR_US: Final = 2_000_000
_STARTED: Final = " started "  # how steps tell the start of a program

#: (event id, name of the true step) for which a key by hand says so.
Key = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Joined:
    """An incident with the true steps, by position, that each of its steps is about."""

    incident: ToldIncident
    labels: tuple[frozenset[int], ...]

    @property
    def found(self) -> frozenset[int]:
        """All true steps that it is about."""
        return frozenset().union(*self.labels)


def join(incidents: tuple[ToldIncident, ...], truth: Truth, key: Key | None) -> list[Joined]:
    """Hold every incident against the truth; with a key a step counts only by an artefact."""
    return [
        Joined(one, tuple(labels_of(step, truth, key) for step in one.steps)) for one in incidents
    ]


def labels_of(step: ToldStep, truth: Truth, key: Key | None) -> frozenset[int]:
    """Return the positions of the true steps that one step is about."""
    if truth.shape is Shape.EVENTS:
        found = (truth.by_moment.get(moment) for moment in step.moments)
        return frozenset(position for position in found if position is not None)
    if truth.shape is Shape.PROCESSES:
        return _processes(step, truth)
    if truth.shape is Shape.ALERTS:
        return _alerts(step, truth, key or frozenset())
    return _windows(step, truth, key)


def is_signal(step: ToldStep, truth: Truth) -> bool:
    """Say whether a step can be right or wrong about such a truth: one of processes is about their starts."""
    if truth.shape is Shape.PROCESSES:
        return _STARTED in step.text
    return not step.is_context


def _processes(step: ToldStep, truth: Truth) -> frozenset[int]:
    started = step.text.partition(_STARTED)[2].lower()
    return frozenset(
        position
        for position, true in enumerate(truth.steps)
        if true.program in started
        and any(abs(time - true.first) <= _NEAR_US for _, time in step.moments)
    )


def _alerts(step: ToldStep, truth: Truth, key: Key) -> frozenset[int]:
    """Return the phases of the alerts that a step cites, where half of them at least are of phases."""
    cited = [event for event, _ in step.cited_moments[:MOST_CITED]]
    found = [
        {at for at, true in enumerate(truth.steps) if (one, true.name) in key} for one in cited
    ]
    is_about = 2 * sum(map(bool, found)) >= len(found)
    return frozenset().union(*found) if is_about else frozenset()


def _windows(step: ToldStep, truth: Truth, key: Key | None) -> frozenset[int]:
    cited = step.cited_moments[:MOST_CITED]
    return frozenset(
        position
        for position, true in enumerate(truth.steps)
        if any(
            true.first <= time <= true.last
            and host in true.hosts
            and (key is None or (event, true.name) in key)
            for event, (host, time) in cited
        )
    )
