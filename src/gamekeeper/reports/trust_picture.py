"""How far each host's logs can be trusted over time, as stripes of colour: hosts, then their channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.breaks import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.model.breaks import IntegrityResult

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
class _Grid:
    """The timeline by columns: what every row of it shows."""

    host: NDArray[np.int64]
    channel: NDArray[np.int64]
    column: NDArray[np.int64]
    state: NDArray[np.int64]
    first: int  # FILETIME of the first column
    step: int  # 100 ns
    columns: int


def picture(result: IntegrityResult) -> Picture | None:
    """Return the picture of a timeline; None where it has no hour."""
    table = result.timeline
    if not table.num_rows:
        return None
    hosts = sorted(set(table["host"].to_pylist()))
    channels = sorted(set(table["channel"].to_pylist()))
    grid = _grid(table, hosts, channels)
    worst = np.zeros((len(hosts), len(STATES)), np.int64)
    np.add.at(worst, (grid.host, grid.state), 1)
    order = sorted(range(len(hosts)), key=lambda at: (*(-worst[at, ::-1]).tolist(), hosts[at]))
    names = [result.channels.get(name, name) for name in channels]
    rows = tuple(
        _host(result.hosts.get(hosts[at], hosts[at]) or "no host named", at, grid, names)
        for at in order[:HOSTS]
    )
    hours = grid.step // HOUR
    return Picture(grid.columns, hours, rows, tuple(_labels(grid)), max(0, len(hosts) - HOSTS))


def _grid(table: pa.Table, hosts: list[str], channels: list[str]) -> _Grid:
    hour = table["hour"].to_numpy()
    first, last = int(hour.min()), int(hour.max())
    wanted = (last - first) // HOUR + 1
    hours = next((step for step in _STEPS if step * COLUMNS >= wanted), -(-wanted // COLUMNS))
    step = hours * HOUR
    first = first // step * step
    place = {name: at for at, name in enumerate(STATES)}
    events = table["events"].to_numpy()
    standing = [place.get(name, 0) for name in table["standing"].to_pylist()]
    state = np.maximum(np.array(standing, np.int64), (events > 0).astype(np.int64))
    return _Grid(
        _places(table["host"], hosts),
        _places(table["channel"], channels),
        (hour - first) // step,
        state,
        first,
        step,
        (last - first) // step + 1,
    )


def _places(column: pa.ChunkedArray, names: list[str]) -> NDArray[np.int64]:
    place = {name: at for at, name in enumerate(names)}
    coded = column.combine_chunks().dictionary_encode()
    lookup = np.array([place[name] for name in coded.dictionary.to_pylist()], np.int64)
    found: NDArray[np.int64] = lookup[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _host(name: str, number: int, grid: _Grid, channels: list[str]) -> Row:
    own = grid.host == number
    found = [
        (_line(own & (grid.channel == at), grid), channels[at])
        for at in np.unique(grid.channel[own]).tolist()
    ]
    found.sort(key=lambda item: (-int(item[0].max()), -int((item[0] > 1).sum()), item[1]))
    rows = tuple(
        Row(channel or "no channel named", tuple(_stripes(line, grid)))
        for line, channel in found[:CHANNELS]
    )
    return Row(name, tuple(_stripes(_line(own, grid), grid)), rows, max(0, len(found) - CHANNELS))


def _line(rows: NDArray[np.bool_], grid: _Grid) -> NDArray[np.int64]:
    line = np.zeros(grid.columns, np.int64)
    np.maximum.at(line, grid.column[rows], grid.state[rows])
    return line


def _stripes(line: NDArray[np.int64], grid: _Grid) -> Iterator[Stripe]:
    starts = np.flatnonzero(np.append(True, line[1:] != line[:-1])).tolist()
    for start, stop in zip(starts, [*starts[1:], len(line)], strict=True):
        state = STATES[line[start]]
        begin, end = (_moment(grid.first + at * grid.step) for at in (start, stop))
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


def _labels(grid: _Grid) -> Iterator[tuple[int, str]]:
    every = max(1, -(-grid.columns // _LABELS))
    is_short = grid.step < 24 * HOUR
    for at in range(0, grid.columns, every):
        text = _moment(grid.first + at * grid.step)
        yield at, text if is_short else text[:10]


def _moment(filetime: int) -> str:
    return (iso_time(filetime) or "")[:16].replace("T", " ")
