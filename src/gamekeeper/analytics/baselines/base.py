"""What a baseline is: which events show a habit, whose habit it is, and with whom it is compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

#: Stands for the host of the log in place of a column.
HOST: Final = "@host"
#: Stands for the hours of the week in which it happened, in place of a column.
HOURS: Final = "@hours"
#: Names start with this where they are fields that have no column of their own.
REST: Final = "@rest:"
#: Names start with this where they are no names, but always these words.
WORDS: Final = "="
#: Nothing is more surprising than this: habits are no independent dice.
MOST_BITS: Final = 10.0


class Whose(StrEnum):
    """Whose habit it is."""

    HOST = "host"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an event: a column in a form (``forms.py``).

    Of several columns the first that says something counts. An event in which a needed part says nothing
    shows no habit.
    """

    columns: tuple[str, ...]
    form: str
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """One kind of event that shows a habit. ``only``: parts that must say something besides."""

    dataset: str
    codes: tuple[int, ...]
    who: Part
    key: tuple[Part, ...]
    account: Part | None = None  # whom to name beside a host
    only: tuple[Part, ...] = ()
    word: str = ""  # stands in the key before its parts


@dataclass(frozen=True, slots=True)
class Baseline:
    """One baseline. What it finds, why, and what it mistakes stands above it in its file."""

    name: str
    title: str  # completes "new here: ..."
    whose: Whose
    key: tuple[str, ...]  # what the parts of a key are called
    looks: tuple[Look, ...]
    attack: tuple[str, ...]
    judges: frozenset[str] = frozenset()  # roles whose habits are judged; empty: all
    most_bits: float = MOST_BITS
    is_edge: bool = (
        False  # keys tell who comes to a host: what reaches tier 0 is never learnt in silence
    )


class Logs(Protocol):
    """Which log, and so which host, each row of a batch is from."""

    @property
    def code(self) -> NDArray[np.int64]:
        """A row's log, -1 for rows that count for none."""

    @property
    def host(self) -> list[str]:
        """The host of each log, short and folded."""


class Frame(Protocol):
    """A batch with what is asked of it again and again (``integrity.gathering.frames`` has one)."""

    @property
    def logs(self) -> Logs:
        """The logs of its live events."""

    @property
    def times(self) -> NDArray[np.int64]:
        """Each row's FILETIME, below zero where it has none."""

    @property
    def timed(self) -> NDArray[np.int64]:
        """Rows of live events with a time."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each record stands in its file."""

    def numbered(self, ids: Iterable[int]) -> NDArray[np.int64]:
        """Return the rows of live events with one of some event ids."""


def part(column: str, form: str = "text", *more: str) -> Part:
    """Return a part that an event needs."""
    return Part((column, *more), form)


def maybe(column: str, form: str = "text", *more: str) -> Part:
    """Return a part that may say nothing."""
    return Part((column, *more), form, is_needed=False)


#: The host that wrote the event.
HERE: Final = Part((HOST,), "text")
