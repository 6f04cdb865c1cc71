"""What was made of the plan of a run: kept until another plan comes, or nobody needs any more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.rules.plan import Plan

Made = TypeVar("Made")

_plan: list[Plan] = []
_made: dict[Callable[[Plan], Any], Any] = {}


def of_plan(plan: Plan, make: Callable[[Plan], Made]) -> Made:
    """Return what is made of a plan, made once: a run has one plan."""
    if not _plan or _plan[0] is not plan:
        forget()
        _plan.append(plan)
    if make not in _made:
        _made[make] = make(plan)
    found: Made = _made[make]
    return found


def forget() -> None:
    """Let the plan go, and what was made of it: thousands of rules are a hundred megabytes."""
    _plan.clear()
    _made.clear()
