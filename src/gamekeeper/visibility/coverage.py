"""Answers to questions over cells: where it would have been seen, in stretches of hosts and days alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.visibility import Coverage, Sight, Stretch
from gamekeeper.visibility.ground import MEMORY, words_of
from gamekeeper.visibility.questions import TECHNIQUE
from gamekeeper.visibility.roles import DOMAIN_CONTROLLER, MAYBE_CONTROLLER
from gamekeeper.visibility.tables import channels, families
from gamekeeper.visibility.terms import lacking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.visibility.ground import Ground, Key
    from gamekeeper.visibility.questions import Question
    from gamekeeper.visibility.scope import Scope
    from gamekeeper.visibility.terms import Term

    Grid = NDArray[np.int8]

#: The question is not asked of this cell: the host has none of its roles.
NOT_ASKED: Final = -1
_DAY_S: Final = 86_400
#: Reasons that a stretch names.
_REASONS: Final = 4


@dataclass(frozen=True, slots=True)
class Answers:
    """The sight of each question in each cell, by its id; ``NOT_ASKED`` where it is not asked."""

    scope: Scope
    ground: Ground
    questions: Mapping[str, Question]
    grids: Mapping[str, Grid]
    words: dict[tuple[Term, int], tuple[str, ...]] = field(default_factory=dict)
    stretches: dict[tuple[object, ...], tuple[Stretch, ...]] = field(default_factory=dict)
    states: dict[tuple[object, ...], NDArray[np.int32]] = field(default_factory=dict)


def answers(
    scope: Scope,
    ground: Ground,
    questions: Mapping[str, Question],
    hosts_of: Mapping[str, NDArray[np.bool_]],
) -> Answers:
    """Answer all questions. ``hosts_of``: role → mask of hosts."""
    grids: dict[str, Grid] = {}
    for name, one in questions.items():
        if one.term is None:
            grids[name] = np.full(scope.shape, NOT_ASKED, np.int8)
        elif one.kind != TECHNIQUE:
            found = ground.sights.of(one.term)[ground.pattern]
            asked = asked_hosts(one, hosts_of, len(scope.hosts))
            if not fits(scope, one):
                found = np.zeros(scope.shape, np.int8)
            grids[name] = np.where(asked[:, None], found, np.int8(NOT_ASKED))
    for name, one in questions.items():
        if one.kind == TECHNIQUE:
            grids[name] = joined([grids[part] for part in one.parts], scope.shape)
    return Answers(scope, ground, questions, grids)


def fits(scope: Scope, one: Question) -> bool:
    """Say whether a scope is long enough for a chain to fit in."""
    return scope.shape[1] * _DAY_S >= one.span_s


def asked_hosts(
    one: Question, hosts_of: Mapping[str, NDArray[np.bool_]], hosts: int
) -> NDArray[np.bool_]:
    """Return the hosts that a question is asked of."""
    if not one.on:
        return np.ones(hosts, bool)
    nobody = np.zeros(hosts, bool)
    wanted = [*one.on, *([MAYBE_CONTROLLER] if DOMAIN_CONTROLLER in one.on else ())]
    mask: NDArray[np.bool_] = np.any([hosts_of.get(role, nobody) for role in wanted], axis=0)
    return mask


def joined(grids: list[Grid], shape: tuple[int, int]) -> Grid:
    """Return the sight of a technique: seen where all of its behaviours are, blind where none is."""
    stack = np.stack(grids) if grids else np.full((1, *shape), NOT_ASKED, np.int8)
    asked = stack != NOT_ASKED
    least = np.where(asked, stack, np.int8(2)).min(axis=0)
    most = stack.max(axis=0)
    found = np.where(least == 2, np.int8(2), np.where(most <= 0, np.int8(0), np.int8(1)))
    return np.where(asked.any(axis=0), found, np.int8(NOT_ASKED))


def coverage(of: Answers, name: str) -> Coverage:
    """Return the coverage of one question."""
    one, grid = of.questions[name], of.grids[name]
    counts = [int((grid == value).sum()) for value in (0, 1, 2)]
    return Coverage(
        one.id,
        one.name,
        stretches(of, one),
        (counts[0], counts[1], counts[2]),
        one.techniques,
        one.outside,
        "" if any(counts) else why_not(one),
    )


def why_not(one: Question) -> str:
    """Return why a question was asked of no host."""
    if one.term is not None:
        return no_host(one.on) if one.on else "no host of the roles that it takes is known"
    if one.outside:
        texts = " and ".join(families()[name].text for name in one.outside)
        why = f"it needs logs that this version does not read: {texts}"
        return f"{why}; no record here says it instead: {one.instead}" if one.instead else why
    if one.kind == "chain":
        return "this version does not look for it"
    return "no log shows it"


def runs(state: NDArray[np.int32], asked: NDArray[np.bool_]) -> list[tuple[list[int], int, int]]:
    """Return rows alike, first and last column of each run of equal states; what is not asked is left out."""
    numbered = np.where(asked, state, np.int32(-1))
    alike: dict[bytes, list[int]] = {}
    for row, line in enumerate(numbered):
        alike.setdefault(line.tobytes(), []).append(row)
    found = []
    for rows in alike.values():
        line = numbered[rows[0]]
        changed = np.flatnonzero(np.diff(line))
        starts = [0, *(changed + 1).tolist()] if len(line) else []
        stops = [*changed.tolist(), len(line) - 1]
        found += [
            (rows, start, stop)
            for start, stop in zip(starts, stops, strict=False)
            if line[start] >= 0
        ]
    return found


def no_host(roles: tuple[str, ...]) -> str:
    """Return that nobody has one of these roles."""
    article = "an" if roles[0][0] in "aeiou" else "a"
    return f"no host is known to be {article} {' or '.join(roles)}"


def stretches(of: Answers, one: Question) -> tuple[Stretch, ...]:
    """Return where a question stands alike, blind ones first."""
    # Most behaviours are shown by the same records.
    alike = _alike(one)
    if alike not in of.stretches:
        of.stretches[alike] = tuple(_stretches(of, one))
    return of.stretches[alike]


def _alike(one: Question) -> tuple[object, ...]:
    """Return all of a question that its answers depend on."""
    return one.term, one.on, one.parts, one.span_s


def _stretches(of: Answers, one: Question) -> list[Stretch]:
    hosts, days, grid = of.scope.hosts, of.scope.days, of.grids[one.id]
    found = [
        Stretch(
            tuple(hosts[row] for row in rows),
            int(days[start]),
            int(days[stop]),
            Sight(int(grid[rows[0], start])),
            reasons(of, one, rows[0], start),
        )
        for rows, start, stop in runs(states(of, one), grid != NOT_ASKED)
    ]
    return sorted(found, key=lambda each: (each.sight, each.first_day, each.hosts))


def states(of: Answers, one: Question) -> NDArray[np.int32]:
    """Return a number for each cell, the same where sight and reasons are the same."""
    alike = _alike(one)
    if alike not in of.states:
        made = _states if one.kind == TECHNIQUE else _states_by_pattern
        of.states[alike] = made(of, one)
    return of.states[alike]


def _states_by_pattern(of: Answers, one: Question) -> NDArray[np.int32]:
    """Return the states of a question of its own: its patterns alone tell them apart."""
    grid, pattern, count = of.grids[one.id], of.ground.pattern, of.ground.patterns
    asked = grid != NOT_ASKED
    sights = np.full(count, NOT_ASKED, np.int8)
    sights[pattern[asked]] = grid[asked]
    known: dict[tuple[object, ...], int] = {}
    numbers = [
        known.setdefault((sight, _lacks(of, one, sight, at, (one,))), len(known))
        for at, sight in enumerate(sights.tolist())
    ]
    return np.array(numbers, np.int32)[pattern]


def _states(of: Answers, one: Question) -> NDArray[np.int32]:
    grid, pattern = of.grids[one.id], of.ground.pattern
    known: dict[tuple[object, ...], int] = {}
    state = np.zeros(grid.shape, np.int32)
    asked = _asked_parts(of, one)
    packed = (asked * np.int64(of.ground.patterns) + pattern) * 4 + grid + 1
    cells, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    numbers = []
    for at in first.tolist():
        row, column = divmod(at, grid.shape[1])
        key = int(grid[row, column]), reasons(of, one, row, column)
        numbers.append(known.setdefault(key, len(known)))
    if len(cells):
        state = np.array(numbers, np.int32)[inverse].reshape(grid.shape)
    return state


def _asked_parts(of: Answers, one: Question) -> NDArray[np.int64]:
    """Return, as a column, a number for each host that tells apart which behaviours are asked of it."""
    parts = [of.grids[part][:, :1] != NOT_ASKED for part in one.parts]
    if not parts or not of.scope.shape[1]:
        return np.zeros((of.scope.shape[0], 1), np.int64)
    _, number = np.unique(np.concatenate(parts, axis=1), axis=0, return_inverse=True)
    return number.reshape(-1, 1).astype(np.int64)


def reasons(of: Answers, one: Question, row: int, column: int) -> tuple[str, ...]:
    """Return in words what is lacking in one cell."""
    sight, pattern = int(of.grids[one.id][row, column]), int(of.ground.pattern[row, column])
    return _lacks(of, one, sight, pattern, _terms(of, one, row))


def is_too_early(of: Answers, one: Question, row: int, column: int) -> bool:
    """Say whether a chain would be seen in a cell if only the logs went back far enough."""
    if one.term is None or of.grids[one.id][row, column] not in (0, 1) or not fits(of.scope, one):
        return False
    values = of.ground.values[:, of.ground.pattern[row, column]]
    rows = lacking(one.term, values, of.ground.constant)
    return all(of.ground.keys[at].kind == MEMORY for at in rows)


def _lacks(
    of: Answers, one: Question, sight: int, pattern: int, parts: Sequence[Question]
) -> tuple[str, ...]:
    """Return in words what is lacking where a question has a sight; ``parts`` are what it asks there."""
    if sight not in (0, 1):
        return ()
    if not fits(of.scope, one):
        return (f"the logs span less than the {one.span_s // _DAY_S} days that it takes",)
    found: dict[str, None] = {}
    for part in parts:
        found |= dict.fromkeys(_words(of, part, pattern))
    return tuple(found)[:_REASONS]


def _terms(of: Answers, one: Question, row: int) -> list[Question]:
    if one.kind != TECHNIQUE:
        return [one]
    parts = [of.questions[part] for part in one.parts]
    return [part for part in parts if part.term and of.grids[part.id][row, 0] != NOT_ASKED]


def _words(of: Answers, one: Question, pattern: int) -> tuple[str, ...]:
    assert one.term is not None  # cells that are asked have one
    key = one.term, pattern
    if key not in of.words:
        values, constant = of.ground.values[:, pattern], of.ground.constant
        rows = lacking(one.term, values, constant)
        of.words[key] = tuple(_word(of.ground.keys[row]) for row in rows)
    return of.words[key]


def _word(key: Key) -> str:
    known = channels().get(key.channel)
    return words_of(key, known.name if known else key.channel)
