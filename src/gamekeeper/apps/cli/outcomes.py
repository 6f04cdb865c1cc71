"""Outcomes of test cases, one after the other: lines for people, rows for scripts, a count at the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, TypeVar

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gamekeeper.apps.cli.values import Values


class Passable(Protocol):
    """What a case came to."""

    @property
    def is_passed(self) -> bool:
        """Whether it went as its author says."""


Outcome = TypeVar("Outcome", bound=Passable)


def show(
    outcomes: Iterable[Outcome],
    values: Values,
    lines_of: Callable[[Outcome], Iterable[str]],
    row_of: Callable[[Outcome], dict[str, object]],
) -> Exit:
    """Say of each case how it went; return whether one failed."""
    done = failed = 0
    for outcome in outcomes:
        done += 1
        failed += not outcome.is_passed
        if values.is_on("json"):
            sys.stdout.buffer.write(dumps(row_of(outcome)) + b"\n")
            continue
        for line in lines_of(outcome):
            print(terminal_safe(line))
    if not values.is_on("quiet"):
        print(f"{done - failed:,} cases passed, {failed:,} failed", file=sys.stderr)
    return Exit.FINDINGS if failed else Exit.OK
