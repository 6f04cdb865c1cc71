"""Regular expressions in time linear in the text: Python's dialect, run as an automaton.

Python's ``re`` goes back over what it has tried and takes time exponential in a text that its author did not
foresee; SigmaHQ has such patterns, and log text is hostile. Rules only ask *whether* a pattern is found, so
a set of states that moves over the text once gives the answer. Python parses the pattern and judges every
single character; back references, look-around and atomic groups are beyond an automaton.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

_PARSER: Final[Any] = import_module("re._parser")
_COMPILER: Final[Any] = import_module("re._compiler")
_C: Final[Any] = import_module("re._constants")

#: A tree of Python's own parser, which has no types.
_Tree = Any

STATE_LIMIT = 4_000
_CACHE_LIMIT = 20_000
_KIND_BITS = 21  # as many as there are characters
_MATCH = -1
_WORD = re.compile(r"\w")
_ASCII_WORD = re.compile(r"\w", re.ASCII)
#: Of these one holds at a time.
_TYPE_FLAGS = re.ASCII | re.LOCALE | re.UNICODE
#: Whether ``\B`` holds in the empty text differs between versions of Python.
_EMPTY_NON_BOUNDARY = re.search(r"\B", "") is not None


class BeyondAutomatonError(ValueError):
    """The pattern uses what no automaton can do, or would need too many states."""


@dataclass(slots=True)
class _State:
    """A place in the pattern: a character to read, a position to check, or a choice of ways on."""

    test: int = -1  # number of the test that reads one character
    check: tuple[str, bool] | None = None  # position check and whether its words are ASCII
    ways: list[int] = field(default_factory=list)


class Automaton:
    """One pattern; remembers the moves that texts have made it work out."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._states: list[_State] = []
        self._tests: list[re.Pattern[str]] = []
        self._test_numbers: dict[tuple[str, str, int], int] = {}
        self._kinds: dict[str, int] = {}
        self._passed: list[tuple[bool, ...]] = []
        self._passed_numbers: dict[tuple[bool, ...], int] = {}
        self._checks: list[tuple[str, bool]] = []
        try:
            tree = parsed(pattern, flags)
            self._start = self._sequence(tree, tree.state.flags, _MATCH)
        except RecursionError:
            raise BeyondAutomatonError("nested too deeply") from None
        self._has_borders = any("BOUNDARY" in name for name, _ in self._checks)
        self._sets: dict[frozenset[int], int] = {}
        self._members: list[frozenset[int]] = []
        self._moves: list[dict[int, int]] = []
        self._asks: list[bool] = []
        self._closures: dict[tuple[int, int], tuple[bool, tuple[int, ...]]] = {}
        self._number(frozenset())

    def search(self, text: str) -> bool:
        """Say whether the pattern is found anywhere in the text."""
        here = 0  # the number of the set of states reached so far; 0 is the empty one
        last = len(text) - 1
        previous = "\n"
        for at, character in enumerate(text):
            key = self._kinds.get(character)
            if key is None:
                key = self._kind(character)
            # Only sets that lead to a check need a look at the place; within a line, only for word borders.
            if self._asks[here] and (
                self._has_borders or at == last or "\n" in (character, previous)
            ):
                key |= self._context(text, at) << _KIND_BITS
            following = self._moves[here].get(key)
            if following is None:
                following = self._move(here, key)
            if following < 0:
                return True
            here, previous = following, character
        found, _ = self._closure(here, self._context(text, last + 1))
        return found

    # -- moving -----------------------------------------------------------------------------------------

    def _kind(self, character: str) -> int:
        """Return the number of the kind of characters that pass the same tests as this one."""
        passed = tuple(test.match(character) is not None for test in self._tests)
        kind = self._passed_numbers.setdefault(passed, len(self._passed))
        if kind == len(self._passed):
            self._passed.append(passed)
        if len(self._kinds) < _CACHE_LIMIT:
            self._kinds[character] = kind
        return kind

    def _move(self, here: int, key: int) -> int:
        """Work out where a character leads from a set of states; below zero, the pattern was found."""
        found, reading = self._closure(here, key >> _KIND_BITS)
        if found:
            self._moves[here][key] = _MATCH
            return _MATCH
        passed = self._passed[key & ((1 << _KIND_BITS) - 1)]
        states = self._states
        reached = frozenset(states[n].ways[0] for n in reading if passed[states[n].test])
        if len(self._members) >= _CACHE_LIMIT:
            self._forget()
            return self._number(reached)
        following = self._moves[here][key] = self._number(reached)
        return following

    def _closure(self, here: int, context: int) -> tuple[bool, tuple[int, ...]]:
        """Follow all ways that read nothing, also from the pattern's start: it may be found here."""
        known = self._closures.get((here, context))
        if known is not None:
            return known
        stack = [self._start, *self._members[here]]
        seen: set[int] = set()
        while stack:
            number = stack.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number] if number != _MATCH else None
            if state is None or state.test >= 0:
                continue
            if state.check is None or self._holds(state.check, context):
                stack += state.ways
        found = _MATCH in seen
        reading = tuple(sorted(n for n in seen if n != _MATCH and self._states[n].test >= 0))
        self._closures[here, context] = found, reading
        return found, reading

    def _number(self, members: frozenset[int]) -> int:
        number = self._sets.get(members)
        if number is None:
            number = self._sets[members] = len(self._members)
            self._members.append(members)
            self._moves.append({})
            self._asks.append(self._leads_to_check(members))
        return number

    def _leads_to_check(self, members: frozenset[int]) -> bool:
        """Say whether any way from a set that reads nothing comes to a position check."""
        stack, seen = [self._start, *members], {_MATCH}
        while stack:
            number = stack.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number]
            if state.check is not None:
                return True
            if state.test < 0:
                stack += state.ways
        return False

    def _forget(self) -> None:
        """Drop what was learnt, so that no text can fill the memory."""
        self._sets, self._members, self._moves, self._closures = {}, [], [], {}
        self._asks = []
        self._number(frozenset())

    # -- positions --------------------------------------------------------------------------------------

    def _context(self, text: str, at: int) -> int:
        """Return the pattern's position checks that hold at a place, as bits."""
        bits = 0
        for number, check in enumerate(self._checks):
            if _position_holds(check, text, at):
                bits |= 1 << number
        return bits

    def _holds(self, check: tuple[str, bool], context: int) -> bool:
        return bool(context >> self._checks.index(check) & 1)

    # -- building, from the end of the pattern to its start ----------------------------------------------

    def _add(self, state: _State) -> int:
        if len(self._states) >= STATE_LIMIT:
            raise BeyondAutomatonError(f"it needs more than {STATE_LIMIT} states")
        self._states.append(state)
        return len(self._states) - 1

    def _sequence(self, items: _Tree, flags: int, following: int) -> int:
        for op, argument in reversed(list(items)):
            following = self._item(op, argument, flags, following)
        return following

    def _item(self, op: _Tree, argument: _Tree, flags: int, following: int) -> int:
        if op in {_C.LITERAL, _C.NOT_LITERAL, _C.ANY, _C.IN}:
            return self._add(_State(self._test(op, argument, flags), ways=[following]))
        if op is _C.AT:
            return self._add(_State(check=self._check(argument, flags), ways=[following]))
        if op is _C.BRANCH:
            ways = [self._sequence(way, flags, following) for way in argument[1]]
            return self._add(_State(ways=ways))
        if op is _C.SUBPATTERN:
            _, added, removed, inner = argument
            if added & _TYPE_FLAGS:
                flags &= ~_TYPE_FLAGS
            return self._sequence(inner, (flags | added) & ~removed, following)
        if op in {_C.MAX_REPEAT, _C.MIN_REPEAT}:
            return self._repeat(argument, flags, following)
        raise BeyondAutomatonError(f"{str(op).lower()} cannot be checked in linear time")

    def _repeat(self, argument: _Tree, flags: int, following: int) -> int:
        least, most, inner = argument
        if most is _C.MAXREPEAT:
            loop = self._add(_State(ways=[following]))
            self._states[loop].ways.append(self._sequence(inner, flags, loop))
            following = loop
        else:
            out = following
            for _ in range(most - least):
                inside = self._sequence(inner, flags, following)
                following = self._add(_State(ways=[out, inside]))
        for _ in range(least):
            following = self._sequence(inner, flags, following)
        return following

    def _test(self, op: _Tree, argument: _Tree, flags: int) -> int:
        """Let Python compile the one character, so that classes and case are its own."""
        key = (str(op), repr(argument), flags)
        if key not in self._test_numbers:
            state = _PARSER.State()
            state.flags = flags
            state.str = ""
            test = _COMPILER.compile(_PARSER.SubPattern(state, [(op, argument)]))
            self._test_numbers[key] = len(self._tests)
            self._tests.append(test)
        return self._test_numbers[key]

    def _check(self, argument: _Tree, flags: int) -> tuple[str, bool]:
        name = str(argument)
        if flags & re.MULTILINE and name in {"AT_BEGINNING", "AT_END"}:
            name += "_LINE"
        check = (name, bool(flags & re.ASCII))
        if check not in self._checks:
            self._checks.append(check)
        return check


def parsed(pattern: str, flags: int) -> _Tree:
    """Return Python's own tree of a pattern, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return _PARSER.parse(pattern, flags)


def _position_holds(check: tuple[str, bool], text: str, at: int) -> bool:
    name, is_ascii = check
    last = len(text)
    match name:
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return at == 0
        case "AT_BEGINNING_LINE":
            return at == 0 or text[at - 1] == "\n"
        case "AT_END_STRING":
            return at == last
        case "AT_END_LINE":
            return at == last or text[at] == "\n"
        case "AT_END":
            return at == last or (at == last - 1 and text[at] == "\n")
    word = _ASCII_WORD if is_ascii else _WORD
    before = at > 0 and word.match(text[at - 1]) is not None
    behind = at < last and word.match(text[at]) is not None
    if name == "AT_BOUNDARY":
        return before != behind
    if name == "AT_NON_BOUNDARY":
        return before == behind and (last > 0 or _EMPTY_NON_BOUNDARY)
    raise BeyondAutomatonError(f"unknown position {name}")
