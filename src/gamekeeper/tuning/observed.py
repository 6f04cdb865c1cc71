"""Matched events as filters may ask them: values under the names that Sigma's rules use.

An event writes ``NewProcessName`` where rules say ``Image``. The names here are those of the rule's log
source, so that what is proposed can be said in a filter for that source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.content import load_yaml
from gamekeeper.engine.reference import row_fields
from gamekeeper.model.fingerprint import fingerprints
from gamekeeper.model.folding import fold
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Renamed
from gamekeeper.rules.routing import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gamekeeper.engine.base import Engine
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.ir import LogSource, RuleSet

#: Distinct events of one rule that are kept; further ones are counted, and no filter is fitted to them.
DISTINCT_LIMIT: Final = 5_000
_SILENT: Final = frozenset({"", "-"})

#: Field in Sigma's name -> values, sorted by name.
Values = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a filter may ask: ``kind`` is shape or account, ``weight`` how much it narrows."""

    kind: str
    weight: int


@cache
def asked_fields() -> dict[str, Asked]:
    """Return the fields of ``content/tuning.yml``, in its order."""
    return {name: Asked(**stated) for name, stated in load_yaml("tuning.yml")["fields"].items()}


def minimum_weight() -> int:
    """Return what a selection has to weigh."""
    return int(load_yaml("tuning.yml")["minimum_weight"])


class Side(IntEnum):
    """What a person says of matches: of a set of logs, or of each match."""

    BENIGN = 0
    MALICIOUS = 1
    UNJUDGED = 2


class Observed:
    """The matched events of some labelled logs: how many of each rule, and which distinct ones."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.matches: dict[int, int] = {}
        self.events: dict[int, dict[Values, int]] = {}
        self.left_out = 0  # matches of events beyond DISTINCT_LIMIT

    def add(self, rule: int, dataset: str, fields: Mapping[str, list[str]]) -> None:
        """Take one match of an event, given under its own folded names."""
        self.matches[rule] = self.matches.get(rule, 0) + 1
        mapping = _mapping(self.rules.rules[rule].logsource, dataset)
        values = _values(fields, mapping)
        seen = self.events.setdefault(rule, {})
        if values in seen or len(seen) < DISTINCT_LIMIT:
            seen[values] = seen.get(values, 0) + 1
        else:
            self.left_out += 1


@dataclass(frozen=True, slots=True)
class Sides:
    """All labelled matches, by what was said of them."""

    benign: Observed
    malicious: Observed
    unjudged: Observed

    @classmethod
    def of(cls, rules: RuleSet) -> Sides:
        """Return sides without a match."""
        return cls(Observed(rules), Observed(rules), Observed(rules))

    def __getitem__(self, side: Side) -> Observed:
        return (self.benign, self.malicious, self.unjudged)[side]


#: Names the side of a match, by the position of its rule and the fingerprint of its event.
SideOf = Callable[[int, str], Side]


def sort_out(sides: Sides, side_of: SideOf, engine: Engine, batches: Iterable[EventBatch]) -> None:
    """Give all matches that an engine finds in some events to the sides that they are on."""
    for batch, rule, row, side in placed(side_of, engine, batches):
        sides[side].add(rule, batch.dataset, row_fields(batch, row))


def placed(
    side_of: SideOf, engine: Engine, batches: Iterable[EventBatch]
) -> Iterator[tuple[EventBatch, int, int, Side]]:
    """Yield batch, rule, row and side of every match."""
    for batch in batches:
        found = engine.match(batch)
        rows, places = np.unique(found.row, return_inverse=True)
        digests = (
            [digest.hex() for digest in fingerprints(batch, rows).to_pylist()] if len(rows) else []
        )
        for rule, row, place in zip(
            found.rule.tolist(), found.row.tolist(), places.tolist(), strict=True
        ):
            yield batch, rule, row, side_of(rule, digests[place])


@cache
def _mapping(source: LogSource, dataset: str) -> dict[str, FieldMap]:
    return next((fields for route, fields in readings(source) if route.dataset == dataset), {})


def _values(fields: Mapping[str, list[str]], mapping: Mapping[str, FieldMap]) -> Values:
    found = ((name, _read(name, fields, mapping.get(fold(name)))) for name in asked_fields())
    return tuple(sorted((name, values) for name, values in found if values))


def _read(name: str, fields: Mapping[str, list[str]], mapped: FieldMap | None) -> tuple[str, ...]:
    if mapped is None:
        return _said(fields, name)
    if isinstance(mapped, Renamed):
        if mapped.form or mapped.known:
            return ()  # what the event writes is not what a rule says
        return next((said for n in mapped.names if (said := _said(fields, n))), ())
    if isinstance(mapped, Joined):
        left, right = _said(fields, mapped.left), _said(fields, mapped.right)
        return (f"{left[0]}\\{right[0]}",) if left and right else ()
    if isinstance(mapped, Chosen):
        given = _said(fields, mapped.given)
        return _read(name, fields, mapped.then if given else mapped.otherwise)
    return ()


def _said(fields: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(value for value in fields.get(fold(name), ()) if value not in _SILENT)
