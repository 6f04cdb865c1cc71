"""What the checks say about a rule, and what they are given to look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gamekeeper.rules.ir import Rule
    from gamekeeper.rules.plan import BoundRule


class Severity(StrEnum):
    """An error makes the rule wrong, a warning is likely a mistake, a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Say(NamedTuple):
    """What a check says; ``at`` are the keys that lead to the place in the rule."""

    severity: Severity
    message: str
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said about a file, with its place; line and column are zero where they are not known."""

    path: str
    line: int
    column: int
    severity: Severity
    check: str
    message: str
    rule: str = ""  # id, where there is one
    title: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """One rule under examination. ``document`` is what the file says, with defaults of nobody."""

    document: Mapping[Any, Any]
    rule: Rule | None = None  # None where it cannot be used
    bound: tuple[BoundRule, ...] = ()
    unroutable: str = ""

    @property
    def is_plain(self) -> bool:
        """Say whether it is a rule about single events."""
        return not {"correlation", "filter"} & self.document.keys()


if TYPE_CHECKING:
    Check = Callable[[Subject], Iterable[Say]]


def error(message: str, *at: str) -> Say:
    """Say that the rule is wrong."""
    return Say(Severity.ERROR, message, at)


def warning(message: str, *at: str) -> Say:
    """Say that this is likely a mistake."""
    return Say(Severity.WARNING, message, at)


def note(message: str, *at: str) -> Say:
    """Say what is worth knowing."""
    return Say(Severity.NOTE, message, at)
