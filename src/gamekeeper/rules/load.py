"""Paths to a rule set: every file accounted for, duplicates told apart, and a cache in front of it all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gamekeeper.rules import cache
from gamekeeper.rules.changes import Changes, Wanted
from gamekeeper.rules.correlation_ir import Correlation
from gamekeeper.rules.files import RuleFile, rule_files
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.rules.resolve import Found, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Progress = Callable[[int, int], None]  # files done, files in all

#: No change.
PLAIN = Wanted()

_Kind = TypeVar("_Kind", Rule, Correlation, Rule | Correlation)


def load_rules(
    paths: Sequence[str | Path],
    *,
    changed: Wanted = PLAIN,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> RuleSet:
    """Return the rules of files, folders, zip archives and ``"builtin"``, in the order of their paths.

    ``changed`` are pipelines and placeholders. A set that was loaded before comes from ``cache_dir``,
    provided that neither a file nor this package has changed since. Raises UsageError for a path that does
    not exist, and for a pipeline or a list that cannot be used, never for what is in a rule file.
    """
    found = rule_files(paths)
    digest = _digest([*changed.files, *found])
    origin = tuple(str(path) for path in paths)
    cached = cache.read(cache_dir, digest) if cache_dir else None
    if cached is None:
        cached = replace(_parsed(found, changed, progress), digest=digest)
        if cache_dir:
            cache.write(cache_dir, cached)
    return replace(cached, origin=origin)


def _parsed(files: list[RuleFile], changed: Wanted, progress: Progress | None) -> RuleSet:
    from gamekeeper.rules.parse import parse_documents  # noqa: PLC0415 - a cached set needs no parser
    from gamekeeper.rules.pipeline_correlations import change_correlations  # noqa: PLC0415

    found, changes = Found(), Changes.of(changed)
    for done, file in enumerate(files):
        if progress:
            progress(done, len(files))
        if file.reason:
            found.skipped.append(SkippedRule("", "", file.path, file.reason))
            continue
        for item in parse_documents(file.data, file.path, changes):
            found.take(item)
    if progress:
        progress(len(files), len(files))
    both: list[Rule | Correlation] = [*found.rules, *found.correlations]
    told = distinguished(both)
    found.rules = [item for item in told if isinstance(item, Rule)]
    found.correlations = [item for item in told if isinstance(item, Correlation)]
    if changes.pipelines and found.correlations:
        change_correlations(changes.pipelines, found)
    return replace(resolve(found), pipelines=changes.pipelines.accounts())


def distinguished(rules: Iterable[_Kind]) -> list[_Kind]:
    """Give every later rule that repeats an id a suffix of its own, and say so in its description."""
    first_with: dict[str, str] = {}
    result: list[_Kind] = []
    for rule in rules:
        if rule.id not in first_with:
            first_with[rule.id] = rule.path
            result.append(rule)
            continue
        number = 2
        while f"{rule.id}#{number}" in first_with:
            number += 1
        note = f"[The id {rule.id} is also that of {first_with[rule.id]}.]"
        first_with[f"{rule.id}#{number}"] = rule.path
        description = f"{rule.description}\n{note}".strip()
        result.append(replace(rule, id=f"{rule.id}#{number}", description=description))
    return result


def _digest(found: list[RuleFile]) -> str:
    """Name a set by its files' paths and contents."""
    total = hashlib.sha256()
    for file in found:
        for part in (file.path.encode("utf-8", "surrogatepass"), file.data, file.reason.encode()):
            total.update(len(part).to_bytes(8, "little"))
            total.update(part)
    return total.hexdigest()
