"""Rule files under examination: every check on every rule, and what only the whole set shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from gamekeeper.authoring.check_attack import missing_attack_tags, unknown_attack_tags
from gamekeeper.authoring.check_condition import (
    impossible_condition,
    log_source,
    needless_values,
)
from gamekeeper.authoring.check_cost import no_witness, slow_regex
from gamekeeper.authoring.check_detections import dead_selections, needless_detections
from gamekeeper.authoring.check_fields import unknown_fields
from gamekeeper.authoring.check_schema import (
    dates,
    identity,
    required_keys,
    shapes,
    tags,
    unknown_keys,
    words,
)
from gamekeeper.authoring.remarks import Remark, Say, Severity, error, note, warning
from gamekeeper.authoring.sheet import Entry, Sheet
from gamekeeper.errors import RuleError
from gamekeeper.rules.changes import Changes
from gamekeeper.rules.files import RuleFile, rule_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.authoring.remarks import Check

#: Checks of what the file says. The name of a function is the name of its check.
FORM_CHECKS: Final[tuple[Check, ...]] = (
    required_keys,
    unknown_keys,
    identity,
    words,
    dates,
    shapes,
    tags,
    dead_selections,
    needless_detections,
    missing_attack_tags,
    unknown_attack_tags,
)
#: Checks of what the rule means, which need no more than the rule.
MEANING_CHECKS: Final[tuple[Check, ...]] = (
    impossible_condition,
    needless_values,
    log_source,
    unknown_fields,
    no_witness,
    slow_regex,
)
#: Remarks of one check on one rule, and no more are looked for: rules are other people's text.
REMARK_LIMIT: Final = 50
#: Reasons for which a rule is valid Sigma and cannot be used all the same.
_NOT_HERE = re.compile(r"placeholder %|not supported")
#: The reason of what refers to other rules, which one file alone cannot answer: nothing is said of it.
_NOT_ALONE = re.compile(r"needs the rules that it refers to")
_DETECTION = re.compile(r"detection '([^']*)'")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks said, in the order of files and lines, and how much they looked at."""

    remarks: tuple[Remark, ...]
    files: int
    rules: int

    def count(self, severity: Severity) -> int:
        """Return how many remarks are of a severity."""
        return sum(remark.severity is severity for remark in self.remarks)


def check_rules(
    paths: Sequence[str | Path],
    progress: Callable[[int, int], None] | None = None,
    changes: Changes | None = None,
) -> Checked:
    """Return what there is to say about the rules of files, folders, zip archives and ``builtin``.

    Their meaning is looked at as ``changes`` make it, their form as the files have it.

    Raises UsageError for a path that does not exist, never for what is in a file.
    """
    examiner = _Examiner(changes or Changes())
    found = rule_files(paths)
    for done, file in enumerate(found):
        if progress:
            progress(done, len(found))
        examiner.file(file)
    if progress:
        progress(len(found), len(found))
    return Checked(tuple(examiner.remarks), len(found), examiner.rules)


@dataclass(slots=True)
class _Examiner:
    """What is known while files go by."""

    changes: Changes
    remarks: list[Remark] = field(default_factory=list)
    rules: int = 0
    _first_with: dict[str, str] = field(default_factory=dict)  # id -> path

    def file(self, file: RuleFile) -> None:
        """Examine one file."""
        if file.reason:
            self.remarks.append(_unreadable(file.path, RuleError(file.reason)))
            return
        try:
            sheet = Sheet(file, self.changes)
        except RuleError as problem:
            self.remarks.append(_unreadable(file.path, problem))
            return
        self.rules += len(sheet)
        said = list(islice(sheet.repeated_keys(), REMARK_LIMIT))
        for entry in sheet.entries():
            spoken = [*_said(entry), *self._duplicate_id(entry, file.path)]
            said += [sheet.remark(entry, check, say) for check, say in spoken]
        self.remarks += sorted(said, key=lambda remark: (remark.line, remark.column))

    def _duplicate_id(self, entry: Entry, path: str) -> Iterator[tuple[str, Say]]:
        identity = str(entry.subject.document.get("id") or "").lower()
        if identity in self._first_with:
            first = self._first_with[identity]
            yield "duplicate_id", error(f"the id is also that of a rule in {first}", "id")
        elif identity:
            self._first_with[identity] = path


def _unreadable(path: str, problem: RuleError) -> Remark:
    return Remark(path, problem.line, problem.column, Severity.ERROR, "unreadable", str(problem))


def _said(entry: Entry) -> Iterator[tuple[str, Say]]:
    if entry.reason and not _NOT_ALONE.search(entry.reason):
        valid = warning if entry.subject.is_plain else note
        say = valid if _NOT_HERE.search(entry.reason) else error
        yield "unusable", say(f"the rule cannot be used: {entry.reason}", *_place(entry.reason))
    for check in (*(FORM_CHECKS if entry.has_document else ()), *MEANING_CHECKS):
        for one in islice(check(entry.subject), REMARK_LIMIT):
            yield check.__name__, one


def _place(reason: str) -> tuple[str, ...]:
    """Return the keys that a reason speaks of."""
    named = _DETECTION.search(reason)
    if named:
        return ("detection", named[1])
    return ("detection", "condition") if "condition" in reason else ("detection",)
