"""What happened, in order: every selected event as one line, with what the rules found in it.

Events are read file by file, made into narrow rows, and sorted by time, source and offset, on disk where
they are many: the order is total, and memory does not grow with the case. Where somebody looks at the first
rows only, the times alone tell which events those are, and no other is read in full.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.questions.timeline.clocks import LARGE, ticks, written
from gamekeeper.questions.timeline.found import MATCH_COLUMNS, Found
from gamekeeper.questions.timeline.rows import (
    EventRows,
    Profile,
    Shown,
    Wanted,
    ordered,
    schema_of,
)

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

__all__ = ["Profile", "Wanted", "last_span", "timeline"]


def last_span(snapshot: Snapshot, selection: Selection, span: str) -> tuple[Selection, str]:
    """Return the selection narrowed to the last span of the case, and a sentence that says what that is.

    A case is looked at long after its events: the span is counted from its last event, not from now.
    """
    length, last = ticks(span), snapshot.last
    if last is None:
        return selection, "No event of this case has a time, so there is no last one to count from."
    start = last - length
    earlier = selection.start
    kept = replace(selection, start=start if earlier is None else max(start, earlier))
    return kept, (
        f"The last {span} count from the last event of the case, {written(last)}: "
        f"these are the events since {written(start)}."
    )


def timeline(
    snapshot: Snapshot,
    selection: Selection,
    wanted: Wanted | None = None,
    *,
    first: int | None = None,
) -> Answer:
    """Return the selected events in order of time, source and offset.

    ``first`` says that nobody looks beyond that many rows: the answer then has them and perhaps more.
    """
    wanted = wanted or Wanted()
    found = Found(snapshot.matches(MATCH_COLUMNS), selection)
    chosen = _narrowed(selection, wanted, found)
    if chosen is not None and first and not wanted.words and not wanted.only_findings:
        chosen = _earliest(snapshot, chosen, first)
    schema = schema_of(wanted)
    shown = Shown(
        schema,
        wanted.zones,
        pa.array([source.path for source in snapshot.sources()], LARGE),
        np.array([source.number for source in snapshot.sources()], np.int64),
    )
    rows = () if chosen is None else ordered(EventRows(snapshot, chosen, wanted, found))
    return Answer("timeline", schema, map(shown.of, rows), _notes(wanted, found))


def _notes(wanted: Wanted, found: Found) -> tuple[str, ...]:
    if wanted.only_findings and not len(found):
        return ("No run of rules found anything in the events that were asked for.",)
    return ()


def _narrowed(selection: Selection, wanted: Wanted, found: Found) -> Selection | None:
    """Return the selection that holds all rows of the answer; None where there are none."""
    if not wanted.only_findings:
        return selection
    if not len(found):
        return None
    if found.period is None:  # a match without a time: any file may have its event
        return selection
    first, last = found.period
    return replace(
        selection,
        start=first if selection.start is None else max(first, selection.start),
        stop=last + 1 if selection.stop is None else min(last + 1, selection.stop),
    )


def _earliest(snapshot: Snapshot, selection: Selection, count: int) -> Selection:
    """Return the selection of the first ``count`` events, with all that have the time of the last of them."""
    times = snapshot.database(selection).table(
        'SELECT "event.filetime" FROM events WHERE "event.filetime" IS NOT NULL ORDER BY 1 LIMIT ?',
        (count,),
    )
    if times.num_rows < count:
        return selection
    return replace(selection, stop=int(times.column(0)[-1].as_py()) + 1)
