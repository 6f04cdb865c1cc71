"""Matches that a person has judged: a list of labels over the ``matches.jsonl`` of a hunt.

A label names a finding, an event, a rule, a host, or several of them, and means all matches that have all of
it. A match with both labels counts as malicious: nothing may be lost by a slip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

import orjson
import pyarrow as pa

from gamekeeper.context.lists import read_rows
from gamekeeper.context.rows import Remarks, Row, load
from gamekeeper.incidents.grouping import Grouper, Limits
from gamekeeper.incidents.naming import Finder
from gamekeeper.model.datasets import dataset_of_channel
from gamekeeper.model.findings import RuleAccount
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.settings import near
from gamekeeper.tuning.lines import MatchLine, MatchLines, names_beside
from gamekeeper.tuning.observed import Side, Sides

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gamekeeper.rules.ir import RuleSet

_VERDICTS: Final = {"benign": Side.BENIGN, "malicious": Side.MALICIOUS}
_COLUMNS: Final = {
    "label": ("verdict", "mark"),
    "finding": ("findingid",),
    "event": ("eventid",),
    "rule": ("ruleid",),
    "host": ("hostname",),
}
_KEYS: Final = ("finding", "event", "rule", "host")
_ROWS: Final = 8_192


@dataclass(frozen=True, slots=True)
class Label:
    """One row: what it names, and its verdict."""

    line: int
    verdict: Side
    named: tuple[tuple[str, str], ...]  # key, folded value


@dataclass(slots=True)
class Labels:
    """All rows of a file, and which of them have meant a match."""

    rows: list[Label]
    remarks: tuple[str, ...]
    _index: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> Labels:
        """Return the labels of a CSV or YAML file; raise UsageError where it is no such list."""
        given, remarks = load(path, "labels"), Remarks()
        rows = [
            label
            for row in read_rows(given, _COLUMNS, remarks)
            if (label := _label(row, remarks)) is not None
        ]
        labels = cls(rows, remarks.texts())
        for number, label in enumerate(rows):
            keys = tuple(key for key, _ in label.named)
            values = tuple(value for _, value in label.named)
            labels._index.setdefault(keys, {}).setdefault(values, []).append(number)
        return labels

    @property
    def asks_findings(self) -> bool:
        """Whether a row names a finding, so that matches have to be grouped."""
        return any("finding" in keys for keys in self._index)

    def verdict(self, match: MatchLine, finding: str) -> Side:
        """Return what was said of a match."""
        has = {
            "finding": finding,
            "event": fold(match.event),
            "rule": fold(match.rule),
            "host": short_host(match.host),
        }
        verdicts = set()
        for keys, rows in self._index.items():
            for number in rows.get(tuple(has[key] for key in keys), ()):
                self._used.add(number)
                verdicts.add(self.rows[number].verdict)
        if Side.MALICIOUS in verdicts:
            return Side.MALICIOUS
        return next(iter(verdicts), Side.UNJUDGED)

    def unused(self) -> list[int]:
        """Return the lines of rows that meant no match."""
        return [label.line for at, label in enumerate(self.rows) if at not in self._used]


def _label(row: Row, remarks: Remarks) -> Label | None:
    word = fold(row.values["label"])
    verdict = _VERDICTS.get(word)
    if verdict is None:
        hint = near(word, _VERDICTS)
        remarks.add(row.line, f"{word[:80]!r} is neither benign nor malicious{hint}")
        return None
    named = tuple((key, _value(key, row.values[key])) for key in _KEYS if key in row.values)
    if not named:
        remarks.add(row.line, "the row names no finding, event, rule or host")
        return None
    return Label(row.line, verdict, named)


def _value(key: str, value: str) -> str:
    return short_host(value) if key == "host" else fold(value)


@dataclass(slots=True)
class Judged:
    """The judged matches of a hunt as observations, and what could not be used."""

    sides: Sides
    verdicts: dict[tuple[int, str], Side] = field(default_factory=dict)  # by rule and fingerprint
    unknown: int = 0  # judged, but of a rule that is not among the given ones
    damaged: int = 0

    def judge(self, rule: int, fingerprint: str, verdict: Side) -> None:
        """Remember what was said; a copy of an event is the event, and the worse word counts."""
        key = (rule, fingerprint)
        if verdict != Side.UNJUDGED and self.verdicts.get(key) != Side.MALICIOUS:
            self.verdicts[key] = verdict

    def side_of(self, rule: int, fingerprint: str) -> Side:
        """Return what was said of a match."""
        return self.verdicts.get((rule, fingerprint), Side.UNJUDGED)


def judged(path: Path, labels: Labels, rules: RuleSet) -> Judged:
    """Return the judged matches of a ``matches.jsonl``."""
    found = Judged(Sides.of(rules))
    places = {rule.id: place for place, rule in enumerate(rules.rules)}
    lines = MatchLines(path)
    findings = _finding_ids(path) if labels.asks_findings else _no_ids()
    for match, finding in zip(lines, findings, strict=False):
        verdict = labels.verdict(match, finding)
        if match.rule not in places:
            found.unknown += verdict != Side.UNJUDGED
        else:
            found.judge(places[match.rule], match.fingerprint, verdict)
            found.sides[verdict].add(
                places[match.rule], dataset_of_channel(match.channel), _fields(match)
            )
    found.damaged = lines.damaged
    return found


def _no_ids() -> Iterator[str]:
    while True:
        yield ""


def _finding_ids(path: Path) -> Iterator[str]:
    """Yield the id of each match's finding, as the hunt has grouped them: same order, limits and names."""
    places: dict[str, int] = {}
    for match in MatchLines(path):
        places.setdefault(match.rule, len(places))
    rules = [RuleAccount(i, "", "", "") for i in places]
    grouper = Grouper(rules, Limits(), Finder(names_beside(path)))
    lines = iter(MatchLines(path))
    while some := list(islice(lines, _ROWS)):
        numbers = grouper.assign(_batch(some, places))
        yield from (grouper.groups[number].id for number in numbers.tolist())


def _batch(matches: Sequence[MatchLine], places: dict[str, int]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "rule": pa.array([places[match.rule] for match in matches], pa.int32()),
            "host": pa.array([match.host or None for match in matches], pa.utf8()),
            "user": pa.array([match.user or None for match in matches], pa.utf8()),
            "fields": pa.array([orjson.dumps(match.fields).decode() for match in matches]),
        }
    )


def _fields(match: MatchLine) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in match.fields.items():
        texts = [str(item) for item in (value if isinstance(value, list) else [value])]
        fields.setdefault(fold(name), []).extend(texts)
    return fields
