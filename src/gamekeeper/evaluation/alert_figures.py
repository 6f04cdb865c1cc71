"""What is said of a hunt in alerts beside its figures: the load, and what the attack itself caused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.evaluation.joining import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.evaluation.joining import Joined
    from gamekeeper.evaluation.outcome import Outcome
    from gamekeeper.evaluation.truth import Truth


@dataclass(frozen=True, slots=True)
class AlertFigures:
    """``caused``: phases that have alerts of the attack's own; ``caused_found``: by a cited one of these."""

    alerts: int
    in_phases: int
    an_incident: float | None  # alerts for each incident
    caused: int
    caused_found: int
    incidents_of_phases: int  # one is right: the attack is one


def alert_figures(outcome: Outcome, truth: Truth, joined: Sequence[Joined]) -> AlertFigures:
    """Return them; ``joined`` holds incidents against all alerts of phases."""
    key = truth.labels.key(outcome, caused_only=True)
    found = frozenset[int]().union(*(one.found for one in join(outcome.incidents, truth, key)))
    return AlertFigures(
        alerts=outcome.events,
        in_phases=sum(bool(label.phase) for label in truth.labels.rows.values()),
        an_incident=round(outcome.events / len(joined), 1) if joined else None,
        caused=len(truth.labels.caused()),
        caused_found=len(found),
        incidents_of_phases=sum(bool(one.found) for one in joined),
    )
