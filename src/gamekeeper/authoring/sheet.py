"""One rule file as the checks want it: documents beside the rules made of them, and places of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gamekeeper.authoring.remarks import Remark, Say, Subject, error
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.rules.parse import parse_rules
from gamekeeper.rules.places import Place, Places
from gamekeeper.rules.routing import build_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.rules.changes import Changes
    from gamekeeper.rules.files import RuleFile


class Entry(NamedTuple):
    """One rule of a file. ``has_document`` is False where collection actions made it of several."""

    number: int
    subject: Subject
    reason: str  # why it cannot be used
    has_document: bool


class Sheet:
    """One file; raises RuleError where it cannot be read at all."""

    def __init__(self, file: RuleFile, changes: Changes | None = None) -> None:
        self._path = file.path
        self._documents = read_documents(file.data)
        self._places = Places(file.data)
        self._items = parse_rules(file.data, file.path, changes)

    def __len__(self) -> int:
        return len(self._items)

    def entries(self) -> Iterator[Entry]:
        """Yield each rule of the file."""
        stated = [(n, d) for n, d in enumerate(self._documents) if d is not None]
        has_actions = any(isinstance(d, dict) and "action" in d for _, d in stated)
        if has_actions or len(stated) != len(self._items):
            for item in self._items:
                yield _entry(0, {}, item, has_document=False)
            return
        for (number, document), item in zip(stated, self._items, strict=True):
            is_map = isinstance(document, dict)
            yield _entry(number, document if is_map else {}, item, has_document=is_map)

    def repeated_keys(self) -> Iterator[Remark]:
        """Yield keys that stand twice in one map: YAML forgets the first."""
        for number in range(len(self._documents)):
            for key, first, second in self._places.repeated(number):
                message = f"{key!r} is also in line {first.line}; only the last one counts"
                yield self._remark("repeated_key", error(message), second, Subject({}))

    def remark(self, entry: Entry, check: str, say: Say) -> Remark:
        """Return what was said, with its place."""
        return self._remark(check, say, self._places.of(entry.number, say.at), entry.subject)

    def _remark(self, check: str, say: Say, place: Place, subject: Subject) -> Remark:
        return Remark(
            self._path,
            place.line,
            place.column,
            say.severity,
            check,
            say.message,
            str(subject.document.get("id") or ""),
            str(subject.document.get("title") or ""),
        )


def _entry(
    number: int, document: dict[Any, Any], item: Rule | SkippedRule, *, has_document: bool
) -> Entry:
    if not isinstance(item, Rule):
        return Entry(number, Subject(document), item.reason, has_document)
    plan = build_plan(RuleSet((item,)))
    subject = Subject(document, item, plan.bound, plan.unroutable.get(0, ""))
    return Entry(number, subject, "", has_document)
