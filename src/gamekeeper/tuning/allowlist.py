"""An allow-list: matches that somebody has looked at and answers for, until a day that he names.

An entry takes matches out of the findings, so its file is read strictly: whatever is odd in it is an error
with its line. Conditions are those of a Sigma detection. They are asked of a match's evidence, which has only
the fields that its rule asks: what is not there is not known, so conditions that lean on absence are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.context.rows import Given, Remarks, load
from gamekeeper.engine.reference import match_fields
from gamekeeper.errors import RuleError
from gamekeeper.model.folding import fold
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.ir import Node, Not, Op, Predicate, predicates
from gamekeeper.rules.places import Places
from gamekeeper.rules.pysigma import detection_node
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.model.context import GivenFile

_KEYS: Final = ("rule", "when", "reason", "owner", "expires")
_PROBE: Final = "\x00 what no log holds \x00"
_TEXT_LIMIT: Final = 2_000


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """One entry. ``rules`` are ids, titles or patterns of either; ``condition`` has no negation."""

    place: str  # "allow.yml, line 3"
    rules: tuple[str, ...]
    condition: Node
    reason: str
    owner: str
    expires: date  # the last day on which it applies

    @property
    def fields(self) -> dict[str, str]:
        """The fields that it asks: folded name -> name as written."""
        return {fold(p.name): p.name for p in predicates(self.condition)}

    @property
    def when(self) -> str:
        """The conditions as a person reads them."""
        return "; ".join(predicate.text for predicate in predicates(self.condition))[:_TEXT_LIMIT]


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries of all files, in their order, and the account of each file."""

    entries: tuple[AllowEntry, ...] = ()
    files: tuple[GivenFile, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[str | Path]) -> AllowList:
        """Return the entries of these files; raise UsageError for the first thing that is wrong."""
        entries: list[AllowEntry] = []
        files: list[GivenFile] = []
        for path in paths:
            given = load(path, "allow")
            found = list(_File(given).entries())
            entries += found
            files.append(given.account(len(found), Remarks()))
        return cls(tuple(entries), tuple(files))


class _File:
    """One file, with the lines of its parts."""

    def __init__(self, given: Given) -> None:
        self._given = given
        try:
            self._documents = read_documents(given.data)
        except RuleError as error:
            raise given.error(str(error).partition(" (line ")[0], error.line) from None
        self._places = Places(given.data)

    def entries(self) -> Iterator[AllowEntry]:
        """Yield the entries; raise UsageError where one is not whole."""
        if len(self._documents) != 1:
            raise self._given.error("it has to be one YAML document: a list of entries")
        for key, _, second in self._places.repeated(0):
            raise self._given.error(f"the key {key!r} stands twice in one map", second.line)
        document = self._documents[0]
        keys: tuple[str, ...] = ()
        if isinstance(document, dict) and list(document) == ["allow"]:
            document = document["allow"]
            keys = ("allow",)
        if not isinstance(document, list) or not document:
            raise self._given.error("it is no list of entries; write '- rule: ...' and so on", 1)
        for number, entry in enumerate(document):
            yield self._entry(entry, (*keys, str(number)))

    def _entry(self, entry: object, keys: tuple[str, ...]) -> AllowEntry:
        if not isinstance(entry, dict):
            raise self._error("an entry has to be a map", keys)
        for key in entry:
            if key not in _KEYS:
                known = ", ".join(_KEYS)
                hint = near(str(key), _KEYS)
                raise self._error(f"an entry has no key {key!r}{hint} ({known})", (*keys, str(key)))
        for key in _KEYS:
            if entry.get(key) in (None, "", [], {}):
                raise self._error(f"the entry has no {key}, which every entry needs", keys)
        return AllowEntry(
            place=f"{self._given.path}, line {self._line(keys)}",
            rules=self._rules(entry["rule"], keys),
            condition=self._condition(entry["when"], keys),
            reason=self._text(entry, "reason", keys),
            owner=self._text(entry, "owner", keys),
            expires=self._day(entry["expires"], keys),
        )

    def _rules(self, stated: object, keys: tuple[str, ...]) -> tuple[str, ...]:
        listed = stated if isinstance(stated, list) else [stated]
        if not all(isinstance(name, str | int) and str(name).strip() for name in listed):
            raise self._error("rule has to be an id, a title or a pattern", (*keys, "rule"))
        return tuple(str(name).strip() for name in listed)

    def _text(self, entry: dict[Any, Any], key: str, keys: tuple[str, ...]) -> str:
        value = entry[key]
        if not isinstance(value, str | int) or not str(value).strip():
            raise self._error(f"{key} has to be text", (*keys, key))
        return str(value).strip()[:_TEXT_LIMIT]

    def _day(self, value: object, keys: tuple[str, ...]) -> date:
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise self._error(
                f"expires has to be a day such as 2026-12-31, not {str(value)[:40]!r}",
                (*keys, "expires"),
            ) from None

    def _condition(self, when: object, keys: tuple[str, ...]) -> Node:
        place = (*keys, "when")
        maps = when if isinstance(when, list) else [when]
        if not all(isinstance(one, dict) and one for one in maps):
            raise self._error("when has to be a map of fields and values, or a list of such", place)
        try:
            node = detection_node("when", when)
        except RuleError as error:
            raise self._error(str(error), place) from None
        fault = _fault(node)
        if fault:
            raise self._error(fault, place)
        return node

    def _line(self, keys: Sequence[str]) -> int:
        return self._places.of(0, keys).line

    def _error(self, text: str, keys: Sequence[str]) -> Exception:
        return self._given.error(text, self._line(keys))


def _fault(node: Node) -> str:
    """Return why a condition cannot stand in an allow-list, or nothing."""
    if _has_negation(node):
        return "a condition may not lean on what is not there: say what is harmless"
    if any(not predicate.name for predicate in predicates(node)):
        return "a condition needs a field"
    probe = {fold(predicate.name): [_PROBE] for predicate in predicates(node)}
    if match_fields(node, probe):
        return "its conditions hold for any value; to leave a rule out use --exclude rule:ID"
    return ""


def _has_negation(node: Node) -> bool:
    if isinstance(node, Predicate):
        return node.op in {Op.NULL, Op.EXISTS}
    return isinstance(node, Not) or any(_has_negation(child) for child in node.children)
