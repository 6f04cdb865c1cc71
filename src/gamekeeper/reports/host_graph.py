"""A small graph of one incident: hosts as boxes, ways between them as numbered arrows.

Boxes stand in columns, each as many hops from where it began as its column says, in order of time. All ways
of one direction between two hosts are one arrow; its number is that of the sentence about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.telling import listed
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.model.incidents import Hop, Incident

#: Arrows that are drawn, the first in time, and columns that there is room for.
ARROWS: Final = 40
_COLUMNS: Final = 7
_WIDTH: Final = 960
_ROW: Final = 56
_HIGH: Final = 30
_TOP: Final = 14
_BOX: Final = 150
_NAMES: Final = 3


@dataclass(frozen=True, slots=True)
class Box:
    """One host; ``is_outside``: it is only where something came from, such as an address."""

    x: int
    y: int
    width: int
    height: int
    name: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Way:
    """All ways from one host to another; ``path`` is that of an SVG, its number stands at ``x`` and ``y``."""

    number: int
    path: str
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class HostGraph:
    """All of it, in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def ways(one: Incident) -> tuple[str, ...]:
    """Return a sentence for each direction between two hosts, the first in time first."""
    return tuple(_sentence(*way) for way in _ways(one))


def host_graph(one: Incident) -> HostGraph | None:
    """Return the graph of an incident; None where no way leads from one host to another."""
    drawn = _ways(one)[:ARROWS]
    if not drawn:
        return None
    inside = {fold(name) for name in one.hosts}
    boxes = _boxes([pair for pair, _ in drawn], inside)
    arrows = tuple(
        Way(number, *_curve(boxes[pair[0]], boxes[pair[1]]), _sentence(pair, hops))
        for number, (pair, hops) in enumerate(drawn, 1)
    )
    bottom = max(box.y + box.height for box in boxes.values())
    low = max(way.y for way in arrows)  # ways back run below their boxes
    return HostGraph(_WIDTH, max(bottom, low) + 14, tuple(boxes.values()), arrows)


def _ways(one: Incident) -> list[tuple[tuple[str, str], list[Hop]]]:
    found: dict[tuple[str, str], list[Hop]] = {}
    for hop in sorted(one.hops, key=lambda hop: (hop.time is None, hop.time or 0)):
        if fold(hop.from_host) != fold(hop.to_host):
            found.setdefault((hop.from_host, hop.to_host), []).append(hop)
    return list(found.items())


def _sentence(pair: tuple[str, str], hops: Sequence[Hop]) -> str:
    who = listed((hop.account for hop in hops), _NAMES) or "somebody"
    how = listed((hop.how for hop in hops), _NAMES)
    days = [(iso_time(hop.time) or "unknown")[:16].replace("T", " ") for hop in hops]
    when = days[0] if len(days) == 1 else f"{days[0]}, last {days[-1]}, on {len(days)} occasions"
    return f"{pair[0]} → {pair[1]}: {who}{f' ({how})' if how else ''}, {when}"


def _boxes(pairs: Sequence[tuple[str, str]], inside: set[str]) -> Mapping[str, Box]:
    column: dict[str, int] = {}
    for start, end in pairs:
        column.setdefault(start, 0)
        column.setdefault(end, min(column[start] + 1, _COLUMNS - 1))
    step = _WIDTH // (max(column.values()) + 1)
    width = min(_BOX, step - 40)
    filled: dict[int, int] = {}
    boxes = {}
    for name, at in column.items():
        row = filled.get(at, 0)
        filled[at] = row + 1
        x = step * at + (step - width) // 2
        boxes[name] = Box(x, _TOP + _ROW * row, width, _HIGH, name, fold(name) not in inside)
    return boxes


def _curve(start: Box, end: Box) -> tuple[str, int, int]:
    """Return the path of an arrow, from side to side or back below the boxes, and where its number goes.

    That is at three quarters of the way: where arrows begin at one box, they lie over each other.
    """
    if end.x > start.x:
        points = [(start.x + start.width, start.y + _HIGH // 2), (end.x, end.y + _HIGH // 2)]
        half = (points[0][0] + points[1][0]) // 2
        points[1:1] = [(half, points[0][1]), (half, points[1][1])]
    else:
        low = max(start.y, end.y) + _HIGH + 22
        ends = [(box.x + box.width // 2, box.y + _HIGH) for box in (start, end)]
        shift = 24 if start.x == end.x else 0
        points = [ends[0], (ends[0][0] + shift, low), (ends[1][0] + shift, low), ends[1]]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    x, y = ((a + 9 * b + 27 * c + 27 * d) // 64 for a, b, c, d in zip(*points, strict=True))
    return f"M{ax} {ay}C{bx} {by} {cx} {cy} {dx} {dy}", x, y
