"""Verdicts on simulated worlds: do clean ones get no evidence, and does an intrusion never get it?

``python -m bench.verdict_worlds --set tuning|evaluation [--worlds N] [--skip N] [--removals N] [--out FILE]``

Seeds come from ``bench/worlds.toml``. Every figure is *simulated*.

clean       share of questions, by host and day, with the verdict *no evidence*: of all in scope, and of those
            that the logs of the host and day would have shown in full ("fully logged")
acted       chains that happened, by the truth of the world: their verdicts where and when they happened; must
            never be *no evidence*
intruded    techniques that happened and got *no evidence* on every host and day: must be none; and those that
            got it on the host and day on which they happened
removals    one channel is removed from all hosts: questions that do not need it must keep their verdicts, and
            questions that cannot do without it must not stay *no evidence* anywhere
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.verdict_acted import Acted, Cell, acted_in
from gamekeeper.hunt.api import Hunt, start
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.request import Request
from gamekeeper.integrity.gathering.presence import DAY
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.visibility import Sight, Verdict, VisibilityResult
from gamekeeper.rules.attack import in_v19
from gamekeeper.simulate.run import simulate
from gamekeeper.visibility.ground import Atoms
from gamekeeper.visibility.questions import (
    Question,
    behaviour_questions,
    chain_questions,
    technique_questions,
)
from gamekeeper.visibility.terms import Sights

#: A domain controller vouches for an account: of what is then done elsewhere it sees nothing.
_VOUCHING = frozenset({4768, 4769, 4776})
_WORLDS = Path(__file__).parent / "worlds.toml"


@dataclass
class Sums:
    """What all worlds add up to."""

    worlds: int = 0
    clean: Counter[str] = field(default_factory=Counter)
    clean_full: Counter[str] = field(default_factory=Counter)
    clean_verdicts: Counter[str] = field(default_factory=Counter)
    happened: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    happened_cells: int = 0
    missed_cells: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    clean_signs: Counter[str] = field(default_factory=Counter)  # what suspects a clean world
    acted: Acted = field(default_factory=Acted)
    intruded_verdicts: Counter[str] = field(default_factory=Counter)
    removals: int = 0
    changed: int = 0
    changed_wrongly: Counter[str] = field(default_factory=Counter)
    kept_wrongly: Counter[str] = field(default_factory=Counter)


def hunted(logs: Path, temp: Path) -> VisibilityResult:
    """Return the visibility of a hunt with the built-in rules and chains."""
    request = Request(paths=(str(logs),), rules=("builtin",), temp_dir=str(temp), workers=1)
    found: Hunt = start(request, NoProgress())
    with found:
        seen = found.result.visibility
        assert seen is not None
        return seen


def verdicts(seen: VisibilityResult) -> dict[Cell, Verdict]:
    """Return the verdict of each cell."""
    assert seen.judgement is not None
    return {
        (one.question, host, day): one.verdict
        for one in seen.judgement.rulings
        for host in one.hosts
        for day in range(one.first_day, one.last_day + 1, DAY)
    }


def full_cells(seen: VisibilityResult) -> set[Cell]:
    """Return the cells that the logs would have shown in full."""
    return {
        (one.id, host, day)
        for one in (*seen.chains, *seen.techniques)
        for each in one.stretches
        if each.sight is Sight.SEEN
        for host in each.hosts
        for day in range(each.first_day, each.last_day + 1, DAY)
    }


def clean(seen: VisibilityResult, sums: Sums) -> None:
    """Count a world in which nothing happened."""
    assert seen.judgement is not None
    full = full_cells(seen)
    for cell, verdict in verdicts(seen).items():
        sums.clean[verdict] += 1
        if cell in full:
            sums.clean_full[verdict] += 1
    sums.clean_verdicts[seen.judgement.verdict] += 1
    grave = (Verdict.AFFECTED, Verdict.SUSPECTED)
    signs = {one.question for one in seen.judgement.rulings if one.verdict in grave}
    sums.clean_signs.update(signs)


def intruded(seen: VisibilityResult, truth: Path, world: str, sums: Sums) -> None:
    """Count a world with an intrusion against its truth; ``world`` says which and how large."""
    assert seen.judgement is not None
    cells = verdicts(seen)
    happened: dict[str, set[tuple[str, int]]] = {}
    lines = truth.read_text("utf-8").splitlines()
    sums.acted.add(world, acted_in(lines), cells)
    for line in lines:
        row = json.loads(line)
        if row["EventID"] in _VOUCHING:
            continue
        where = short_host(row["host"]), row["filetime"] // DAY * DAY
        for technique in row["technique"]:
            happened.setdefault(in_v19(technique), set()).add(where)
    asked = {one.question for one in seen.judgement.rulings}
    for technique, places in happened.items():
        if technique not in asked:
            sums.outside[technique] += 1
            continue
        sums.happened += 1
        found = {verdict for cell, verdict in cells.items() if cell[0] == technique}
        sums.missed[technique] += found == {Verdict.NO_EVIDENCE}
        for host, day in places:
            verdict = cells.get((technique, host, day))
            sums.happened_cells += verdict is not None
            sums.missed_cells[technique] += verdict is Verdict.NO_EVIDENCE
    sums.intruded_verdicts[f"{world}: {seen.judgement.verdict}"] += 1


class Needs:
    """Which logs each question names, and which it cannot do without."""

    def __init__(self) -> None:
        self._atoms = Atoms()
        behaviours = behaviour_questions(self._atoms)
        chains = chain_questions(self._atoms)
        self._by_id = {one.id: one for one in (*behaviours, *chains)}
        techniques = technique_questions(behaviours)
        self._parts = {one.id: one.parts for one in techniques} | {c.id: (c.id,) for c in chains}
        self.channels = sorted({key.channel for key in self._atoms.keys if key.channel})

    def _values(self, without: str) -> Sights:
        rows = [0 if key.channel == without else 2 for key in self._atoms.keys]
        return Sights(np.array(rows, np.int8)[:, None])

    def named(self, channel: str) -> set[str]:
        """Return the questions that some part of needs or could use a log."""
        return {name for name, parts in self._parts.items() if any(map(self._of(channel), parts))}

    def _of(self, channel: str) -> object:
        alone = Sights(
            np.array([2 if key.channel == channel else 0 for key in self._atoms.keys], np.int8)[
                :, None
            ]
        )
        without = self._values(channel)

        def uses(part: str) -> bool:
            term = self._by_id[part].term
            if term is None:
                return False
            return bool(
                alone.of(term)[0] or without.of(term)[0] < 2 or channel in self._names(part)
            )

        return uses

    def _names(self, part: str) -> set[str]:
        keys = list(self._atoms.keys)
        found: set[str] = set()
        stack: list[object] = [self._by_id[part].term]
        while stack:
            one = stack.pop()
            row = getattr(one, "row", None)
            if row is not None:
                found.add(keys[row].channel)
            stack += getattr(one, "parts", ())
        return found

    def vital(self, channel: str) -> set[str]:
        """Return the questions that have a part which cannot do without a log."""
        without = self._values(channel)

        def lost(one: Question) -> bool:
            return one.term is not None and not one.on and without.of(one.term)[0] < 2

        return {
            name
            for name, parts in self._parts.items()
            if any(lost(self._by_id[part]) for part in parts)
        }


def removals(logs: Path, before: VisibilityResult, temp: Path, sums: Sums, needs: Needs) -> None:
    """Remove each channel in turn and compare."""
    old = verdicts(before)
    for channel in needs.channels:
        files = [
            path for path in logs.rglob("*.evtx") if fold(path.stem.replace("%4", "/")) == channel
        ]
        if not files:
            continue
        copy = temp / "without"
        shutil.copytree(logs, copy)
        for path in files:
            (copy / path.relative_to(logs)).unlink()
        new = verdicts(hunted(copy, temp))
        shutil.rmtree(copy)
        sums.removals += 1
        named, vital = needs.named(channel), needs.vital(channel)
        for cell, verdict in old.items():
            if verdict is not Verdict.NO_EVIDENCE:
                continue
            now = new.get(cell)
            sums.changed += now is not verdict
            if now is not verdict and cell[0] not in named:
                sums.changed_wrongly[f"{cell[0]} without {channel}"] += 1
            if now is verdict and cell[0] in vital:
                sums.kept_wrongly[f"{cell[0]} without {channel}"] += 1


def shares(counts: Counter[str]) -> dict[str, float]:
    """Return each count as a share of all."""
    return {
        name: round(count / max(counts.total(), 1), 4) for name, count in sorted(counts.items())
    }


def figures(sums: Sums) -> dict[str, object]:
    """Return all figures by name."""
    return {
        "simulated_worlds": sums.worlds,
        "clean_questions": sums.clean.total(),
        "clean_shares": shares(sums.clean),
        "clean_fully_logged_questions": sums.clean_full.total(),
        "clean_fully_logged_shares": shares(sums.clean_full),
        "clean_verdicts": dict(sums.clean_verdicts),
        "clean_worlds_suspected_for": dict(sums.clean_signs),
        "acted": sums.acted.figures(),
        "intruded_verdicts": dict(sums.intruded_verdicts),
        "techniques_that_happened": sums.happened,
        "of_them_no_evidence_everywhere": dict(+sums.missed),
        "technique_host_days_that_happened": sums.happened_cells,
        "of_them_no_evidence": dict(+sums.missed_cells),
        "techniques_outside_scope": dict(sums.outside),
        "removals": sums.removals,
        "changed_by_removal": sums.changed,
        "changed_though_not_needed": dict(sums.changed_wrongly),
        "kept_though_needed": dict(sums.kept_wrongly),
    }


@dataclass(frozen=True, slots=True)
class Plan:
    """One seed, how many hosts and days its two worlds have, and who intrudes in the second."""

    seed: int
    hosts: int
    days: int
    intrusion: str


def plans(name: str) -> list[Plan]:
    """Return the worlds of a set, in order."""
    document = tomllib.loads(_WORLDS.read_text("utf-8"))
    table = document["verdicts"]
    seeds = table[name] if name in table else document["integrity"][name]
    sizes, intrusions = table["sizes"], table["intrusions"]
    return [
        Plan(
            seeds["first"] + number,
            *sizes[number // len(intrusions) % len(sizes)],
            intrusions[number % len(intrusions)],
        )
        for number in range(seeds["count"])
    ]


def measure(plan: Plan, temp: Path, sums: Sums, needs: Needs | None) -> None:
    """Count the two worlds of a seed; with ``needs``, logs are removed, too."""
    for name, intrusion in (("clean", None), ("intruded", plan.intrusion)):
        simulate(temp / name, seed=plan.seed, days=plan.days, hosts=plan.hosts, intrusion=intrusion)
    seen = hunted(temp / "clean", temp)
    clean(seen, sums)
    world = f"{plan.intrusion}, {plan.hosts} hosts, {plan.days} days"
    intruded(hunted(temp / "intruded", temp), temp / "intruded" / "truth.jsonl", world, sums)
    if needs is not None:
        removals(temp / "clean", seen, temp, sums, needs)
    sums.worlds += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", choices=("tuning", "evaluation"), default="tuning")
    parser.add_argument("--worlds", type=int, help="how many seeds; all where not given")
    parser.add_argument("--skip", type=int, default=0, help="seeds that are left out before them")
    parser.add_argument(
        "--removals", type=int, default=1, help="of so many worlds logs are removed"
    )
    parser.add_argument("--out", type=Path, help="write the figures there, after each seed")
    asked = parser.parse_args()
    sums, needs = Sums(), Needs()
    for plan in plans(asked.set)[asked.skip :][: asked.worlds]:
        with tempfile.TemporaryDirectory() as folder:
            is_cut = sums.worlds < asked.removals
            measure(plan, Path(folder), sums, needs if is_cut else None)
        print(f"{sums.worlds} worlds", file=sys.stderr)
        if asked.out is not None:
            asked.out.write_text(json.dumps(figures(sums), indent=1) + "\n", "utf-8")
    print(json.dumps(figures(sums), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
