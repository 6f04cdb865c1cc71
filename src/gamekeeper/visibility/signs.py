"""What speaks for an intrusion, by technique, host and day: matches of rules, and hits of chains."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.gathering.presence import DAY
from gamekeeper.model.findings import LEVELS
from gamekeeper.model.fingerprint import short_host
from gamekeeper.rules.attack import attack_of, in_v19

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.model.findings import Finding, RuleAccount
    from gamekeeper.model.results import MatchStore
    from gamekeeper.visibility.scope import Scope

#: Levels as numbers: the graver, the greater.
GRAVITY: Final = {level: len(LEVELS) - at for at, level in enumerate(LEVELS)}
LOW: Final = GRAVITY["low"]
MEDIUM: Final = GRAVITY["medium"]
HIGH: Final = GRAVITY["high"]
#: What a rule proves at most of a technique that it names beside its main one: of one of another kind, and of
#: another sub-technique of the main one's, of which it says no more than that it may have been that one.
_BESIDE: Final = MEDIUM
_ONE_OF: Final = GRAVITY["low"]
#: Statuses of rules that could not be asked at all, whatever the logs.
_UNASKED: Final = {"unsupported"}


@dataclass(frozen=True, slots=True)
class Sign:
    """One hit of a chain, or a rule that speaks in an incident: what it is called, where and when."""

    question: str
    level: str
    hosts: tuple[str, ...]
    first: int
    last: int
    id: str


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs over the cells of a scope. ``gravity``: technique → the gravest level in each cell, 0 for none.

    ``looked_for``: techniques that some rule of the hunt names, with how many; ``hits``: by chain;
    ``findings``: technique and host → ids of findings, the gravest first.
    """

    gravity: dict[str, NDArray[np.int8]]
    looked_for: dict[str, int]
    hits: dict[str, list[Sign]] = field(default_factory=dict)
    chains: frozenset[str] = frozenset()  # that were looked for
    findings: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def techniques_of(rule: RuleAccount) -> tuple[str, ...]:
    """Return the techniques of a rule as the fact base numbers them, parents of sub-techniques included."""
    return _techniques(rule.tags)


@cache
def _techniques(tags: tuple[str, ...]) -> tuple[str, ...]:
    names = attack_of(tags).techniques
    return tuple(dict.fromkeys(one for name in names for one in _numbers(name)))


def _numbers(technique: str) -> tuple[str, str]:
    """Return a technique as the fact base numbers it, and the one above it."""
    new = in_v19(technique)
    return new, new.partition(".")[0]


@cache
def _most(tags: tuple[str, ...]) -> dict[str, int]:
    """Return how grave a match of a rule can be for each of its techniques."""
    attack = attack_of(tags)
    main = attack.main
    found: dict[str, int] = {}
    for name in dict.fromkeys((main, *attack.techniques) if main else ()):
        most = _ONE_OF if name.partition(".")[0] == main.partition(".")[0] else _BESIDE
        most = max(GRAVITY.values()) if name == main else most
        for each in _numbers(name):
            found[each] = max(found.get(each, 0), most)
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """What a hunt found beside matches: hits of chains, the ``chains`` that it looked for, and ``told``.

    ``told``: where and when rules speak in incidents. What matched elsewhere is ordinary work here, and of
    low level whatever its rule says.
    """

    hits: Sequence[Sign] = ()
    chains: Sequence[str] = ()
    told: Sequence[Sign] = ()


def signs_of(
    scope: Scope,
    matches: MatchStore,
    rules: Sequence[RuleAccount],
    findings: Iterable[Finding],
    found: Found,
) -> Signs:
    """Return the signs of a hunt."""
    looked_for: dict[str, int] = defaultdict(int)
    for rule in rules:
        if rule.status not in _UNASKED:
            for technique in techniques_of(rule):
                looked_for[technique] += 1
    gravity: dict[str, NDArray[np.int8]] = {}
    speaks = _told_cells(scope, found.told)
    for number, row, column in sorted(_cells(scope, matches)):
        rule = rules[number]
        level = GRAVITY.get(rule.level, 1)
        if (rule.id, row, column) not in speaks:
            level = min(level, LOW)
        _mark(gravity, rule, (row, column), level, scope.shape)
    by_chain: dict[str, list[Sign]] = defaultdict(list)
    for hit in found.hits:
        by_chain[hit.question].append(hit)
    return Signs(gravity, dict(looked_for), dict(by_chain), frozenset(found.chains), _ids(findings))


def _cells(scope: Scope, matches: MatchStore) -> set[tuple[int, int, int]]:
    """Return rule, row and column of every cell with a match: few, however many matches there are."""
    found: set[tuple[int, int, int]] = set()
    for batch in matches.batches():
        host = _host_rows(batch.column("host"), scope)
        time = batch.column("filetime").fill_null(-1).to_numpy(zero_copy_only=False)
        day = scope.day_columns(time)
        rule = batch.column("rule").to_numpy(zero_copy_only=False).astype(np.int64)
        known = (host >= 0) & (day >= 0) & (time >= DAY)
        cells = np.unique(np.stack([rule[known], host[known], day[known]]), axis=1)
        found |= set(zip(*cells.tolist(), strict=True))
    return found


def _host_rows(column: pa.DictionaryArray, scope: Scope) -> NDArray[np.int64]:
    names = [short_host(name or "") for name in column.dictionary.to_pylist()]
    rows = np.append(scope.host_rows(names), -1)
    codes = column.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    found: NDArray[np.int64] = rows[codes]
    return found


def _told_cells(scope: Scope, told: Iterable[Sign]) -> set[tuple[str, int, int]]:
    """Return rule, row and column of every cell in which a rule speaks in an incident."""
    found: set[tuple[str, int, int]] = set()
    for one in told:
        columns = np.flatnonzero((scope.days >= one.first // DAY * DAY) & (scope.days <= one.last))
        for row in scope.host_rows(one.hosts).tolist():
            found |= {(one.question, row, column) for column in columns.tolist()}
    return found


def _mark(
    gravity: dict[str, NDArray[np.int8]],
    rule: RuleAccount,
    cell: tuple[int, int],
    level: int,
    shape: tuple[int, int],
) -> None:
    for technique, most in _most(rule.tags).items():
        grid = gravity.setdefault(technique, np.zeros(shape, np.int8))
        grid[cell] = max(grid[cell], min(level, most))


def _ids(findings: Iterable[Finding]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in findings:
        tags = tuple(f"attack.{name}" for name in one.techniques)
        for technique in _techniques(tags):
            found[technique, short_host(one.host)].append(one.id)
    return dict(found)
