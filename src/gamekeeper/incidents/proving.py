"""Which conditions of rules were true in the events that steps tell of, and what the events held.

Matches are on disk and many; only those of the events that people are told of are looked at, once all
incidents are known. What is longer than a reader takes in is cut, and says so; ``matches.jsonl`` holds all.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from gamekeeper.incidents.json_text import utf8
from gamekeeper.incidents.started import event_keys
from gamekeeper.incidents.witnesses import rows_of
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import Matched, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.model.incidents import Incident, Said, Step
    from gamekeeper.model.results import MatchStore
    from gamekeeper.questions.searches import Rows

#: Steps of one incident that people read: the heaviest.
STEPS: Final = 300
#: Conditions of one rule, and characters of a value, that a step holds.
CONDITIONS: Final = 12
_TEXT: Final = 300
#: A condition as ``Predicate.text`` writes it.
_WRITTEN: Final = re.compile(r"(?P<head>[^:]*): (?P<value>['\"].*)", re.DOTALL)
_ID: Final = re.compile(r"(\d+):(\d+)")
_COLUMNS: Final = ("source", "offset", "rule", "why", "fields")

#: What was true, by position of the rule and key of the event.
_Proofs = dict[tuple[int, int], tuple[Matched, ...]]


def heaviest(steps: Sequence[Step], limit: int = STEPS) -> list[Step]:
    """Return the steps that weigh most, in the order of the story."""
    chosen = {id(step) for step in sorted(steps, key=lambda step: -step.bits)[:limit]}
    return [step for step in steps if id(step) in chosen]


def proved(
    incidents: Sequence[Incident], matches: MatchStore, rules: Sequence[RuleLike]
) -> tuple[Incident, ...]:
    """Return incidents in whose steps each rule says by which conditions it was true."""
    asked = _Asked({rule.id: place for place, rule in enumerate(rules)})
    told = [{id(step) for step in heaviest(one.steps)} for one in incidents]
    for one, chosen in zip(incidents, told, strict=True):
        asked.add(step for step in one.steps if id(step) in chosen)
    found = _found(matches, asked)
    return tuple(
        replace(
            one,
            steps=tuple(
                asked.answered(step, found) if id(step) in chosen else step for step in one.steps
            ),
        )
        for one, chosen in zip(incidents, told, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Rules by id, and the matches that steps ask for."""

    places: dict[str, int]
    wanted: set[tuple[int, int]] = field(default_factory=set)

    def add(self, steps: Iterable[Step]) -> None:
        for step in steps:
            for said in step.said:
                self.wanted.update(self._of(step, said))

    def _of(self, step: Step, said: Said) -> list[tuple[int, int]]:
        place = self.places.get(said.id) if step.kind is SignalKind.MATCH else None
        return [] if place is None else [(place, key) for key in _keys(step.event_ids)]

    def answered(self, step: Step, found: _Proofs) -> Step:
        """Return a step in which each rule speaks of the first event that it was true for."""
        said = tuple(
            replace(one, matched=next((found[at] for at in self._of(step, one) if at in found), ()))
            for one in step.said
        )
        return replace(step, said=said)


def _keys(event_ids: Iterable[str]) -> list[int]:
    pairs = [found.groups() for name in event_ids if (found := _ID.fullmatch(name))]
    numbers = np.array(pairs, np.int64).reshape(-1, 2)
    keys: list[int] = event_keys(numbers[:, 0], numbers[:, 1]).tolist()
    return keys


def _found(matches: MatchStore, asked: _Asked) -> _Proofs:
    found: _Proofs = {}
    if not asked.wanted:
        return found
    events: Rows = np.unique(np.array([key for _, key in asked.wanted], np.int64))
    for batch in matches.batches():
        rows = rows_of(batch, events)
        for at, row in _pairs(batch, rows):
            if at in asked.wanted and at not in found:
                found[at] = _conditions(
                    *(batch.column(name)[row].as_py() for name in ("why", "fields"))
                )
    return found


def _pairs(batch: pa.RecordBatch, rows: Rows) -> Iterable[tuple[tuple[int, int], int]]:
    rule, source, offset = (
        batch.column(name).to_numpy()[rows] for name in ("rule", "source", "offset")
    )
    keys = event_keys(source, offset)
    return zip(zip(rule.tolist(), keys.tolist(), strict=True), rows.tolist(), strict=True)


def _conditions(why: str, fields: str) -> tuple[Matched, ...]:
    held = {fold(name): value for name, value in orjson.loads(fields).items()}
    return tuple(_condition(text, held) for text in orjson.loads(why)[:CONDITIONS])


def _condition(text: str, held: dict[str, str | list[str]]) -> Matched:
    r"""Return one condition in parts; what is no condition on a field is a value alone.

    >>> _condition("Image|endswith: '\\\\cmd.exe'", {"image": "C:\\cmd.exe"})
    Matched(field='Image', op='endswith', value='\\cmd.exe', held='C:\\cmd.exe')
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return Matched("", "", _cut(text))
    name, _, op = written["head"].partition("|")
    value = held.get(fold(name), "")
    shown = value if isinstance(value, str) else ", ".join(value)
    return Matched(name, op or "equals", _cut(_literal(written["value"])), _cut(shown))


def _literal(quoted: str) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (ValueError, SyntaxError):
        return quoted


def _cut(text: str) -> str:
    text = utf8(text)
    left = len(text) - _TEXT
    return text if left <= 0 else f"{text[:_TEXT]}… ({left:,} more characters)"
