"""Verdicts on chains that happened: the truth of a simulated world names them, with host and day.

For each chain, host and day: *affected*, *suspected*, *cannot tell*, *no evidence*, or *not asked* where the
question is asked of other hosts only. Rolled up, a chain has the gravest verdict of the places where it
happened.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.gathering.presence import DAY
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.visibility import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOT_ASKED: Final = "not asked"
_ORDER: Final = (*Verdict, NOT_ASKED)

#: Question, host, FILETIME of a day.
Cell = tuple[str, str, int]


@dataclass
class Acted:
    """What all worlds add up to: verdicts on chains that happened."""

    cells: dict[str, Counter[str]] = field(default_factory=dict)  # by chain
    rolled: dict[str, Counter[str]] = field(default_factory=dict)  # by intrusion and chain
    cleared: Counter[str] = field(default_factory=Counter)  # host-days with a false all-clear

    def add(self, world: str, acted: Iterable[Cell], verdicts: Mapping[Cell, Verdict]) -> None:
        """Count a world; ``world`` says which intrusion and how large, ``acted`` where chains happened."""
        by_chain: dict[str, list[str]] = {}
        for cell in sorted(acted):
            verdict = str(verdicts.get(cell, NOT_ASKED))
            by_chain.setdefault(cell[0], []).append(verdict)
            if verdict == Verdict.NO_EVIDENCE:
                self.cleared[f"{cell[0]} in {world} on {cell[1]}"] += 1
        for chain, found in by_chain.items():
            self.cells.setdefault(chain, Counter()).update(found)
            gravest = min(found, key=_ORDER.index)
            self.rolled.setdefault(f"{chain} in {world}", Counter())[gravest] += 1

    def figures(self) -> dict[str, object]:
        """Return all figures by name."""
        cells: Counter[str] = sum(self.cells.values(), Counter())
        rolled: Counter[str] = sum(self.rolled.values(), Counter())
        return {
            "chains_that_happened": rolled.total(),
            "rolled_up": dict(rolled),
            "rolled_up_by_intrusion": _sorted(self.rolled),
            "chain_host_days_that_happened": cells.total(),
            "of_them": dict(cells),
            "by_chain": _sorted(self.cells),
            "false_all_clear": dict(sorted(self.cleared.items())),
        }


def _sorted(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(one) for name, one in sorted(counts.items())}


def acted_in(truth: Iterable[str]) -> set[Cell]:
    """Return where the chains of a world happened, from the lines of its ``truth.jsonl``.

    >>> line = '{"chain": ["SC-5"], "host": "MON1.corp.example", "filetime": 864000000007}'
    >>> acted_in([line])
    {('SC-5', 'mon1', 864000000000)}
    """
    found: set[Cell] = set()
    for line in truth:
        row = json.loads(line)
        where = short_host(row["host"]), row["filetime"] // DAY * DAY
        found |= {(chain, *where) for chain in row["chain"]}
    return found
