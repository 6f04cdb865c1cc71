"""Which alerts stand for cells once floods were looked into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.exemplars import ExemplarRows, joined_rows
from gamekeeper.incidents.started import event_keys
from gamekeeper.questions.searches import within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import CellRows
    from gamekeeper.incidents.floods import Floods
    from gamekeeper.incidents.hidden import Met
    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.questions.searches import Rows


def standing(
    spoken: Spoken, every: ExemplarRows, floods: Floods, met: Met
) -> tuple[Spoken, NDArray[np.bool_]]:
    """Return what speaks, with what floods met, and which of its events are acts apart from their flood.

    ``every`` are the alerts of floods that ``met`` points into. A flood that met something begins there, and
    the cell in which it does counts for those of which no event is left.
    """
    events, count = spoken.events, len(spoken.events) - len(spoken.events.texts)
    anchored = np.isin(floods.stands, list(met.anchors)) & floods.is_flooded
    asked = np.flatnonzero(anchored[events.cells[:count]])
    gone = asked[~_are_among(events, asked, every, met.tied) & ~_are_cited(events, asked)]
    chosen = met.chosen[~_are_among(every, met.chosen, events, np.arange(count))]
    rows = joined_rows(
        joined_rows(events.where(np.delete(np.arange(count), gone)), every.where(chosen)),
        replace(events.where(np.arange(count, len(events))), texts=events.texts),
    )
    # What observations cite stays last: their cells are.
    order = np.argsort(rows.cells, kind="stable")
    rows = replace(rows.where(order), names=every.names, texts=events.texts)
    flooded = np.flatnonzero(floods.is_flooded[rows.cells])
    apart = np.zeros(len(rows), np.bool_)
    apart[flooded] = _are_among(rows, flooded, every, met.apart)
    cells = _counted(spoken.cells, every, floods, met, np.unique(rows.cells))
    return replace(spoken, events=rows, cells=cells), apart


def _counted(
    cells: CellRows, every: ExemplarRows, floods: Floods, met: Met, known: Rows
) -> CellRows:
    """Return cells of which those that floods begin in have their time and count; ``known`` have events."""
    firsts, lasts, counts = (column.copy() for column in (cells.firsts, cells.lasts, cells.counts))
    for stand, row in met.anchors.items():
        own = np.flatnonzero((floods.stands == stand) & floods.is_flooded)
        anchor, empty = every.cells[row], own[~np.isin(own, known)]
        firsts[anchor] = every.filetimes[row]
        lasts[anchor] = max(lasts[anchor], cells.lasts[empty].max(initial=-1))
        counts[anchor] += cells.counts[empty].sum()
    return replace(cells, firsts=firsts, lasts=lasts, counts=counts)


def _are_cited(events: ExemplarRows, asked: Rows) -> NDArray[np.bool_]:
    """Say which rows are of events that observations cite."""
    count = len(events) - len(events.texts)
    cited = np.unique(event_keys(events.sources[count:], events.offsets[count:]))
    return within(event_keys(events.sources[asked], events.offsets[asked]), cited)


def _are_among(
    rows: ExemplarRows, some: Rows, others: ExemplarRows, theirs: Rows
) -> NDArray[np.bool_]:
    """Say which of some rows stand for the same cell by the same event, or a copy of it, as some others."""
    return within(_mixed(rows, some), np.unique(_mixed(others, theirs)))


def _mixed(rows: ExemplarRows, some: Rows) -> NDArray[np.uint64]:
    """Return cell and event as one number: two have the same by chance once in 2^64."""
    odd = np.uint64(0x9E3779B97F4A7C15)
    mixed: NDArray[np.uint64] = rows.highs[some] ^ (rows.lows[some] * odd)
    mixed += (rows.cells[some].astype(np.uint64) + np.uint64(1)) * odd
    mixed ^= mixed >> np.uint64(29)
    return mixed
