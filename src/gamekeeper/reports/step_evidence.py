"""What stands behind a step: who speaks in it, how common its like is, and which conditions were true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind
from gamekeeper.reports.answer import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.model.incidents import Matched, Said, Step

#: Rules of one step, and conditions of one rule, that are told; ``incidents.json`` holds more.
_RULES: Final = 3
_CONDITIONS: Final = 6


def evidence(step: Step) -> tuple[str, ...]:
    """Return sentences, the heaviest speaker first; texts of logs, not yet inert."""
    return tuple(_lines(step))


def _lines(step: Step) -> Iterator[str]:
    for said in step.said[:_RULES]:
        yield _speaker(said)
        yield from (_condition(one) for one in said.matched[:_CONDITIONS])
        if len(said.matched) > _CONDITIONS:
            yield f"and {number(len(said.matched) - _CONDITIONS, 'more condition')}"
    if len(step.said) > _RULES:
        kind = "rule" if step.kind is SignalKind.MATCH else "voice"
        yield f"and {number(len(step.said) - _RULES, f'more {kind}')} on the same event"
    if step.joined:
        yield f"linked to the story by: {step.joined}"


def _speaker(said: Said) -> str:
    about = ", ".join(filter(None, (said.level, f"{said.bits:g} bits", said.because)))
    return f"{said.title or said.id} ({about})"


def _condition(one: Matched) -> str:
    if not one.field:
        return one.value
    has = (
        f", and the event has “{one.held}”"
        if one.held and fold(one.held) != fold(one.value)
        else ""
    )
    return f"{one.field} {one.op.replace('|', ', ')} “{one.value}”{has}"
