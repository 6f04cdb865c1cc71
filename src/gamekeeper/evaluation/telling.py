"""Figures as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.evaluation.alert_figures import AlertFigures
    from gamekeeper.evaluation.baselines import Baseline
    from gamekeeper.evaluation.figures import Figures, Load

_MOST_MISSED: Final = 10
_WIDTH: Final = 34
#: Truths of which any incident counts.
_WINDOWS: Final = ("windows", "alerts")


def lines(figures: Figures) -> Iterator[str]:
    """Yield one line for each figure."""
    place = "in any incident" if figures.truth in _WINDOWS else "in the right incident"
    how = ", by the key" if figures.by_key else ""
    yield _row(f"true steps {place}{how}", f"{_percent(figures.recall)} of {figures.steps}")
    if figures.truth != "windows":
        if figures.alerts is None:
            yield _row("true steps in any incident", f"{figures.steps_found}")
        else:
            yield _row("true steps in the right incident", f"{figures.right_steps}")
        rank = figures.right_rank
        told = "none" if rank is None else f"rank {rank}, {figures.right_severity}"
        yield _row("the right incident", told)
        yield _row("its signals that are true", _percent(figures.right_precision))
    yield _row("incidents about a true step", _percent(figures.incident_precision))
    yield _row("pairs rightly together (merges)", _percent(figures.pair_precision))
    yield _row("pairs of one story together (splits)", _percent(figures.pair_recall))
    yield from load_lines(figures.load)
    yield from _alert_lines(figures.alerts)
    yield _row("seconds", f"{figures.seconds}")
    yield from _baseline("random windows", figures.random_windows)
    yield from _baseline("one big incident", figures.one_incident)
    for text in figures.missed[:_MOST_MISSED]:
        yield f"  missed {text}"
    if len(figures.missed) > _MOST_MISSED:
        yield f"  and {len(figures.missed) - _MOST_MISSED} more"


def load_lines(load: Load) -> Iterator[str]:
    """Yield what there is to look at."""
    kinds = ", ".join(f"{count} {name}" for name, count in load.by_severity.items()) or "none"
    yield _row("incidents", kinds)
    if load.cold:
        yield _row("in the learning period", str(load.cold))
    rate = "-" if load.per_1000_host_days is None else str(load.per_1000_host_days)
    yield _row("per 1,000 host-days", f"{rate} ({load.host_days} host-days)")


def _alert_lines(told: AlertFigures | None) -> Iterator[str]:
    if told is None:
        return
    each = "-" if told.an_incident is None else f"{told.an_incident}"
    yield _row("steps by alerts the attack caused", f"{told.caused_found} of {told.caused}")
    yield _row("incidents that tell of the attack", str(told.incidents_of_phases))
    yield _row("alerts", f"{told.alerts}, of phases {told.in_phases}; for each incident {each}")


def _baseline(name: str, baseline: Baseline | None) -> Iterator[str]:
    if baseline is not None:
        key = "" if baseline.by_key is None else f", by the key {_percent(baseline.by_key)}"
        yield _row(f"recall of {name}", f"by windows {_percent(baseline.by_window)}{key}")


def _row(name: str, value: str) -> str:
    return f"{name:<{_WIDTH}} {value}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
