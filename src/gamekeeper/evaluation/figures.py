"""All figures of one hunt against one truth, or against the knowledge that nothing happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.evaluation.alert_figures import alert_figures
from gamekeeper.evaluation.baselines import one_incident, random_windows
from gamekeeper.evaluation.joining import is_signal, join
from gamekeeper.evaluation.pairs import pairs
from gamekeeper.evaluation.truth import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.evaluation.alert_figures import AlertFigures
    from gamekeeper.evaluation.baselines import Baseline
    from gamekeeper.evaluation.joining import Joined, Key
    from gamekeeper.evaluation.outcome import Outcome
    from gamekeeper.evaluation.truth import Truth

_DAY_US: Final = 86_400_000_000
SEVERITIES: Final = ("critical", "high", "medium", "low", "informational")


@dataclass(frozen=True, slots=True)
class Load:
    """What analysts get to look at. ``cold`` incidents end in the learning period."""

    incidents: int
    by_severity: dict[str, int]
    cold: int
    host_days: float
    per_1000_host_days: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are None where there is nothing to share."""

    truth: str
    steps: int
    steps_found: int  # in any incident
    recall: (
        float | None
    )  # the share of true steps in the right incident, or of windows and phases in any
    right_incident: str
    right_steps: int
    right_rank: int | None
    right_severity: str
    right_precision: float | None  # of its signals, those that are about a true step
    incident_precision: float | None  # of all incidents, those that are about a true step
    pair_precision: float | None
    pair_recall: float | None
    missed: tuple[str, ...]
    load: Load
    seconds: float
    by_key: bool
    alerts: AlertFigures | None = None
    random_windows: Baseline | None = None
    one_incident: Baseline | None = None

    def as_json(self) -> dict[str, Any]:
        """Return all of it under its own names."""
        return asdict(self)


def load_of(outcome: Outcome, learning_days: int = 0) -> Load:
    """Count incidents by severity and per 1,000 host-days, those that end in the learning period apart."""
    begins = (outcome.first_event or 0) + learning_days * _DAY_US
    warm = [one for one in outcome.incidents if learning_days == 0 or one.last_signal >= begins]
    counts = Counter(one.severity for one in warm)
    host_days = outcome.host_days * max(outcome.days - learning_days, 0) / outcome.days
    return Load(
        incidents=len(warm),
        by_severity={name: counts[name] for name in SEVERITIES if counts[name]},
        cold=len(outcome.incidents) - len(warm),
        host_days=round(host_days, 1),
        per_1000_host_days=round(1000 * len(warm) / host_days, 3) if host_days else None,
    )


def figures(
    outcome: Outcome, truth: Truth, key: Key | None = None, *, learning_days: int = 0
) -> Figures:
    """Hold a hunt against a truth."""
    of_alerts = truth.shape is Shape.ALERTS
    # The labels of alerts are themselves a key: a step is about a phase by what it cites.
    proof = None if of_alerts else key
    joined = join(outcome.incidents, truth, truth.labels.key(outcome) if of_alerts else key)
    found = frozenset[int]().union(*(one.found for one in joined))
    is_many = truth.has_windows
    right = None if truth.shape is Shape.WINDOWS else _right(joined)
    inside = found if is_many else (right.found if right is not None else frozenset())
    about = [one for one in joined if one.found]
    # A key is about artefacts; what belongs together is about all signals of a window.
    counted = pairs(joined if of_alerts else join(outcome.incidents, truth, None), truth)
    count = len(outcome.incidents)
    return Figures(
        truth=truth.shape,
        steps=len(truth.steps),
        steps_found=len(found),
        recall=_share(len(inside), len(truth.steps)),
        right_incident="" if right is None else right.incident.id,
        right_steps=0 if right is None else len(right.found),
        right_rank=None if right is None else right.incident.rank,
        right_severity="" if right is None else right.incident.severity,
        right_precision=None if right is None else _signal_precision(right, truth),
        incident_precision=_share(len(about), len(joined)),
        pair_precision=_rounded(counted.precision),
        pair_recall=_rounded(counted.recall),
        missed=tuple(
            f"{step.name}: {step.text}"
            for position, step in enumerate(truth.steps)
            if position not in inside
        ),
        load=load_of(outcome, learning_days),
        seconds=outcome.seconds,
        by_key=proof is not None,
        alerts=alert_figures(outcome, truth, joined) if of_alerts else None,
        random_windows=random_windows(outcome, truth, proof, count) if is_many and count else None,
        one_incident=one_incident(outcome, truth, proof) if is_many else None,
    )


def _right(joined: Sequence[Joined]) -> Joined | None:
    """Return the incident that is about most true steps; of equals the first."""
    about = [one for one in joined if one.found]
    return max(about, key=lambda one: (len(one.found), -one.incident.rank), default=None)


def _signal_precision(one: Joined, truth: Truth) -> float | None:
    signals = [
        bool(labels)
        for step, labels in zip(one.incident.steps, one.labels, strict=True)
        if is_signal(step, truth)
    ]
    return _share(sum(signals), len(signals))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
