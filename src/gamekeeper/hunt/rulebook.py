"""The rules of a hunt: loaded, narrowed to what was asked for, and bound to events."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper import settings
from gamekeeper.hunt.filters import choose_rules
from gamekeeper.rules import library
from gamekeeper.rules.changes import Wanted, wanted
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request
    from gamekeeper.rules.ir import Rule
    from gamekeeper.rules.plan import Plan


def load_plan(request: Request, progress: Progress, steps: Sequence[Rule] = ()) -> Plan:
    """Return the rules that a request asks for; without a wish, built-in and fetched ones.

    ``steps`` are rules of chains, which are matched with the others and named nowhere.
    """
    if request.ruleless:
        return build_plan(RuleSet(()))
    paths = request.rules or ("builtin", *map(str, library.installed()))
    changed = wanted(request.pipelines, request.placeholders)
    chosen = choose_rules(load_cached(paths, progress, changed), request)
    plan = build_plan(replace(chosen, rules=(*chosen.rules, *steps)))
    return replace(plan, hidden=len(steps), digest=_with_steps(plan.digest, steps))


def _with_steps(digest: str, steps: Sequence[Rule]) -> str:
    """Return a digest that changes with the conditions of steps, too: files of rules do not hold them."""
    if not digest or not steps:
        return digest
    total = hashlib.sha256(digest.encode())
    for step in steps:
        total.update(repr((step.id, step.logsource, step.condition)).encode("utf-8", "replace"))
    return total.hexdigest()


def load_cached(
    paths: Sequence[str | Path], progress: Progress, changed: Wanted | None = None
) -> RuleSet:
    """Return a rule set, from the cache where it was loaded before."""
    progress.stage("loading rules", 0, "rules")
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if done == 0:
            progress.stage("parsing rules", total, "files")
        progress.advance(done - shown)
        shown = done

    folder = settings.cache_folder() / "rules"
    return load_rules(paths, changed=changed or Wanted(), cache_dir=folder, progress=tell)
