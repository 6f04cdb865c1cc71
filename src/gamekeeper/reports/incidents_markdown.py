"""Incidents as Markdown: for tickets, wikis and mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gamekeeper.reports.incident_parts import minute, phase_title
from gamekeeper.reports.inert import markdown_safe as safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def text(documents: Sequence[Mapping[str, Any]]) -> str:
    """Return incidents, given as ``incidents.json`` has them, one after the other."""
    return "\n".join(line for one in documents for line in _lines(one)) or "No incidents.\n"


def _lines(one: Mapping[str, Any]) -> Iterator[str]:
    confidence, benign = one["confidence"], one["benign_explanation"]
    yield f"# {one['rank']}. {safe(one['headline'])}"
    yield ""
    yield f"- Incident `{one['id']}`, severity **{one['severity']}**, {one['score_bits']} bits"
    yield f"- From {minute(one['first_seen'])} to {minute(one['last_seen'])} UTC"
    yield f"- Hosts: {safe(', '.join(one['hosts']))}"
    yield f"- Accounts: {safe(', '.join(one['accounts']))}"
    yield f"- ATT&CK: {safe(', '.join(one['techniques']))}"
    yield f"- Confidence: {safe(confidence['word'])} ({safe('; '.join(confidence['because']))})"
    said = one.get("disposition") or {}
    if said.get("changed_at"):
        yield f"- Decided: {safe(said['status'])}, {safe(said['owner'])}: {safe(said['note'])}"
    yield from _section("The best innocent story", [benign["text"]])
    yield from _section("It does not explain", benign["fails_to_explain"])
    yield from _story(one["steps"])
    yield from _section("Treat as known to the intruder", one["credentials_lost"])
    for phase in dict.fromkeys(action["phase"] for action in one["response"]):
        texts = [action["text"] for action in one["response"] if action["phase"] == phase]
        yield from _section(phase_title(phase), texts)
    yield from _section("Collect next", one["collect"])
    claims = [claim["text"] for claim in one.get("attribution", ())]
    yield from _section("Whom it resembles, and who says what of them", claims)
    yield ""


def _section(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {safe(said)}" for said in texts)


def _story(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield "## Story"
    yield ""
    yield "| time (UTC) | host | account | technique | what | records |"
    yield "|---|---|---|---|---|---|"
    for step in steps:
        cells = (
            (step["time"] or "unknown")[:19].replace("T", " "),
            step["host"],
            step["account"],
            step["technique"],
            step["text"],
            ", ".join(step["event_ids"][:4]),
        )
        yield f"| {' | '.join(safe(cell) for cell in cells)} |"
