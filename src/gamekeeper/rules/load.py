"""Paths to a rule set: every file accounted for, duplicates told apart, and a cache in front of it all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.rules import cache
from gamekeeper.rules.files import RuleFile, rule_files
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Progress = Callable[[int, int], None]  # files done, files in all


def load_rules(
    paths: Sequence[str | Path], *, cache_dir: Path | None = None, progress: Progress | None = None
) -> RuleSet:
    """Return the rules of files, folders, zip archives and ``"builtin"``, in the order of their paths.

    A set that was loaded before comes from ``cache_dir``, provided that neither a file nor this package
    has changed since. Raises UsageError for a path that does not exist, never for what is in a file.
    """
    found = rule_files(paths)
    digest = _digest(found)
    origin = tuple(str(path) for path in paths)
    cached = cache.read(cache_dir, digest) if cache_dir else None
    if cached is None:
        rules, skipped = _parsed(found, progress)
        cached = RuleSet(tuple(distinguished(rules)), tuple(skipped), digest=digest)
        if cache_dir:
            cache.write(cache_dir, cached)
    return replace(cached, origin=origin)


def _parsed(
    found: list[RuleFile], progress: Progress | None
) -> tuple[list[Rule], list[SkippedRule]]:
    from gamekeeper.rules.parse import parse_rules  # noqa: PLC0415 - a cached set needs no parser

    rules: list[Rule] = []
    skipped: list[SkippedRule] = []
    for done, file in enumerate(found):
        if progress:
            progress(done, len(found))
        if file.reason:
            skipped.append(SkippedRule("", "", file.path, file.reason))
            continue
        for rule in parse_rules(file.data, file.path):
            if isinstance(rule, Rule):
                rules.append(rule)
            else:
                skipped.append(rule)
    if progress:
        progress(len(found), len(found))
    return rules, skipped


def distinguished(rules: Iterable[Rule]) -> list[Rule]:
    """Give every later rule that repeats an id a suffix of its own, and say so in its description."""
    first_with: dict[str, str] = {}
    result = []
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
