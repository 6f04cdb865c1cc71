"""What the terminal says of the logs themselves: the gravest breaks, and how far each host can be trusted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.breaks import Standing
from gamekeeper.reports import answer
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from gamekeeper.model.breaks import Break, IntegrityResult

#: Breaks that are listed one by one.
TOP: Final = 10
_STYLES: Final = {
    Standing.PROVED: "critical",
    Standing.LIKELY: "high",
    Standing.POSSIBLE: "medium",
    Standing.EXPLAINED: "quiet",
}
_TITLE: Final = "Covered tracks"


def parts(result: IntegrityResult | None, top: int = TOP, *, whole: str = "") -> list[Part]:
    """Return what to say; one sentence where nothing is broken. ``whole`` says where all breaks are."""
    if result is None:
        return []
    headline = Cell(sentence(result), "strong")
    open_ones = [one for one in result.breaks if one.lowers_trust]
    shown = open_ones[:top]
    if not shown:
        return [Part(_TITLE, (headline,))]
    left = len(result.breaks) - len(shown)
    more = f"and {answer.number(left, 'more break')}{': ' + whole if whole else ''}" if left else ""
    head = ("verdict", "host", "log", "from", "to (UTC)", "what", "cause")
    table = Table(
        tuple(Cell(name) for name in head),
        tuple(_row(one, result) for one in shown),
        fold=(0, 5, 1, 2),
    )
    return [Part(_TITLE, (headline,), table, more)]


def sentence(result: IntegrityResult) -> str:
    """Return the answer to: did they cover their tracks?

    >>> from gamekeeper.model.breaks import IntegrityResult
    >>> sentence(IntegrityResult())
    'No break was found in these logs.'
    """
    counts = Counter(one.standing for one in result.breaks)
    said = [f"{counts[standing]:,} {standing}" for standing in Standing if counts[standing]]
    if not said:
        return "No break was found in these logs."
    return f"{answer.number(len(result.breaks), 'break')} in these logs: {', '.join(said)}."


def _row(one: Break, result: IntegrityResult) -> tuple[Cell, ...]:
    anomaly = one.anomaly
    return (
        Cell(one.standing, _STYLES[one.standing]),
        Cell(result.hosts.get(anomaly.host, anomaly.host)),
        Cell(result.channels.get(anomaly.channel, anomaly.channel)),
        Cell(_minute(anomaly.start)),
        Cell(_minute(anomaly.stop)),
        Cell(anomaly.text, "strong"),
        Cell(one.cause),
    )


def _minute(filetime: int | None) -> str:
    return "" if filetime is None else (iso_time(filetime) or "")[:16].replace("T", " ")
