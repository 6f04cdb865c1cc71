"""Records between two copies of a log, of which no copy is left.

Sees: where one copy (or archive) ends, and the next by number begins later. Where a recorded clear lies
between both, the hole is that clear's and told there. Gaps beside exports, of which there may be many, are
told as one.

What else explains it: the oldest records were overwritten before the next copy was made (rotation); an
archive that was not collected; exports with bounds that somebody chose.

Blind: it cannot tell an archive that was deleted from one that nobody collected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.between import Gap, gaps
from gamekeeper.integrity.clearings import clearing_of
from gamekeeper.integrity.natures import OWN_NUMBERS
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.integrity.facts import Facts

_SHOWN: Final = 5


class BetweenCopies:
    """Looks for records between copies."""

    name = "between_copies"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a gap between logs of Windows' own, and one a log for all others."""
        chosen: dict[tuple[str, str], list[Gap]] = {}
        for gap in gaps(facts):
            where = (gap.later.host, gap.later.channel)
            if clearing_of(facts, *where, gap.start, gap.stop):
                continue
            if {gap.earlier.kind, gap.later.kind} <= OWN_NUMBERS:
                yield _anomaly([gap])
            else:
                chosen.setdefault(where, []).append(gap)
        for found in chosen.values():
            yield _anomaly(found)


def _anomaly(found: Sequence[Gap]) -> Anomaly:
    first, last = found[0], found[-1]
    size = sum(gap.size for gap in found)
    where = "two copies" if len(found) == 1 else f"{len(found) + 1} copies"
    largest = sorted(found, key=lambda gap: (-gap.size, gap.first))[:_SHOWN]
    return Anomaly(
        check=BetweenCopies.name,
        text=f"{size} records between {where} of the log are in none",
        tampering="records removed",
        strength=Strength.WEAK,
        host=first.later.host,
        channel=first.later.channel,
        start=first.start,
        stop=last.stop,
        records=(first.first, last.last),
        source=first.later.source,
        evidence=tuple(side for gap in largest for side in _sides(gap)),
        innocent=("collection window", "rotation"),
    )


def _sides(gap: Gap) -> tuple[Evidence, Evidence]:
    before, after = gap.first - 1, gap.last + 1
    return (
        Evidence(f"a copy ends with record {before}", *gap.left, before, gap.start),
        Evidence(f"the next begins with record {after}", *gap.right, after, gap.stop),
    )
