"""Which 4104 events are parts of one script block: found in columns, before any text is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.model.folding import fold
from gamekeeper.questions.pointers import Fields, Pointer, fetch
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import Ints, Rows, coded

if TYPE_CHECKING:
    import pyarrow as pa

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

DATASET: Final = "windows.powershell"
EVENT_ID: Final = 4104
COLUMNS: Final = (
    "ScriptBlockId",
    "ScriptBlockText",
    "MessageNumber",
    "MessageTotal",
    "Path",
    "Level",
    "Channel",
    "host.name",
    "Security_UserID",
    "Execution_ProcessID",
    "Correlation_ActivityID",
    "event.filetime",
)
#: Parts of one block that are read: some 80 MB of script. PowerShell itself writes far fewer.
MOST_PARTS: Final = 4_096
#: Events whose texts are in memory at once.
_EVENTS: Final = 2_048


@dataclass(frozen=True, slots=True)
class Parts:
    """The events of script blocks, sorted by block and, within it, by time.

    ``starts`` are the rows at which blocks begin, and one more; blocks are in order of their first events.
    """

    sources: Ints
    offsets: Ints
    written: Ints
    starts: Rows
    left_out: int  # parts beyond the most that are read of one block

    def __len__(self) -> int:
        return len(self.starts) - 1

    def first_times(self) -> Ints:
        """Return the FILETIME of the first event of each block; -1 for none."""
        return self.written[self.starts[:-1]]


def parts_of(snapshot: Snapshot, selection: Selection) -> Parts:
    """Return the script blocks of the selected events. Takes some 100 bytes an event."""
    columns: dict[str, list[NDArray[Any]]] = defaultdict(list)
    hosts, channels, odd = Codes(), Codes(), Codes()
    chosen = replace(selection, datasets=(DATASET,), event_ids=(EVENT_ID,))
    for batch in snapshot.batches(chosen, ("ScriptBlockId",)):
        for name, column in _identity(batch.table, hosts, channels, odd).items():
            columns[name].append(column)
    if not columns:
        nothing = np.empty(0, np.int64)
        return Parts(nothing, nothing, nothing, np.zeros(1, np.int64), 0)
    joined = {name: np.concatenate(listed) for name, listed in columns.items()}
    return _sorted(joined)


def _identity(
    table: pa.RecordBatch, hosts: Codes, channels: Codes, odd: Codes
) -> dict[str, NDArray[Any]]:
    ids = table.column("ScriptBlockId")
    halves = fields.guids(ids)
    # An id that is no GUID is compared as the text that it is.
    plain = [
        fold(text or "") if not is_guid else ""
        for text, is_guid in zip(
            ids.dictionary.to_pylist(), fields.are_guids(ids.dictionary), strict=True
        )
    ]
    codes = np.array([*(odd.of(text) for text in plain), -1], np.int64)
    return {
        "host": fields.hosts(table.column("host.name"), hosts),
        "channel": fields.folded(table.column("Channel"), channels),
        "odd": codes[ids.indices.fill_null(len(plain)).to_numpy()],
        "high": halves[:, 0],
        "low": halves[:, 1],
        "sources": table.column("event.source").to_numpy(),
        "offsets": table.column("event.offset").to_numpy(),
        "written": fields.filetimes(table.column("event.filetime")),
    }


def _sorted(columns: dict[str, NDArray[Any]]) -> Parts:
    block = coded(*(columns[name] for name in ("host", "channel", "odd", "high", "low")))
    sources, offsets, written = (columns[name] for name in ("sources", "offsets", "written"))
    order = np.lexsort((offsets, sources, written))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    first = np.full(int(block.max()) + 1, len(order), np.int64)
    np.minimum.at(first, block, rank)
    order = np.lexsort((rank, first[block]))
    is_first = np.diff(first[block][order], prepend=-1) != 0
    place = np.arange(len(order)) - np.maximum.accumulate(
        np.where(is_first, np.arange(len(order)), 0)
    )
    kept = order[place < MOST_PARTS]
    starts = np.flatnonzero(np.diff(first[block][kept], prepend=-1))
    return Parts(
        sources[kept],
        offsets[kept],
        written[kept],
        np.append(starts, len(kept)),
        len(order) - len(kept),
    )


def read_blocks(
    snapshot: Snapshot, selection: Selection, parts: Parts, blocks: Rows
) -> Iterator[list[tuple[int, list[Fields]]]]:
    """Yield some blocks, in the order given, with the fields of their events, some at a time."""
    counts = (parts.starts[1:] - parts.starts[:-1])[blocks]
    slices = np.cumsum(counts) // _EVENTS
    chosen = replace(selection, datasets=(DATASET,), event_ids=(EVENT_ID,))
    for ends in np.split(blocks, np.flatnonzero(np.diff(slices)) + 1):
        found = fetch(snapshot, chosen, _pointers(parts, ends), COLUMNS)
        yield [
            (block, [found[pointer] for pointer, _ in _pointers(parts, np.array([block]))])
            for block in ends.tolist()
        ]


def _pointers(parts: Parts, blocks: Rows) -> list[tuple[Pointer, int]]:
    found = []
    for block in blocks.tolist():
        rows = slice(int(parts.starts[block]), int(parts.starts[block + 1]))
        pointers = zip(parts.sources[rows].tolist(), parts.offsets[rows].tolist(), strict=True)
        found += list(zip(pointers, parts.written[rows].tolist(), strict=True))
    return found
