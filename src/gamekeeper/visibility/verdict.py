"""Verdicts, one a question, host and day, and the verdict of the whole scope: ``docs/reference/verdict.md``.

A question is asked where a Windows log could answer it and something in the hunt looks for it. A technique
that ordinary work uses, too, is asked only where a rule of level medium or above found it. What rules find
counts where it speaks in an incident; elsewhere it is as if their level were low. Then:

- *affected*: the chain was found whole; or a rule of level high or above found the technique on a host on
  which, that day or the day before or after, a chain was found or tracks were covered (proved or likely).
- *suspected*: a chain below high, or a rule of level medium or above alone. A chain that ordinary work looks
  like only beside another sign: on the host, that day or the day before or after, a rule of level medium or
  above spoke, another chain was found, or tracks were covered.
- *cannot tell*: the logs of that host and day would not have shown it, or only a rule of low level, a rule
  that names it as one of several, or a chain of that kind was found, which ordinary work does, too. So is,
  from its day on, what a chain asks that tells only what never was before, once it was found.
- *no evidence*: they would have shown it, it was looked for, and nothing was found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.gathering.presence import DAY
from gamekeeper.integrity.timeline import MOST_HOURS
from gamekeeper.model.breaks import Standing
from gamekeeper.model.visibility import Judgement, Ruling, Verdict
from gamekeeper.visibility.coverage import (
    NOT_ASKED,
    is_too_early,
    reasons,
    runs,
    states,
    why_not,
)
from gamekeeper.visibility.questions import BEHAVIOUR, CHAIN, TECHNIQUE
from gamekeeper.visibility.rolling import rolled
from gamekeeper.visibility.signs import HIGH, MEDIUM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gamekeeper.model.breaks import Break
    from gamekeeper.visibility.coverage import Answers
    from gamekeeper.visibility.questions import Question
    from gamekeeper.visibility.scope import Scope
    from gamekeeper.visibility.signs import Sign, Signs

    Mask = NDArray[np.bool_]

#: Verdicts as numbers in a grid.
_ORDER: Final = tuple(Verdict)
_AFFECTED, _SUSPECTED, _DARK, _CLEAR = range(4)
_GRAVE: Final = {Standing.PROVED, Standing.LIKELY}
#: Levels of a chain that stand for it having happened.
_WHOLE: Final = {"critical", "high"}
_IDS: Final = 5
_LOW: Final = (
    "rules matched as they do in ordinary work here, without an incident, or rules for which it is one of "
    "several things that may have been done: that it was, and whose doing, no log says"
)
_ALIKE: Final = (
    "the chain was found and nothing beside it, as it is in ordinary work ({}): whose doing it was, "
    "no log says"
)
_NO_NEWS: Final = (
    "the chain was found by then, and tells what never was before: that it went on is no news to it"
)
_ALONE: Final = (
    "a rule of level medium or above speaks in an incident, and nothing joins it to a chain or covered "
    "tracks"
)
_JOINED: Final = (
    "a rule of level high or above speaks in an incident, and within a day on the same host a chain "
    "was found or tracks were covered"
)


def judged(
    answers: Answers, signs: Signs, breaks: Iterable[Break], left_out: tuple[str, ...] = ()
) -> Judgement:
    """Return the verdict on each question, and on the whole scope.

    ``left_out``: patterns by which the hunt left out hosts or channels. What was not searched is not clear.
    """
    near = _near(answers.scope, signs, breaks)
    rulings: list[Ruling] = []
    outside: list[tuple[str, str]] = []
    counts: Counter[Verdict] = Counter()
    for one in answers.questions.values():
        if one.kind == BEHAVIOUR:
            continue
        why = _out_of_scope(answers, one, signs)
        if why:
            outside.append((one.id, why))
            continue
        beside = _beside(answers.scope, one, signs, breaks) if _is_alike(one) else near
        grid = _verdicts(answers, one, signs, beside)
        if left_out:
            grid = np.where(grid == _CLEAR, np.int32(_DARK), grid)
        found = _rulings(answers, one, signs, grid)
        rulings += found
        for ruling in found:
            counts[ruling.verdict] += ruling.host_days
    caveats = (f"the hunt left out hosts or logs ({', '.join(left_out)}): it cannot clear any",)
    return rolled(tuple(rulings), counts, tuple(outside), caveats if left_out else ())


def _out_of_scope(answers: Answers, one: Question, signs: Signs) -> str:
    is_seen = one.id in signs.gravity or one.id in signs.hits
    if one.term is None and not is_seen:
        return why_not(one)
    if one.kind == CHAIN and one.id not in signs.chains:
        return "this hunt did not look for it"
    if (
        one.ordinary
        and one.kind == TECHNIQUE
        and not (signs.gravity.get(one.id, np.zeros(1)) >= MEDIUM).any()
    ):
        return f"no rule can say that it did not happen: {one.ordinary}"
    if is_seen:
        return ""
    if one.kind == TECHNIQUE and not signs.looked_for.get(one.id):
        return "no rule of this hunt looks for it"
    if not (answers.grids[one.id] != NOT_ASKED).any() and not one.on:
        return why_not(one)
    return ""


def _is_alike(one: Question) -> bool:
    """Say whether ordinary work looks like a chain."""
    return one.kind == CHAIN and bool(one.ordinary)


def _beside(scope: Scope, one: Question, signs: Signs, breaks: Iterable[Break]) -> Mask:
    """Return the cells within a day of any sign but the hits of one chain."""
    others = {name: hits for name, hits in signs.hits.items() if name != one.id}
    beside = _near(scope, replace(signs, hits=others), breaks)
    for gravity in signs.gravity.values():
        is_sign = np.pad(gravity >= MEDIUM, ((0, 0), (1, 1)))
        beside |= is_sign[:, :-2] | is_sign[:, 1:-1] | is_sign[:, 2:]
    return beside


def _near(scope: Scope, signs: Signs, breaks: Iterable[Break]) -> Mask:
    """Return the cells within a day of a chain or of covered tracks."""
    near = np.zeros(scope.shape, bool)
    for hits in signs.hits.values():
        for hit in hits:
            near |= _cells_of(scope, hit.hosts, hit.first, hit.last)
    for one in breaks:
        anomaly = one.anomaly
        stop = anomaly.stop if anomaly.stop is not None else anomaly.start
        if one.standing in _GRAVE and stop is not None and anomaly.host:
            start = anomaly.start if anomaly.start is not None else stop
            start = max(start, stop - MOST_HOURS * DAY // 24)
            near |= _cells_of(scope, (anomaly.host,), start, stop)
    return near


def _cells_of(scope: Scope, hosts: Iterable[str], first: int, last: int) -> Mask:
    mask = np.zeros(scope.shape, bool)
    rows = scope.host_rows(hosts)
    columns = (scope.days >= first // DAY * DAY - DAY) & (scope.days <= last + DAY)
    mask[np.ix_(rows[rows >= 0], columns)] = True
    return mask


def _verdicts(answers: Answers, one: Question, signs: Signs, near: Mask) -> NDArray[np.int32]:
    sight = answers.grids[one.id]
    found = np.where(sight == 2, np.int32(_CLEAR), np.int32(_DARK))
    if one.kind == CHAIN:
        for hit in signs.hits.get(one.id, ()):
            _mark_hit(found, answers.scope, hit)
        if one.ordinary:
            found = np.where((found == _SUSPECTED) & ~near, np.int32(_DARK), found)
        return np.where(
            (found == _CLEAR) & _is_no_news(answers, one, signs), np.int32(_DARK), found
        )
    gravity = signs.gravity.get(one.id)
    if gravity is not None:
        found = np.where(gravity > 0, np.int32(_DARK), found)
        found = np.where(gravity >= MEDIUM, np.int32(_SUSPECTED), found)
        found = np.where((gravity >= HIGH) & near, np.int32(_AFFECTED), found)
    return found


def _is_no_news(answers: Answers, one: Question, signs: Signs) -> Mask:
    """Return the cells from the day on which a chain was found that tells beginnings only."""
    first = min((hit.first for hit in signs.hits.get(one.id, ())), default=None)
    if not one.is_once or first is None:
        return np.zeros(answers.scope.shape, bool)
    return np.broadcast_to(answers.scope.days >= first // DAY * DAY, answers.scope.shape)


def _mark_hit(found: NDArray[np.int32], scope: Scope, hit: Sign) -> None:
    value = _AFFECTED if hit.level in _WHOLE else _SUSPECTED
    rows = scope.host_rows(hit.hosts)
    columns = (scope.days >= hit.first // DAY * DAY) & (scope.days <= hit.last)
    cells = np.ix_(rows[rows >= 0], columns)
    found[cells] = np.minimum(found[cells], value)


def _rulings(
    answers: Answers, one: Question, signs: Signs, verdicts: NDArray[np.int32]
) -> list[Ruling]:
    sight = answers.grids[one.id]
    asked = (sight != NOT_ASKED) | (verdicts < _DARK)
    if one.ordinary and one.kind == TECHNIQUE:
        asked = verdicts < _DARK
    if not asked.any():
        text = f"{why_not(one)}: it cannot be said where this would have been seen"
        return [Ruling(one.id, one.name, one.kind, Verdict.CANNOT_TELL, text, (), 0, 0, 0)]
    gravity = signs.gravity.get(one.id, np.zeros(answers.scope.shape, np.int8))
    is_low = (gravity > 0) & (gravity < MEDIUM)
    was_found = _hit_cells(answers, one, signs)
    is_low |= was_found & (verdicts == _DARK)
    state = (states(answers, one) * 4 + verdicts) * 2 + is_low
    scope = answers.scope
    found = []
    for rows, start, stop in runs(state.astype(np.int32), asked):
        verdict = int(verdicts[rows[0], start])
        hosts = tuple(scope.hosts[row] for row in rows)
        run = rows, start, stop
        because, ids = _because(answers, one, signs, run, verdict, was_found[rows[0], start])
        found.append(
            Ruling(
                one.id,
                one.name,
                one.kind,
                _ORDER[verdict],
                because,
                hosts,
                int(scope.days[start]),
                int(scope.days[stop]),
                len(hosts) * (stop - start + 1),
                ids,
                verdict == _DARK and is_too_early(answers, one, rows[0], start),
            )
        )
    return sorted(found, key=lambda each: (_ORDER.index(each.verdict), each.first_day, each.hosts))


def _because(
    answers: Answers,
    one: Question,
    signs: Signs,
    run: tuple[list[int], int, int],
    verdict: int,
    was_found: np.bool_,
) -> tuple[str, tuple[str, ...]]:
    """Return the sentence that justifies a verdict, and the ids that it rests on.

    ``was_found``: a chain was found where the run begins.
    """
    rows, start, _ = run
    if verdict in (_AFFECTED, _SUSPECTED):
        return _found_text(answers, one, signs, run, verdict)
    if verdict == _DARK:
        gravity = signs.gravity.get(one.id)
        if gravity is not None and gravity[rows[0], start] > 0:
            return _LOW, _ids(answers, one, signs, rows)
        if was_found:
            return _ALIKE.format(one.ordinary), _hit_ids(answers, one, signs, rows)
        lacking = reasons(answers, one, rows[0], start)
        if not lacking and _is_no_news(answers, one, signs)[rows[0], start]:
            return _NO_NEWS, ()
        return "; ".join(lacking) or "these logs would have shown a part of it only", ()
    if one.kind == CHAIN:
        return "the logs would have shown every step that it needs, and the chain was not found", ()
    count = signs.looked_for.get(one.id, 0)
    rules = "1 rule that looks" if count == 1 else f"{count:,} rules that look"
    return f"the logs would have shown it, and none of {rules} for it matched", ()


def _found_text(
    answers: Answers,
    one: Question,
    signs: Signs,
    run: tuple[list[int], int, int],
    verdict: int,
) -> tuple[str, tuple[str, ...]]:
    rows, _, _ = run
    if one.kind == CHAIN:
        ids = _hit_ids(answers, one, signs, rows)
        what = "was found whole" if verdict == _AFFECTED else "was found, but is no proof by itself"
        return f"the chain {what}", ids
    ids = _ids(answers, one, signs, rows)
    if verdict == _AFFECTED:
        return _JOINED, ids
    return _ALONE, ids


def _hit_cells(answers: Answers, one: Question, signs: Signs) -> Mask:
    """Return the cells in which a chain was found."""
    none = np.full(answers.scope.shape, np.int32(_CLEAR))
    for hit in signs.hits.get(one.id, ()):
        _mark_hit(none, answers.scope, hit)
    found: Mask = none < _CLEAR
    return found


def _hit_ids(answers: Answers, one: Question, signs: Signs, rows: list[int]) -> tuple[str, ...]:
    names = {answers.scope.hosts[row] for row in rows}
    return tuple(hit.id for hit in signs.hits[one.id] if names & set(hit.hosts))[:_IDS]


def _ids(answers: Answers, one: Question, signs: Signs, rows: list[int]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        found |= dict.fromkeys(signs.findings.get((one.id, answers.scope.hosts[row]), ()))
    return tuple(found)[:_IDS]
