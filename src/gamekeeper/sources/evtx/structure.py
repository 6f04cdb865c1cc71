"""What the bytes of chunks say beside their records: remains of others, gaps, places that are blank.

All of it is evidence for checks on the log itself. Whole buffers are asked at once; only places where
something is odd are looked at one by one, and of those a range keeps so many with their details.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.sources.evtx.decoder import Status, locate
from gamekeeper.sources.evtx.layout import (
    CHUNK_BYTES,
    CHUNK_HEADER_BYTES,
    LEAST_RECORD_BYTES,
    RECORD_HEADER_BYTES,
)
from gamekeeper.sources.evtx.remains import described, fill_of, swallowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.sources.evtx.accounts import Slots
    from gamekeeper.sources.evtx.chunks import ChunkHeaders

#: Findings of one kind that a range keeps; all are counted.
MOST: Final = 64
#: Runs of stale records of which a range decodes one, and how many it tries for that.
MOST_DECODED: Final = 4
_TRIES: Final = 6
_NO_ID: Final = (1 << 63) - 1
_Found = dict[str, object]


@dataclass(slots=True)
class Structure:
    """What one range's chunks say so far."""

    layout: list[list[object]] = field(default_factory=list)  # [offset, places, kind], in order
    shifts: list[list[int]] = field(default_factory=list)  # [offset, record number minus id]
    newest: list[int] = field(default_factory=list)  # offset and last record id of a chunk
    undated: int = 0
    found: dict[str, list[_Found]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    decoded: int = 0

    def place(self, offset: int, places: int, kind: str) -> None:
        """Note what stands in some places of 64 KiB; equal neighbours are one run."""
        if self.layout and self.layout[-1][2] == kind:
            self.layout[-1][1] += places  # type: ignore[operator]
        else:
            self.layout.append([offset, places, kind])

    def shift(self, offset: int, shift: int) -> None:
        """Note by how much a chunk's record numbers exceed its record ids, where that changes."""
        if not self.shifts or self.shifts[-1][1] != shift:
            self.shifts.append([offset, shift])

    def add(self, kind: str, found: _Found, count: int = 1) -> None:
        """Note something odd."""
        self.counts[kind] = self.counts.get(kind, 0) + count
        kept = self.found.setdefault(kind, [])
        if len(kept) < MOST:
            kept.append(found)

    def evidence(self) -> dict[str, object]:
        """Return all as evidence; what adds up over ranges is a number, what follows each other a list."""
        told: dict[str, object] = {
            "layout": self.layout,
            "number_shifts": self.shifts,
            **self.found,
        }
        told |= {f"{kind}_count": count for kind, count in self.counts.items()}
        told |= {"undated_records": self.undated, "newest_chunk": [self.newest]}
        return {name: value for name, value in told.items() if value and value != [[]]}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a buffer: ``records`` and ``status`` are those of its job."""

    slots: Slots
    headers: ChunkHeaders
    records: NDArray[np.int32]
    status: NDArray[np.uint8]

    def note(self) -> None:
        """Add what the buffer's chunks say to the accounts of their ranges."""
        self._places()
        self._hidden()
        self._gaps()
        self._blanked()
        self._stale()

    def _structure(self, chunk: int) -> Structure:
        return self.slots.account(chunk).structure

    def _places(self) -> None:
        headers = self.headers
        kind = np.where(headers.is_chunk, 0, np.where(headers.is_blank, 1, 2))
        undated, last = headers.column("undated"), headers.column("held_last_id")
        has_shift = headers.is_chunk & (headers.claimed > 0)
        shift = headers.column("first_number") - headers.column("first_id")
        changed = np.ones(len(kind), bool)
        changed[1:] = (kind[1:] != kind[:-1]) | (shift[1:] != shift[:-1])
        for account, first, stop, offset in self.slots.parts():
            marks = changed[first:stop].copy()
            marks[0] = True
            starts = [*(first + np.flatnonzero(marks)).tolist(), stop]
            structure = account.structure
            structure.undated += int(undated[first:stop].sum())
            newest = first + int(np.argmax(last[first:stop]))
            if last[newest] > 0 and (not structure.newest or last[newest] > structure.newest[1]):
                structure.newest = [offset + (newest - first) * CHUNK_BYTES, int(last[newest])]
            for start, end in pairwise(starts):
                at = offset + (start - first) * CHUNK_BYTES
                structure.place(at, end - start, ("chunk", "blank", "foreign")[kind[start]])
                if has_shift[start]:
                    structure.shift(at, int(shift[start]))

    def _hidden(self) -> None:
        """Note records that reach far beyond their own text: another may lie in them."""
        for number, at, left, inside in self._overlong():
            source, base = self.slots.place(number)
            raw = self.slots.bytes_of(number)
            size, record, time = struct.unpack_from("<IQQ", raw, at + 4)
            found: _Found = {"offset": base + at, "record": record, "time": time, "bytes": left}
            if inside:
                found["swallowed"] = [described(raw, header, source, base) for header in inside]
            else:
                found["fill"] = fill_of(raw[at + size - 3 - left : at + size - 4])
            self._structure(number).add("hidden_records", found)

    def swallowed(self) -> Iterator[tuple[int, int]]:
        """Yield the chunk and the place in it of every record that lies in another's last bytes."""
        for number, _, _, inside in self._overlong():
            yield from ((number, at) for at in inside)

    def _overlong(self) -> Iterator[tuple[int, int, int, list[int]]]:
        """Yield chunk, place, bytes behind the text, and headers in them, of records that are too long."""
        chunk, slack = self.records[:, 0], self.records[:, 3]
        column = self.headers.column
        odd = (column("likenesses") > 0) | (column("found") > column("held"))
        # Where the end of the text is not known, a header in it counts only if one was counted there.
        rows = (slack >= LEAST_RECORD_BYTES) | ((slack == 0) & odd[chunk])
        for row in np.flatnonzero(rows).tolist():
            number, at, size, left = self.records[row].tolist()
            at -= number * CHUNK_BYTES
            end = at + size - 4
            start = end - left if left else at + RECORD_HEADER_BYTES
            inside = swallowed(self.slots.bytes_of(number), start, end, at)
            if left or inside:
                yield number, at, left, inside

    def _gaps(self) -> None:
        """Find bytes between live records that belong to none."""
        odd = self.headers.is_chunk & (self.headers.column("loose") > 0)
        for number in np.flatnonzero(odd).tolist():
            raw = self.slots.bytes_of(number)
            _, base = self.slots.place(number)
            for start, stop, around in self._between(number):
                found: _Found = {"offset": base + start, "bytes": stop - start}
                self._structure(number).add(
                    "gaps", found | {"fill": fill_of(raw[start:stop])} | around
                )

    def _between(self, number: int) -> Iterator[tuple[int, int, _Found]]:
        """Yield start and stop of each gap in a chunk, and ids and times of the records around it."""
        own = self.records[self.records[:, 0] == number]
        ids, times = self._ids(own), self._ids(own, at=16)
        starts = own[:, 1] - number * CHUNK_BYTES
        ends = np.concatenate([[CHUNK_HEADER_BYTES], starts + own[:, 2]])
        starts = np.concatenate([starts, [self.headers.stop[number]]])
        for gap in np.flatnonzero(starts > ends).tolist():
            around: _Found = {
                "before": int(ids[gap - 1]) if gap else None,
                "after": int(ids[gap]) if gap < len(ids) else None,
                "times": [
                    int(times[gap - 1]) if gap else 0,
                    int(times[gap]) if gap < len(ids) else 0,
                ],
            }
            yield int(ends[gap]), int(starts[gap]), around

    def _blanked(self) -> None:
        """Find records whose header stands while their text is one byte over and over."""
        for row in np.flatnonzero(self.status == Status.DECLINED).tolist():
            number, at, size, _ = self.records[row].tolist()
            text = self.slots.buf[at + 24 : at + size - 4].tobytes()
            fill = fill_of(text)
            if fill is None or len(text) < LEAST_RECORD_BYTES:
                continue
            _, base = self.slots.place(number)
            one = self.records[row : row + 1]
            record, time = int(self._ids(one)[0]), int(self._ids(one, at=16)[0])
            found: _Found = {"offset": at + base - number * CHUNK_BYTES, "bytes": len(text)}
            found |= {"fill": fill, "record": record, "time": time}
            self._structure(number).add("blanked_records", found)

    def _stale(self) -> None:
        """Find whole records behind the free-space offset: runs of ids, and what is odd about them."""
        chunks = np.flatnonzero(self.headers.column("stale") > 0)
        if not len(chunks):
            return
        base = chunks * CHUNK_BYTES
        spans = [chunks, base + self.headers.stop[chunks], base + self.slots.sizes[chunks]]
        records = locate(self.slots.buf, np.ascontiguousarray(np.stack(spans, 1)))
        if not len(records):
            return
        ids, times = self._ids(records), self._ids(records, at=16)
        changed = np.ones(len(records), bool)
        changed[1:] = (records[1:, 0] != records[:-1, 0]) | (ids[1:] != ids[:-1] + 1)
        starts = np.flatnonzero(changed)
        stops = np.append(starts[1:], len(records)) - 1
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            self._stale_run(records, ids, times, start, stop)

    def _stale_run(
        self,
        records: NDArray[np.int32],
        ids: NDArray[np.int64],
        times: NDArray[np.int64],
        start: int,
        stop: int,
    ) -> None:
        number, at = records[start, :2].tolist()
        source, base = self.slots.place(number)
        structure = self._structure(number)
        first, last = int(ids[start]), int(ids[stop])
        found: _Found = {
            "offset": base + at - number * CHUNK_BYTES,
            "ids": [first, last],
            "times": [int(times[start]), int(times[stop])],
        }
        clash = self._clash(number, ids[start : stop + 1], times[start : stop + 1])
        if clash:
            found["clash"] = clash
        # Lower ids than the chunk's own are what every log's previous life leaves.
        is_odd = last >= int(self.headers.column("held_first_id")[number])
        if is_odd and structure.decoded < MOST_DECODED:
            structure.decoded += 1
            places = records[start : stop + 1, 1] - number * CHUNK_BYTES
            tries = places[:: max(1, len(places) // _TRIES)].tolist()
            raw = self.slots.bytes_of(number)
            told = (described(raw, place, source, base) for place in tries)
            found |= next(({"held": one} for one in told if "code" in one), {})
        structure.add("stale_records", found, stop - start + 1)

    def _clash(
        self, number: int, ids: NDArray[np.int64], times: NDArray[np.int64]
    ) -> dict[str, int]:
        """Return the first stale record that is live under another id: the times say that it is the same."""
        own = self.slots.sources[self.records[:, 0]] == self.slots.place(number)[0]
        live = self.records[own]
        live_ids, live_times = self._ids(live), self._ids(live, at=16)
        order = np.argsort(live_times, kind="stable")
        first, stop = (
            np.searchsorted(live_times, times, side=side, sorter=order)
            for side in ("left", "right")
        )
        # Several records of one instant tell nothing. Chunks are looked at some at a time: one more may stand
        # in those before, where the slack of the first of these has its bytes from.
        is_here = ids >= live_ids.min(initial=_NO_ID)
        alone = (stop == first + 1) & (times > 0) & is_here
        hits = order[first[alone]]
        moved = live_ids[hits] != ids[alone]
        if not moved.any():
            return {}
        at = int(np.flatnonzero(moved)[0])
        return {
            "stale_id": int(ids[alone][at]),
            "live_id": int(live_ids[hits[at]]),
            "time": int(times[alone][at]),
            "count": int(moved.sum()),
        }

    def _ids(self, records: NDArray[np.int32], at: int = 8) -> NDArray[np.int64]:
        """Return the numbers of eight bytes that stand at a place of each record's header."""
        where = records[:, 1:2].astype(np.int64) + np.arange(at, at + 8)
        return np.ascontiguousarray(self.slots.buf[where]).view("<i8").reshape(-1)
