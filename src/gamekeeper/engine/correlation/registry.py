"""Which window belongs to which type of correlation, and how it moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.correlation.event_count import EventCount
from gamekeeper.engine.correlation.temporal import Temporal
from gamekeeper.engine.correlation.temporal_ordered import TemporalOrdered
from gamekeeper.engine.correlation.value_count import ValueCount
from gamekeeper.engine.correlation.value_percentile import ValuePercentile
from gamekeeper.engine.correlation.value_sum import ValueSum
from gamekeeper.engine.correlation.windows import TICKS, slide, tile
from gamekeeper.rules.correlation_ir import CorrelationType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gamekeeper.engine.correlation.row_file import RowFile
    from gamekeeper.engine.correlation.windows import Span, Window
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.plan import BoundCorrelation

_GROWING: Final = frozenset({"gt", "gte"})
#: Values of which more events may make less.
_TILED: Final = frozenset(
    {
        CorrelationType.VALUE_AVG,
        CorrelationType.VALUE_MEDIAN,
        CorrelationType.VALUE_PERCENTILE,
    }
)


def slides(correlation: Correlation) -> bool:
    """Say whether a correlation's windows slide; else they tile."""
    is_growing = all(limit.op in _GROWING for limit in correlation.limits)
    return correlation.type not in _TILED and is_growing


def window_maker(bound: BoundCorrelation, folder: Path) -> Callable[[], Window]:
    """Return what makes an empty window; what it cannot hold in memory goes to ``folder``."""
    match bound.correlation.type:
        case CorrelationType.EVENT_COUNT:
            return partial(EventCount, bound)
        case CorrelationType.VALUE_COUNT:
            return partial(ValueCount, bound, folder)
        case CorrelationType.VALUE_SUM | CorrelationType.VALUE_AVG:
            return partial(ValueSum, bound)
        case CorrelationType.TEMPORAL:
            return partial(Temporal, bound)
        case CorrelationType.TEMPORAL_ORDERED:
            return partial(TemporalOrdered, bound)
    return partial(ValuePercentile, bound, folder)


def spans(bound: BoundCorrelation, file: RowFile, folder: Path) -> Iterator[Span]:
    """Yield the matches of any correlation but ``absence`` as stretches of its rows."""
    move = slide if slides(bound.correlation) else tile
    ticks = bound.correlation.timespan_s * TICKS
    return move(file, ticks, window_maker(bound, folder))
