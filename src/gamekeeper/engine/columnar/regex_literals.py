"""Texts that a value must contain for a regular expression to be found in it.

Only what is provable from the parsed pattern: where in doubt a run of characters ends. The texts are
folded ASCII and are looked for in folded values. Without regard to case, Python also lets a few letters
beyond ASCII stand for ``i``, ``s`` and ``k``; values with such letters (:data:`ODD_LETTERS`) are asked
directly.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import And, Node, Op, Or, Predicate
from gamekeeper.rules.regexes import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    _Tree = Sequence[tuple[Any, Any]]

#: Letters whose lower case is not the ASCII letter that ``re.IGNORECASE`` takes them for, or only nearly.
ODD_LETTERS = frozenset("\u0130\u0131\u017f\u212a")

#: The standard library's own parser: a pattern means here what it means there.
_PARSER = import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
#: Characters that nearly every value holds: looking for them costs more than it excludes.
_EVERYWHERE = frozenset(' .-:/\\"') | frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_BRANCH_LIMIT = 24
_RUN_LIMIT = 64


def required(predicate: Predicate) -> Node | None:
    """Return what a value must contain, as a tree of ``contains``, or None where nothing is sure."""
    try:
        tree = _PARSER.parse(predicate.value, compiled(predicate.value, predicate.flags).flags)
    except (re.error, RecursionError):
        return None
    return _node(predicate.name, _Runs().read(tree).found())


def _node(name: str, found: list[str | list[str]]) -> Node | None:
    nodes: list[Node] = []
    for item in found:
        texts = [item] if isinstance(item, str) else item
        choices = tuple(Predicate(name, Op.CONTAINS, text) for text in texts)
        nodes.append(choices[0] if len(choices) == 1 else Or(choices))
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


class _Runs:
    """Collects runs of characters that stand side by side, and alternatives of which one must stand."""

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._choices: list[list[str]] = []
        self._run = ""

    def found(self) -> list[str | list[str]]:
        """Return the three longest runs and the best choice: more would cost more than they exclude."""
        self._end()
        runs = sorted(set(self._runs), key=lambda run: (-len(run), run))[:3]
        runs = [run for run in runs if len(run) > 1 or run not in _EVERYWHERE]
        kept: list[str | list[str]] = [
            run for run in runs if not any(run in o for o in runs if o != run)
        ]
        choices = sorted(self._choices, key=lambda c: -min(map(len, c)))
        return kept + choices[:1]

    def read(self, tree: _Tree) -> _Runs:
        """Go through a parsed pattern."""
        for operation, argument in tree:
            name = str(operation)
            if name in _REPEATS:
                self._repeat(*argument)
            elif name in _STEPS:
                _STEPS[name](self, argument)
            elif name != "AT":  # a position takes no room
                self._end()
        return self

    def _end(self) -> None:
        if self._run:
            self._runs.append(self._run)
        self._run = ""

    def literal(self, code: int) -> None:
        """One character."""
        self._character(_folded([code]))

    def choice(self, members: list[tuple[Any, Any]]) -> None:
        """A class of characters."""
        self._character(_one_of(members))

    def group(self, parts: tuple[Any, Any, Any, _Tree]) -> None:
        """A group, captured or not."""
        self.read(parts[3])

    def branch(self, parts: tuple[Any, list[_Tree]]) -> None:
        """Alternatives."""
        self._end()
        choice = []
        for tree in parts[1]:
            runs = [run for run in _Runs().read(tree).found() if isinstance(run, str)]
            if not runs:
                return
            choice.append(max(runs, key=len))
        if len(choice) <= _BRANCH_LIMIT:
            self._choices.append(sorted(set(choice)))

    def _character(self, character: str) -> None:
        if not character or len(self._run) >= _RUN_LIMIT:
            self._end()
        self._run += character

    def _repeat(self, least: int, most: int, tree: _Tree) -> None:
        if least and most == least and len(tree) == 1 and least <= _RUN_LIMIT:
            for _ in range(least):
                self.read(tree)
            return
        self._end()
        if least:
            self.read(tree)
            self._end()


_STEPS: dict[str, Callable[[_Runs, Any], object]] = {
    "LITERAL": _Runs.literal,
    "IN": _Runs.choice,
    "SUBPATTERN": _Runs.group,
    "ATOMIC_GROUP": _Runs.read,
    "BRANCH": _Runs.branch,
}


def _folded(codes: Iterable[int]) -> str:
    """Return the one ASCII character that all of these fold to, or nothing."""
    folded = {fold(chr(code)) if code < 128 else "" for code in codes}
    return folded.pop() if len(folded) == 1 else ""


def _one_of(members: list[tuple[Any, Any]]) -> str:
    if any(str(kind) != "LITERAL" for kind, _ in members):
        return ""
    return _folded(code for _, code in members)
