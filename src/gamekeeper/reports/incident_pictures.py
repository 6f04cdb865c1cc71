"""One picture an incident: a row for each host, a dot for each step in order of time, an arrow for each hop.

Steps stand one beside the other, not on a scale of time: in a slow intrusion minutes of work lie between
months of silence. Where a day ends, the day that begins is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.incidents import Incident, Step

#: Steps that are drawn: the heaviest, and all hops.
STEPS: Final = 80
_ROW: Final = 34
_LEFT: Final = 150
_RIGHT: Final = 20
_TOP: Final = 34
_WIDTH: Final = 960


@dataclass(frozen=True, slots=True)
class Row:
    """One host, or an address outside."""

    y: int
    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One step; ``style`` says how heavy it is."""

    x: int
    y: int
    radius: int
    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way between two rows."""

    x: int
    from_y: int
    to_y: int
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, in pixels."""

    width: int
    height: int
    rows: tuple[Row, ...]
    dots: tuple[Dot, ...]
    arrows: tuple[Arrow, ...]
    days: tuple[tuple[int, str], ...]


def picture(incident: Incident) -> Picture:
    """Return the picture of an incident."""
    steps = _drawn(incident.steps)
    names: dict[str, int] = {}
    for step in steps:
        for name in (step.from_host, step.host):
            if name and name not in names:
                names[name] = _TOP + _ROW * len(names) + _ROW // 2
    room = _WIDTH - _LEFT - _RIGHT
    places = [_LEFT + (2 * at + 1) * room // (2 * max(1, len(steps))) for at in range(len(steps))]
    dots, arrows, days = [], [], []
    day = ""
    for x, step in zip(places, steps, strict=True):
        text = f"{(iso_time(step.time) or 'unknown')[:19].replace('T', ' ')} {step.text[:300]}"
        if step.from_host:
            arrows.append(Arrow(x, names[step.from_host], names[step.host], text))
        elif step.host:
            dots.append(
                Dot(x, names[step.host], 3 + min(6, int(step.bits / 1.5)), _style(step), text)
            )
        here = (iso_time(step.time) or "")[:10]
        if here and here != day:
            day = here
            days.append((x, here))
    rows = tuple(Row(y, name) for name, y in names.items())
    height = _TOP + _ROW * len(names) + 10
    return Picture(_WIDTH, height, rows, tuple(dots), tuple(arrows), tuple(days))


def _drawn(steps: Sequence[Step]) -> list[Step]:
    heavy = sorted(steps, key=lambda step: (not step.from_host, -step.bits))[:STEPS]
    chosen = {id(step) for step in heavy}
    return [step for step in steps if id(step) in chosen]


def _style(step: Step) -> str:
    if step.kind is SignalKind.CONTEXT:
        return "quiet"
    return next(
        word for word, least in (("heavy", 7), ("middling", 4), ("light", 0)) if step.bits >= least
    )
