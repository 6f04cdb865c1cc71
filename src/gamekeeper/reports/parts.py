"""What the terminal says before it is drawn: titled parts of lines and small tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """Raw text and how it is stressed."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; ``numeric`` columns stand to the right.

    Where lines are short, rows with a ``fold`` stand on two lines: the columns that it names, then the
    others.
    """

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    fold: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the summary; ``more`` says what was left out."""

    title: str = ""
    lines: tuple[Cell, ...] = ()
    table: Table | None = None
    more: str = ""
