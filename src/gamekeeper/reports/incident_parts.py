"""What the terminal says of incidents: a list of them, and one of them as a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.content import load_yaml
from gamekeeper.reports import answer, incidents_json, reached
from gamekeeper.reports.decided import lines, short
from gamekeeper.reports.exports.documents import standing_of
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.model.incidents import Disposition, Incident, Standing

#: Incidents that a hunt lists, and steps that a story shows unless all are asked for.
TOP: Final = 10
STEPS: Final = 60
_TITLE: Final = "Incidents"
Document = "Mapping[str, Any]"


def parts(
    incidents: Sequence[Incident],
    decided: Mapping[str, Disposition],
    top: int = TOP,
    *,
    whole: str = "",
) -> list[Part]:
    """Return the list of a hunt's incidents with what a case knows of them; nothing where there are none."""
    documents = [incidents_json.with_decision(one, decided) for one in incidents]
    return [listed(documents, top, whole=whole)]


def listed(documents: Sequence[Mapping[str, Any]], top: int, *, whole: str = "") -> Part:
    """Return incidents, given as ``incidents.json`` has them, as a table."""
    if not documents:
        return Part()
    has_decisions = any("disposition" in one for one in documents)
    head = ["severity", "score", "first seen", "last seen (UTC)", "signals", "id", "incident"]
    rows = tuple(
        (
            Cell(one["severity"], one["severity"]),
            Cell(f"{one['score_bits']:.0f}"),
            Cell(minute(one["first_seen"])),
            Cell(minute(one["last_seen"])),
            Cell(f"{one['signals']:,}"),
            Cell(one["id"]),
            *([Cell(short(_standing(one)))] if has_decisions else []),
            Cell(one["headline"], "strong"),
        )
        for one in documents[:top]
    )
    if has_decisions:
        head.insert(-1, "status")
    left = len(documents) - len(rows)
    more = (
        f"and {answer.number(left, 'more incident')}{': ' + whole if whole else ''}" if left else ""
    )
    table = Table(tuple(map(Cell, head)), rows, frozenset({1, 4}), (0, len(head) - 1))
    return Part(_TITLE, table=table, more=more)


def _standing(one: Mapping[str, Any]) -> Standing:
    return standing_of(one.get("disposition") or {})


def minute(time: str | None) -> str:
    """Return a time of a document to the minute."""
    return (time or "unknown")[:16].replace("T", " ")


def story(one: Mapping[str, Any], steps: int = STEPS) -> list[Part]:
    """Return one incident, given as ``incidents.json`` has it, as people read it."""
    confidence, benign = one["confidence"], one["benign_explanation"]
    about = [
        Cell(one["headline"], "strong"),
        Cell(
            f"{one['severity']}, {one['score_bits']:.1f} bits; {confidence['word']}: "
            + "; ".join(confidence["because"])
        ),
        Cell(
            f"from {minute(one['first_seen'])} to {minute(one['last_seen'])} UTC; "
            f"hosts {', '.join(one['hosts'])}; accounts {', '.join(one['accounts'])}"
        ),
    ]
    if one["supersedes"]:
        about.append(Cell(f"holds what were incidents {', '.join(one['supersedes'])}"))
    about += map(Cell, lines(_standing(one)))
    return [
        Part(f"Incident {one['id']}", tuple(about)),
        _steps(one, steps),
        _lines(reached.TITLE, reached.of_document(one)),
        _lines("The best innocent story", [benign["text"]]),
        _lines("It does not explain", benign["fails_to_explain"]),
        _lines("What would make it surer", confidence["raises"]),
        _lines("What would make it less sure", confidence["lowers"]),
        _lines("Treat as known to the intruder", one["credentials_lost"]),
        *_response(one["response"]),
        _lines("Collect next", one["collect"]),
        _lines("Whom it resembles, and who says what of them", _claims(one)),
        _lines("Caveats", one["caveats"]),
    ]


def _claims(one: Mapping[str, Any]) -> list[str]:
    """Return what is said of who it was; incidents of earlier versions have none."""
    return [claim["text"] for claim in one.get("attribution", ())]


def _lines(title: str, texts: Sequence[str]) -> Part:
    return Part(title, tuple(map(Cell, texts)))


def _response(actions: Sequence[Mapping[str, Any]]) -> list[Part]:
    found: dict[str, list[str]] = {}
    for action in actions:
        reason = f" ({action['because']})" if action["because"] else ""
        found.setdefault(action["phase"], []).append(f"{action['text']}{reason}")
    return [_lines(phase_title(phase), texts) for phase, texts in found.items()]


def phase_title(phase: str) -> str:
    """Return how a phase of the response is called."""
    phases: dict[str, str] = load_yaml("response.yml")["phases"]
    return phases.get(phase, phase)


def _text(step: Mapping[str, Any]) -> str:
    return (
        step["text"] if step["kind"] in {"match", "context"} else f"{step['kind']}: {step['text']}"
    )


def _steps(one: Mapping[str, Any], limit: int) -> Part:
    steps = one["steps"]
    weighty = sorted(steps, key=lambda step: -step["bits"])[:limit]
    chosen = {id(step) for step in weighty}
    rows = tuple(
        (
            Cell((step["time"] or "unknown")[:19].replace("T", " ")),
            Cell(f"{step['bits']:.1f}" if step["bits"] else ""),
            Cell(step["host"]),
            Cell(step["account"]),
            Cell(step["technique"]),
            Cell(f"{step['count']:,}" if step["count"] > 1 else ""),
            Cell(", ".join(step["event_ids"][:2])),
            Cell(_text(step), "quiet" if step["kind"] == "context" else ""),
        )
        for step in steps
        if id(step) in chosen
    )
    head = ("time (UTC)", "bits", "host", "account", "technique", "times", "records", "what")
    left = len(steps) - len(rows)
    more = f"and {answer.number(left, 'lighter step')}: --json has all" if left else ""
    table = Table(tuple(map(Cell, head)), rows, frozenset({1, 5}), (0, 7, 2, 3)) if rows else None
    return Part("Story", table=table, more=more)
