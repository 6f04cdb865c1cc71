"""The stage of a hunt that puts scripts together: parts of all units to matches and an account."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from gamekeeper.engine.correlation.schema import ROW_KEY
from gamekeeper.engine.registry import engine
from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.hunt.reading import compare
from gamekeeper.hunt.stores import MATCH_KEY
from gamekeeper.model.results import ScriptsAccount

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from pathlib import Path

    from gamekeeper.engine.base import Engine, Matches
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class Scripts:
    """What whole scripts gave: runs on disk, and small things in memory."""

    account: ScriptsAccount
    matches: tuple[Run, ...]
    rows: tuple[Run, ...]  # for correlations
    match_counts: Counter[int]
    left: Counter[tuple[int, str]]


def reassemble(plan: Plan, runs: Sequence[Run], folder: Path, *, paranoid: bool) -> Scripts | None:
    """Match the rules that look at script text on whole scripts; None where no script is in parts."""
    if not runs:
        return None
    from gamekeeper.engine.scripts.reassembly import Reassembly, watching  # noqa: PLC0415 - a compiler
    from gamekeeper.engine.scripts.walk import Walk  # noqa: PLC0415

    asked = watching(plan)
    check = partial(_compare, engine("reference", asked), asked) if paranoid else None
    reassembly, walk = Reassembly(asked, check), Walk(runs)
    matches = RunWriter(folder, "scripts-matches", MATCH_KEY)
    rows = RunWriter(folder, "scripts-rows", ROW_KEY)
    for batches, placed in reassembly.found(walk.pieces()):
        for batch in batches:
            matches.add(batch)
        if placed is not None:
            rows.add(placed)
    account = ScriptsAccount(**asdict(walk.seen), matches=reassembly.counts.total())
    return Scripts(account, matches.finish(), rows.finish(), reassembly.counts, reassembly.left)


def _compare(truth: Engine, plan: Plan, batch: EventBatch, found: Matches) -> None:
    compare(truth, batch, found, plan)
