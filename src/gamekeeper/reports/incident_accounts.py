"""What the terminal says of why an incident scored so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.accounting import accounting
from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.scoring import severity
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.answer import number
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from gamekeeper.incidents.accounting import Accounting, Entry
    from gamekeeper.model.incidents import Incident

#: Halvings after which a share is no longer given as a number.
_SMALL: Final = 10


def explained(one: Incident, top: int) -> list[Part]:
    """Return the account of an incident's score; of its signals the ``top`` that count most."""
    found = accounting(one, parameters())
    return [
        Part(f"Incident {one.id}", (Cell(one.headline, "strong"), Cell(_sum(one, found)))),
        _entries(found, top),
        Part("Tactics that were reached", tuple(map(Cell, found.tactics))),
        Part("By what its signals hang on each other", tuple(map(Cell, _links(found)))),
    ]


def _sum(one: Incident, found: Accounting) -> str:
    steps = [
        f"{number(len(found.entries), 'signal')} count {found.total} bits",
        f"{number(len(found.tactics), 'tactic')} reached: times {found.progress:g}",
    ]
    if found.worth != 1.0:
        steps.append(f"the gravest host's criticality: times {found.worth:g}")
    given = parameters()
    levels = ", ".join(f"{word} from {least:g}" for word, least in given.severity)
    raised = ", for the chain in it" if severity(one.score_bits, given) != one.severity else ""
    return f"{'; '.join(steps)}; {one.score_bits} bits, {one.severity}{raised} ({levels})"


def _entries(found: Accounting, top: int) -> Part:
    head = ("counts", "bits", "time (UTC)", "host", "kind", "why")
    rows = tuple(_row(entry) for entry in found.entries[:top])
    left = len(found.entries) - len(rows)
    more = f"and {number(left, 'lighter signal')}" if left > 0 else ""
    table = Table(tuple(map(Cell, head)), rows, frozenset({0, 1}), (0, 5)) if rows else None
    return Part("What its signals say", table=table, more=more)


def _row(entry: Entry) -> tuple[Cell, ...]:
    step = entry.step
    time = (iso_time(step.time) or "unknown")[:19].replace("T", " ")
    return (
        Cell(f"{entry.counted:.2f}", "strong"),
        Cell(f"{entry.bits:.1f}"),
        Cell(time),
        Cell(step.host),
        Cell(str(step.kind)),
        Cell(_why(entry)),
    )


def _why(entry: Entry) -> str:
    step = entry.step
    said = step.said[0] if step.said else None
    texts = (
        [f"{said.title} ({said.level or said.id}, {said.bits:g} bits): {said.because}"]
        if said
        else []
    )
    others = len(step.said) - 1
    if others > 0:
        texts.append(f"{number(others, 'other rule')} on the same event")
    if step.kind is not SignalKind.MATCH and entry.bits < entry.said:
        texts.append(f"{entry.said - entry.bits:.1f} bits are said by other signals of its events")
    elif entry.bits < entry.said:
        texts.append("one act of a script among many, or of a routine")
    if entry.place:
        share = f"1/{2**entry.place}" if entry.place <= _SMALL else "next to nothing"
        texts.append(f"number {entry.place + 1} of {entry.sort}: {share} of it counts")
    return "; ".join(texts)


def _links(found: Accounting) -> list[str]:
    return [f"{number(count, 'signal')}: {text}" for text, count in found.links]
