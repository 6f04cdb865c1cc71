"""Regular expressions of rules: Python's ``re`` where it is quick, an automaton where it might not be.

``re`` decides what a pattern means. How long it takes depends on the text, so each pattern gets a length up
to which its worst case is bearable; longer texts go to the automaton. The choice depends on nothing but the
pattern and the text: every engine gives the same answer on every machine.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from gamekeeper.rules.automaton import Automaton, BeyondAutomatonError, parsed

_C: Final[Any] = import_module("re._constants")
_Tree = Any
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
#: Steps that ``re`` may take on one text in the worst case: some twenty milliseconds.
_STEP_LIMIT = 4_000_000
#: Choices a repeat leaves from which it counts as endless.
_WIDE = 32
_PATTERN_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class _Cost:
    """What going back may cost: a factor, and the power of the text's length; None is exponential."""

    factor: int = 1
    power: int | None = 0


@lru_cache(maxsize=4096)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """Return the compiled pattern; ``flags`` holds letters of "ims"."""
    bits = 0
    for flag in flags:
        bits |= _FLAGS[flag]
    with warnings.catch_warnings():
        # "Possible nested set" is news for the author of a rule, not for who runs it.
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, bits)


def search(pattern: str, flags: str, value: str) -> bool:
    """Say whether the pattern is found anywhere in the value, in a time that no value can stretch."""
    return searcher(pattern, flags)(value)


@lru_cache(maxsize=4096)
def searcher(pattern: str, flags: str) -> Callable[[str], bool]:
    """Return :func:`search` for one pattern, which many values are asked about."""
    bearable, quick = safe_length(pattern, flags), compiled(pattern, flags).search

    def is_found(value: str) -> bool:
        if len(value) <= bearable:
            return quick(value) is not None
        return _automaton(pattern, flags).search(value)

    return is_found


def refusal(pattern: str, flags: str = "") -> str:
    """Say why a pattern is refused, or "" where it is not."""
    if len(pattern) > _PATTERN_LIMIT:
        return f"it is longer than {_PATTERN_LIMIT} characters"
    try:
        compiled(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        return f"Python's re cannot compile it: {error}"
    try:
        _automaton(pattern, flags)
    except BeyondAutomatonError as error:
        return f"{error}, and a text could make it run without end"
    return ""


@lru_cache(maxsize=4096)
def safe_length(pattern: str, flags: str = "") -> int:
    """Return the length of text up to which ``re`` is bearable whatever the text says."""
    cost = _sequence_cost(parsed(pattern, compiled(pattern, flags).flags))
    if cost.power is None:
        return 12
    # One power more: a search starts anew at every character.
    return int((_STEP_LIMIT / cost.factor) ** (1 / (cost.power + 1)))


@lru_cache(maxsize=1024)
def _automaton(pattern: str, flags: str) -> Automaton:
    return Automaton(pattern, compiled(pattern, flags).flags)


def _sequence_cost(items: _Tree) -> _Cost:
    """Ways to go back multiply along a sequence."""
    factor, power = 1, 0
    for op, argument in items:
        cost = _item_cost(op, argument)
        if cost.power is None:
            return cost
        factor, power = min(factor * cost.factor, _STEP_LIMIT), power + cost.power
    return _Cost(factor, power)


def _item_cost(op: _Tree, argument: _Tree) -> _Cost:
    if op is _C.SUBPATTERN:
        return _sequence_cost(argument[3])
    if op is _C.BRANCH:
        ways = [_sequence_cost(way) for way in argument[1]]
        if any(way.power is None for way in ways):
            return _Cost(power=None)
        return _Cost(sum(way.factor for way in ways), max(way.power or 0 for way in ways))
    if op in {_C.MAX_REPEAT, _C.MIN_REPEAT}:
        return _repeat_cost(argument)
    return _Cost()


def _repeat_cost(argument: _Tree) -> _Cost:
    least, most, inner = argument
    is_endless = most is _C.MAXREPEAT or most - least >= _WIDE
    cost = _sequence_cost(inner)
    is_plain = cost == _Cost()
    if is_endless:
        # A repeat in a repeat can divide the same text in exponentially many ways.
        return _Cost(power=1) if is_plain else _Cost(power=None)
    if cost.power is None or is_plain:
        return _Cost(most - least + 1, cost.power)
    times = min(most, 64)
    return _Cost(
        min(cost.factor**times * (most - least + 1), _STEP_LIMIT), (cost.power or 0) * times
    )
