"""What the terminal says of visibility: the verdict, the seven answers, checks, chains and the one change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.visibility import Outcome, Verdict
from gamekeeper.reports import answer
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from gamekeeper.model.visibility import Coverage, VisibilityResult

OUTCOME_STYLES: Final = {
    Outcome.PASS: "quiet",
    Outcome.WARN: "medium",
    Outcome.FAIL: "high",
    Outcome.INFO: "quiet",
    Outcome.CANNOT_TELL: "low",
}
_VERDICT_STYLES: Final = {
    Verdict.AFFECTED: "critical",
    Verdict.SUSPECTED: "high",
    Verdict.CANNOT_TELL: "medium",
    Verdict.NO_EVIDENCE: "strong",
}
_TOP: Final = 40


def verdict_parts(result: VisibilityResult | None) -> list[Part]:
    """Return the verdict with its sentence and caveats."""
    if result is None or result.judgement is None:
        return []
    one = result.judgement
    head = Cell(f"{one.verdict}: {one.because}", _VERDICT_STYLES[one.verdict])
    return [Part("Verdict", (head, *(Cell(text) for text in one.caveats)))]


def answer_parts(result: VisibilityResult | None) -> list[Part]:
    """Return the seven answers and the cheapest change."""
    if result is None:
        return []
    rows = tuple(
        (
            Cell(one.outcome, OUTCOME_STYLES[one.outcome]),
            Cell(one.question, "strong"),
            Cell(one.answer),
        )
        for one in result.replies
    )
    head = tuple(Cell(name) for name in ("", "question", "answer"))
    return [
        Part("Could it have been seen?", table=Table(head, rows, fold=(2, 1))),
        Part("The cheapest change that opens most", tuple(_change_lines(result))),
    ]


def _change_lines(result: VisibilityResult) -> list[Cell]:
    best = result.cheapest_fix
    if best is None:
        return []
    opens = [answer.number(len(best.behaviours), "behaviour")]
    if best.chains:
        opens.insert(0, ", ".join(best.chains))
    text = f"{best.change.text}: opens {' and '.join(opens)} on {answer.number(len(best.hosts), 'host')}"
    lines = [Cell(text, "strong"), *(Cell(command) for command in best.change.commands)]
    return [*lines, Cell(f"or by policy: {best.change.policy}", "quiet")]


def check_parts(result: VisibilityResult | None) -> list[Part]:
    """Return the tables of checks, chains and techniques."""
    if result is None:
        return []
    head = tuple(Cell(name) for name in ("check", "verdict", "what", "found", "change"))
    rows = tuple(
        (
            Cell(one.id),
            Cell(one.outcome, OUTCOME_STYLES[one.outcome]),
            Cell(one.title, "strong"),
            Cell(one.text),
            Cell(one.change.text if one.change else ""),
        )
        for one in result.checks
    )
    return [
        Part("Checks", table=Table(head, rows, fold=(3, 2, 4))),
        _coverage_part("Chains", result.chains),
        _coverage_part("Techniques", result.techniques),
    ]


def _coverage_part(title: str, coverage: tuple[Coverage, ...]) -> Part:
    head = tuple(Cell(name) for name in ("", "what", "seen", "partly", "blind", "lacking"))
    asked = [one for one in coverage if sum(one.host_days)]
    rows = tuple(
        (
            Cell(one.id),
            Cell(one.name, "strong"),
            *(Cell(f"{count:,}") for count in reversed(one.host_days)),
            Cell("; ".join(one.stretches[0].lacking if one.stretches else ())),
        )
        for one in asked[:_TOP]
    )
    left = [one for one in coverage if not sum(one.host_days)]
    more = [f"and {len(asked) - _TOP:,} more"] * (len(asked) > _TOP)
    more += [
        f"not asked: {', '.join(one.id for one in left[:12])}" + (" ..." if len(left) > 12 else "")
    ] * bool(left)
    text = "; ".join(more)
    name = f"{title} (hosts and days)"
    if not rows:
        return Part(name, (Cell(text),) if text else ())
    return Part(name, table=Table(head, rows, frozenset({2, 3, 4}), (5, 1)), more=text)
