"""The file is an export: written by the event log service or a viewer, for somebody who chose what is in it.

Speaks for it: record headers that count on from 1 over EventRecordIDs that do not, several channels in
one file. An export's chunks are filled from memory that held other logs; what stands behind their records
is of those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.natures import EXPORTS, FILTERED_EXPORT, FORWARDED, natures
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly


class Export:
    """Explains what an export does to a log."""

    name = "export"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Say how well an export explains an anomaly."""
        if anomaly.source is None or anomaly.source not in natures(facts):
            return None
        nature = natures(facts)[anomaly.source]
        reasons = tuple(Evidence(reason, anomaly.source) for reason in nature.because)
        if nature.kind not in EXPORTS | {FORWARDED}:
            return Explanation(self.name, Strength.NONE, speaks_against=reasons)
        if anomaly.check == "stale_records":
            return Explanation(self.name, Strength.CERTAIN, speaks_for=reasons)
        chosen = nature.kind in (FILTERED_EXPORT, FORWARDED)
        return Explanation(self.name, Strength.STRONG if chosen else Strength.WEAK, reasons)
