"""Sigma conditions: ``selection and not 1 of filter_*`` over named detections to one tree.

Our own small grammar (``not`` binds before ``and`` before ``or``), because a rule file is somebody else's
text: this reader takes time linear in the condition and has a limit on nesting.
"""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from gamekeeper.errors import RuleError
from gamekeeper.rules.ir import And, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"\s*(?:([()])|([\w*?.\-]+)|(\|)|(\S))")
_OPERATORS = frozenset({"and", "or", "not", "of"})
_DEPTH_LIMIT = 60
_LENGTH_LIMIT = 20_000


def parse_condition(text: str, detections: Mapping[str, Node]) -> Node:
    """Return the tree of one condition over the detections' trees; raise RuleError where it has none."""
    if len(text) > _LENGTH_LIMIT:
        raise RuleError(f"the condition is longer than {_LENGTH_LIMIT} characters")
    reader = _Reader(_tokens(text, detections), detections)
    node = reader.any_of(0)
    if reader.peek():
        raise RuleError(f"condition: {reader.peek()!r} is not expected here")
    return node


def all_of(children: list[Node]) -> Node:
    """Return the conjunction of the children, which is the child itself where there is only one."""
    return children[0] if len(children) == 1 else And(tuple(children))


def one_of(children: list[Node]) -> Node:
    """Return the disjunction of the children, which is the child itself where there is only one."""
    return children[0] if len(children) == 1 else Or(tuple(children))


def _tokens(text: str, detections: Mapping[str, Node]) -> list[str]:
    tokens = []
    for match in _TOKEN.finditer(text.rstrip()):
        bracket, word, pipe, other = match.groups()
        if pipe:
            raise RuleError("aggregation in a condition (| count() ...) is not supported")
        if other:
            raise RuleError(f"condition: {other!r} is not expected here")
        token = bracket or word
        # Older rules shout their operators; a detection of that very name comes first.
        if token not in detections and token.lower() in _OPERATORS:
            token = token.lower()
        tokens.append(token)
    return tokens


class _Reader:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, tokens: list[str], detections: Mapping[str, Node]) -> None:
        self._tokens = tokens
        self._at = 0
        self._detections = detections

    def peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index] if index < len(self._tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self._at += 1
        return token

    def any_of(self, depth: int) -> Node:
        children = [self.both_of(depth)]
        while self.peek() == "or":
            self.take()
            children.append(self.both_of(depth))
        return one_of(children)

    def both_of(self, depth: int) -> Node:
        children = [self.negation(depth)]
        while self.peek() == "and":
            self.take()
            children.append(self.negation(depth))
        return all_of(children)

    def negation(self, depth: int) -> Node:
        if depth > _DEPTH_LIMIT:
            raise RuleError(f"the condition is nested deeper than {_DEPTH_LIMIT} levels")
        if self.peek() == "not":
            self.take()
            return Not(self.negation(depth + 1))
        if self.peek() == "(":
            self.take()
            node = self.any_of(depth + 1)
            if self.take() != ")":
                raise RuleError("condition: a closing bracket is missing")
            return node
        return self.named()

    def named(self) -> Node:
        if self.peek(1) == "of" and self.peek() not in self._detections:
            return self.selector()
        name = self.take()
        if name in self._detections:
            return self._detections[name]
        if not name:
            raise RuleError("condition: it ends where a detection's name is expected")
        raise RuleError(f"condition: there is no detection named {name!r}")

    def selector(self) -> Node:
        quantity, _, pattern = self.take().lower(), self.take(), self.take()
        if quantity not in {"1", "any", "all"}:
            raise RuleError(
                f"condition: '{quantity} of' is not supported, only '1 of' and 'all of'"
            )
        chosen = _matching(pattern, self._detections)
        if not chosen:
            raise RuleError(f"condition: '{quantity} of {pattern}' names no detection")
        return all_of(chosen) if quantity == "all" else one_of(chosen)


def _matching(pattern: str, detections: Mapping[str, Node]) -> list[Node]:
    """Detections that a selector means; names with a leading underscore hide from other patterns."""
    if pattern.lower() == "them":
        pattern = "*"
    # fnmatch's translation does not backtrack over its stars.
    regex = re.compile(translate(pattern))
    return [
        node
        for name, node in detections.items()
        if regex.match(name) and (pattern.startswith("_") or not name.startswith("_"))
    ]
