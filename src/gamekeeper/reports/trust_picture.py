"""How far each host's logs can be trusted over time, as stripes of colour: hosts, then their channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.breaks import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.model.breaks import IntegrityResult, Timeline

HOUR: Final = 36_000_000_000
#: Columns of the picture, rows of hosts, and rows of channels under a host.
COLUMNS: Final = 120
HOSTS: Final = 40
CHANNELS: Final = 12
#: Hours that one column may stand for: a person's own measures.
_STEPS: Final = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4380, 8760)
#: From nothing to worst; what a column shows is the worst of its hours.
STATES: Final = ("silent", "whole", *(str(standing) for standing in reversed(Standing)))
_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class Stripe:
    """Neighbouring columns in one state."""

    start: int  # column
    width: int
    state: str
    said: str  # for the pointer that rests on it


@dataclass(frozen=True, slots=True)
class Row:
    """One host, or one channel of it."""

    name: str
    stripes: tuple[Stripe, ...]
    channels: tuple[Row, ...] = ()
    more: int = 0  # channels that are not shown


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows, worst first. ``labels``: column and text of moments along the top."""

    columns: int
    step_hours: int
    rows: tuple[Row, ...]
    labels: tuple[tuple[int, str], ...]
    more: int = 0  # hosts that are not shown


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the picture is of: hosts and channels by name, and columns of time."""

    hosts: tuple[str, ...]
    channels: tuple[str, ...]
    first: int  # FILETIME of the first column
    step: int  # 100 ns
    columns: int

    @classmethod
    def of(cls, timeline: Timeline) -> _Frame:
        """Return the frame of a timeline that has rows."""
        hosts: set[str] = set()
        channels: set[str] = set()
        firsts, lasts = [], []
        for batch in timeline.to_batches():
            hosts |= set(batch["host"].unique().to_pylist())
            channels |= set(batch["channel"].unique().to_pylist())
            hour = batch["hour"].to_numpy()
            firsts.append(int(hour.min()))
            lasts.append(int(hour.max()))
        first, last = min(firsts), max(lasts)
        wanted = (last - first) // HOUR + 1
        hours = next((step for step in _STEPS if step * COLUMNS >= wanted), -(-wanted // COLUMNS))
        step = hours * HOUR
        first = first // step * step
        columns = (last - first) // step + 1
        return cls(tuple(sorted(hosts)), tuple(sorted(channels)), first, step, columns)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of a timeline by columns: what every one of them shows."""

    host: NDArray[np.int64]
    channel: NDArray[np.int64]
    column: NDArray[np.int64]
    state: NDArray[np.int64]

    @classmethod
    def of(cls, batch: pa.RecordBatch, frame: _Frame) -> _Grid:
        """Return what a batch shows."""
        standing = _places(batch["standing"], STATES, 0)
        spoke = (batch["events"].to_numpy() > 0).astype(np.int64)
        return cls(
            _places(batch["host"], frame.hosts),
            _places(batch["channel"], frame.channels),
            (batch["hour"].to_numpy() - frame.first) // frame.step,
            np.maximum(standing, spoke),
        )

    def only(self, rows: NDArray[np.bool_]) -> _Grid:
        """Return some of the rows."""
        columns = (self.host, self.channel, self.column, self.state)
        return _Grid(*(column[rows] for column in columns))


def picture(result: IntegrityResult) -> Picture | None:
    """Return the picture of a timeline; None where it has no hour."""
    if not result.timeline.num_rows:
        return None
    frame = _Frame.of(result.timeline)
    hosts = frame.hosts
    worst = np.zeros((len(hosts), len(STATES)), np.int64)
    for grid in _grids(result.timeline, frame):
        np.add.at(worst, (grid.host, grid.state), 1)
    order = sorted(range(len(hosts)), key=lambda at: (*(-worst[at, ::-1]).tolist(), hosts[at]))
    shown = order[:HOSTS]
    parts = [grid.only(np.isin(grid.host, shown)) for grid in _grids(result.timeline, frame)]
    names = [result.channels.get(name, name) for name in frame.channels]
    rows = tuple(
        _host(result.hosts.get(hosts[at], hosts[at]) or "no host named", own, frame, names)
        for at, own in _own(parts, shown)
    )
    hours = frame.step // HOUR
    return Picture(frame.columns, hours, rows, tuple(_labels(frame)), max(0, len(hosts) - HOSTS))


def _grids(timeline: Timeline, frame: _Frame) -> Iterator[_Grid]:
    return (_Grid.of(batch, frame) for batch in timeline.to_batches())


def _own(parts: Sequence[_Grid], hosts: Iterable[int]) -> Iterator[tuple[int, _Grid]]:
    """Yield the rows of each host."""
    names = ("host", "channel", "column", "state")
    whole = _Grid(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    for host in hosts:
        yield host, whole.only(whole.host == host)


def _places(
    column: pa.Array, names: Sequence[str], unknown: int | None = None
) -> NDArray[np.int64]:
    place = {name: at for at, name in enumerate(names)}
    coded = column.dictionary_encode()
    lookup = [place.get(name, unknown) for name in coded.dictionary.to_pylist()]
    found: NDArray[np.int64] = np.array(lookup, np.int64)[coded.indices.to_numpy()]
    return found


def _host(name: str, own: _Grid, frame: _Frame, channels: list[str]) -> Row:
    found = [
        (_line(own.only(own.channel == at), frame), channels[at])
        for at in np.unique(own.channel).tolist()
    ]
    found.sort(key=lambda item: (-int(item[0].max()), -int((item[0] > 1).sum()), item[1]))
    rows = tuple(
        Row(channel or "no channel named", tuple(_stripes(line, frame)))
        for line, channel in found[:CHANNELS]
    )
    stripes = tuple(_stripes(_line(own, frame), frame))
    return Row(name, stripes, rows, max(0, len(found) - CHANNELS))


def _line(rows: _Grid, frame: _Frame) -> NDArray[np.int64]:
    line = np.zeros(frame.columns, np.int64)
    np.maximum.at(line, rows.column, rows.state)
    return line


def _stripes(line: NDArray[np.int64], frame: _Frame) -> Iterator[Stripe]:
    starts = np.flatnonzero(np.append(True, line[1:] != line[:-1])).tolist()
    for start, stop in zip(starts, [*starts[1:], len(line)], strict=True):
        state = STATES[line[start]]
        begin, end = (_moment(frame.first + at * frame.step) for at in (start, stop))
        yield Stripe(start, stop - start, state, f"{begin} to {end} UTC: {_MEANINGS[state]}")


#: What a state means, for legends and pointers.
_MEANINGS: Final = {
    "silent": "no events",
    "whole": "events, no break",
    "explained": "a break with an innocent cause",
    "possible": "tampering is possible",
    "likely": "tampering is likely",
    "proved": "tampering is proved",
}
LEGEND: Final = tuple(_MEANINGS.items())


def _labels(frame: _Frame) -> Iterator[tuple[int, str]]:
    every = max(1, -(-frame.columns // _LABELS))
    is_short = frame.step < 24 * HOUR
    for at in range(0, frame.columns, every):
        text = _moment(frame.first + at * frame.step)
        yield at, text if is_short else text[:10]


def _moment(filetime: int) -> str:
    return (iso_time(filetime) or "")[:16].replace("T", " ")
