"""A paper for people before it is Markdown or HTML: chapters of titled sections, raw text in both.

What a reader is given is decided once (``readers``); how it looks is decided here and in the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.reports.inert import markdown_safe as safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.reports.attack_map import Column
    from gamekeeper.reports.host_graph import HostGraph
    from gamekeeper.reports.incident_pictures import Picture


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``quiet`` are rows that stand back, ``folds`` what stands behind each row, if anything."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    quiet: frozenset[int] = frozenset()
    more: str = ""
    folds: tuple[tuple[str, ...], ...] = ()

    @property
    def told(self) -> str:
        """The name of the column that is prose; what is folded stands below it."""
        return "what"


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences, then points, then columns, then a table; ``title`` may be empty."""

    title: str = ""
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    grid: Grid | None = None
    is_ordered: bool = False
    columns: tuple[Column, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sentences or self.points or self.columns or self.grid)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One incident. ``severity`` colours it; ``drawing`` and ``graph`` are for pages only."""

    title: str
    severity: str
    sections: tuple[Section, ...]
    drawing: Picture | None = None
    graph: HostGraph | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """All of it; ``marking`` says how far it may go."""

    title: str
    marking: str
    lead: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()


def markdown(paper: Paper) -> str:
    """Return a paper as Markdown in which no text of a log is markup."""
    lines = [f"**{safe(paper.marking)}**", ""]
    for said in paper.lead:
        lines += [safe(said), ""]
    for chapter in paper.chapters:
        lines += [f"# {safe(chapter.title)}", ""]
        for section in chapter.sections:
            if section:
                lines += _section(section)
    return "\n".join(lines)


def _section(section: Section) -> Iterator[str]:
    if section.title:
        yield from (f"## {safe(section.title)}", "")
    for said in section.sentences:
        yield from (safe(said), "")
    for number, point in enumerate(section.points, 1):
        yield f"{f'{number}.' if section.is_ordered else '-'} {safe(point)}"
    if section.points:
        yield ""
    for column in section.columns:
        places = (
            f"{place.technique} {place.name}{f' ({place.signals:,})' if place.signals else ''}"
            for place in column.places
        )
        yield f"- **{safe(column.title)}**: {'; '.join(map(safe, places))}"
    if section.columns:
        yield ""
    if section.grid is not None:
        yield from _grid(section.grid)


def _grid(grid: Grid) -> Iterator[str]:
    yield f"| {' | '.join(map(safe, grid.head))} |"
    yield f"|{'---|' * len(grid.head)}"
    for at, row in enumerate(grid.rows):
        folded = grid.folds[at] if grid.folds else ()
        cells = (
            "<br>".join(map(safe, (cell, *(folded if name == grid.told else ()))))
            for name, cell in zip(grid.head, row, strict=True)
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    if grid.more:
        yield from (safe(grid.more), "")
