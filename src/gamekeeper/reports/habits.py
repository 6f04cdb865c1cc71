"""What the terminal and scripts are told of baselines: what each has learnt, and what it cannot say yet."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.reports.answer import number
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from gamekeeper.model.anomalies import BaselineAccount, Baselines

_TITLE = "Habits"
_HEAD = ("baseline", "of", "known", "keys", "habits", "days", "new", "unconfirmed", "state")


def parts(result: Baselines) -> list[Part]:
    """Return the table of all baselines."""
    rows = tuple(_row(one, result) for one in result.accounts)
    lines = (Cell(sentence(result), "strong"), *(Cell(text) for text in remarks(result)))
    table = Table(tuple(map(Cell, _HEAD)), rows, numeric=frozenset((2, 3, 4, 5, 6, 7)))
    return [Part(_TITLE, lines, table)]


def sentence(result: Baselines) -> str:
    """Say in a line what baselines can tell here.

    >>> from gamekeeper.model.anomalies import Baselines
    >>> sentence(Baselines())
    'Nobody asked what is new here.'
    """
    if not result.is_on:
        return "Nobody asked what is new here."
    warm = sum(not one.is_cold for one in result.accounts)
    if not warm:
        days = max((one.days for one in result.accounts), default=0)
        return (
            f"Nothing is known well enough to say what is new here: there are {number(days, 'day')} of "
            f"events, and a host or account must have been known for {result.learning_days}."
        )
    new = sum(one.anomalies for one in result.accounts)
    told = sum(one.observed for one in result.accounts)
    return (
        f"{warm} of {len(result.accounts)} baselines know enough; {number(new, 'anomaly', 'anomalies')}, "
        f"{told:,} of them for incidents."
    )


def remarks(result: Baselines) -> list[str]:
    """Return what people must know of the table."""
    found = []
    passed = sum(one.passed for one in result.accounts)
    if passed:
        found.append(f"{passed:,} habits were first seen while they were learnt: no signal.")
    waiting = sum(one.unconfirmed for one in result.accounts)
    if waiting:
        found.append(
            f"{number(waiting, 'first way')} to domain controllers among them: unconfirmed until somebody "
            "says that they are in order."
        )
    overflow = sum(one.overflow for one in result.accounts)
    if overflow:
        found.append(f"{overflow:,} habits are beyond what is kept of one host or account.")
    return found


def as_json(result: Baselines) -> dict[str, object]:
    """Return the accounts of all baselines."""
    return {
        "looked_for": result.is_on,
        "learning_days": result.learning_days,
        "learn_until": iso_time(result.learn_until),
        "remembered_rows": result.remembered,
        "baselines": [_account(one, result) for one in result.accounts],
    }


def _account(one: BaselineAccount, result: Baselines) -> dict[str, object]:
    said = asdict(one)
    said["first_day"], said["last_day"] = iso_time(one.first_day), iso_time(one.last_day)
    return {**said, "state": state(one, result)}


def state(one: BaselineAccount, result: Baselines) -> str:
    """Say in a few words whether a baseline can be surprised."""
    if not one.entities:
        return "no such events"
    if one.is_cold:
        return f"learning: {number(one.days, 'day')} of {result.learning_days}"
    cold = one.entities - one.learnt
    return f"{cold:,} of {one.entities:,} still learning" if cold else "learnt"


def _row(one: BaselineAccount, result: Baselines) -> tuple[Cell, ...]:
    words = (one.name, f"{one.whose}s")
    counts = (one.entities, one.keys, one.habits, one.days, one.anomalies, one.unconfirmed)
    style = "" if one.entities and not one.is_cold else "quiet"
    return (
        *(Cell(text) for text in words),
        *(Cell(f"{count:,}") for count in counts),
        Cell(state(one, result), style),
    )
