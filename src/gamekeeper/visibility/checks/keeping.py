"""LR-08 and LR-09: do logs reach back far enough, and are they large enough for their rate?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.model.visibility import Outcome
from gamekeeper.visibility.checks.look import Found
from gamekeeper.visibility.retention import wanted

if TYPE_CHECKING:
    from gamekeeper.visibility.checks.look import Look, Row


def of_days(_row: Row, look: Look) -> Found:
    """Days kept against the days that are wanted."""
    logs = look.retention
    if not logs:
        return Found(Outcome.CANNOT_TELL, "None of the logs with a wanted span is here.")
    short = [one for one in logs if one.outcome is not Outcome.PASS]
    failed = any(one.outcome is Outcome.FAIL for one in short)
    outcome = Outcome.FAIL if failed else Outcome.WARN if short else Outcome.PASS
    hosts = tuple(dict.fromkeys(one.host for one in short))
    text = f"{len(short):,} of {len(logs):,} logs reach back less far than wanted."
    figures = tuple(
        (
            f"{look.names.get(one.host, one.host)} {wanted()[one.channel].channel}",
            f"{one.days:g} of {one.wanted_days} days",
        )
        for one in logs
    )
    return Found(outcome, text, hosts, len(logs), (), figures)


def of_size(_row: Row, look: Look) -> Found:
    """Days that a log will hold at its rate and size, against the days that are wanted."""
    logs = [one for one in look.retention if one.forecast_days is not None]
    if not logs:
        return Found(
            Outcome.CANNOT_TELL,
            "No log is here as its own file of a day or more: the rate in bytes is not known.",
        )
    short = [one for one in logs if (one.forecast_days or 0) < one.wanted_days]
    hosts = tuple(dict.fromkeys(one.host for one in short))
    text = (
        f"{len(short):,} of {len(logs):,} logs will be overwritten before the wanted days are over."
    )
    figures = tuple(
        (
            f"{look.names.get(one.host, one.host)} {wanted()[one.channel].channel}",
            f"{one.bytes_per_day:,} bytes a day, {one.forecast_days:g} days to come",
        )
        for one in logs
    )
    return Found(Outcome.WARN if short else Outcome.PASS, text, hosts, len(logs), (), figures)
