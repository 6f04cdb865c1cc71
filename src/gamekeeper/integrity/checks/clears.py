"""Logs that were cleared, and said so.

Sees: 1102 from the event log's own provider in the Security channel, 104 from it in System: who cleared
which channel. Record numbers go on after a clear, so the first record that survives follows it: where another
copy shows where the log stood before, the records that the clear took are counted, and copies that still hold
some are named.

What else explains it: nothing makes these records but a clear; an administrator may have had a reason for
it (a baseline image, a lab, a full log), which the log cannot say.

Blind: a log whose file was deleted or replaced says neither (see ``restarts``), nor does one from which
records were taken; the record of a cleared channel other than Security stands in System, and goes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.between import before
from gamekeeper.integrity.clearings import clearings
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.clearings import Clearing
    from gamekeeper.integrity.facts import Facts


class Clears:
    """Looks for cleared logs."""

    name = "clears"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a clear."""
        for one in clearings(facts):
            yield _clear(one, facts)


def _clear(one: Clearing, facts: Facts) -> Anomaly:
    event, channel = one.event, one.channel or "an unnamed log"
    text = f"{channel} was cleared by {one.who}"
    evidence = [event.evidence(f"{event.code} says: {text}")]
    own = event.record if event.channel == fold(channel) else None
    gap = before(facts, event.host, fold(channel), event.filetime, own)
    if gap is not None:
        lost = f"records {gap.first} to {gap.last} are in no copy"
        text += f"; {lost}"
        source, offset = gap.left
        evidence.append(
            Evidence(
                f"{lost}: this one was written before them",
                source,
                offset,
                gap.first - 1,
                gap.start,
            )
        )
    return Anomaly(
        check=Clears.name,
        text=text,
        tampering="cleared",
        strength=Strength.CERTAIN,
        host=event.host,
        channel=fold(channel),
        start=gap.start if gap else None,
        stop=event.filetime,
        records=(gap.first, gap.last) if gap else (None, None),
        source=event.source,
        evidence=tuple(evidence),
        techniques=("T1070.001",),
        account=one.account,
    )
