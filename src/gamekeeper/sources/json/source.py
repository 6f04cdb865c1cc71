"""The JSON source: Windows events in every shape in which tools export them.

A file is laid out once (``layout``), cut into frames (``framing``), each frame parsed (``decode``) and read
by the first shape that knows it (``shapes``). ``census`` counts the records on a pass of its own.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.sources.base import Range
from gamekeeper.sources.json.braces import pieces
from gamekeeper.sources.json.census import count_present
from gamekeeper.sources.json.clock import FileClock, survey
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.decode import decode
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.frame import MAX_RECORD_BYTES, Frame
from gamekeeper.sources.json.framing import frames
from gamekeeper.sources.json.layout import HEAD_BYTES, Layout, Mode, in_utf8, layout_of
from gamekeeper.sources.json.shapes import SHAPES
from gamekeeper.sources.json.transcode import Transcoder
from gamekeeper.sources.json.unwrap import recognise
from gamekeeper.sources.windows_xml import BadXml
from gamekeeper.sources.written_time import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.sources.base import Origin, Reading, ReadOptions
    from gamekeeper.sources.json.text import Record

#: Larger files of lines are cut into ranges of about this size, for several processes.
RANGE_BYTES: Final = 128 << 20
_SURVEYED_RECORDS: Final = 200
_SNIFFED_RECORDS: Final = 8
#: What a stream's frame shows when damage has glued several records into it.
_GLUED: Final = frozenset({"bad_json", "trailing_data"})
_WORST_FIRST: Final = (Fidelity.LOSSY, Fidelity.RENAMED, Fidelity.LOSSLESS)
_FIDELITIES: Final = {shape.name: shape.fidelity for shape in SHAPES}
_LACKING: Final = {shape.name: shape.fields_lacking for shape in SHAPES}


@dataclass(slots=True)
class _Account:
    """What came of one range's records."""

    events: int = 0
    rejects: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def tally(self, source: int, present: int) -> Tally:
        """Return the account in the form of the contract; the commonest shape names the range."""
        used = [
            name for name, _ in sorted(self.shapes.items(), key=lambda item: (-item[1], item[0]))
        ]
        notes = list(self.notes)
        if len(used) > 1:
            parts = ", ".join(f"{name} {self.shapes[name]}" for name in used)
            notes.append(f"several shapes: {parts}")
        fidelity = next((f for f in _WORST_FIRST if f in {_FIDELITIES[name] for name in used}), "")
        return Tally(
            source,
            records_present=present,
            events=self.events,
            rejects=self.rejects,
            shape=used[0] if used else "",
            fidelity=str(fidelity),
            fields_lacking=tuple(dict.fromkeys(f for name in used for f in _LACKING[name])),
            notes=tuple(notes),
        )


class JsonSource:
    """Windows events as JSON; see ``docs/reference/json-shapes.md``."""

    name = "json"

    def sniff(self, head: bytes, path: str) -> float:
        """Say how surely this is JSON: 0.9 and more where its first records are Windows events."""
        text = in_utf8(head)
        lead = text.lstrip(b" \t\r\n\0,\x1a")
        named = path.lower().endswith((".json", ".jsonl", ".ndjson"))
        if lead[:1] not in (b"{", b"[") and not lead.startswith(b"Record "):
            return 0.1 if named else -1.0
        records = list(_first_records(head, _SNIFFED_RECORDS))
        if any(recognise(record) for record in records):
            return 0.95
        return 0.5 if records else 0.3 if named else 0.05

    def ranges(self, origin: Origin) -> list[Range]:
        """Cut large files of lines at line ends; other layouts are one range."""
        with origin.local.open("rb") as file:
            layout = _layout(file, origin.size_bytes)
            borders = [0]
            if layout.mode is Mode.LINES and layout.encoding == "utf-8":
                borders += _borders(file, origin.size_bytes)
        borders.append(origin.size_bytes)
        last = len(borders) - 2
        return [
            Range(origin, borders[i], borders[i + 1], is_last=i == last) for i in range(last + 1)
        ]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:
        """Yield the ranges' events in batches that may span ranges, their rejects and tallies."""
        zone_named(options.source_tz)  # a wrong zone stops here, before any work
        builder = BatchBuilder()
        for part in ranges:
            yield from _read_range(part, options, builder)
        yield from builder.flush()


def _layout(file: BinaryIO, size_bytes: int) -> Layout:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    return layout_of(head, is_whole=len(head) >= size_bytes)


def _borders(file: BinaryIO, size_bytes: int) -> Iterator[int]:
    """Yield line beginnings near the multiples of the range size; overlong lines are not cut."""
    border = 0
    while size_bytes - border > 2 * RANGE_BYTES:
        file.seek(border + RANGE_BYTES)
        line = file.readline(MAX_RECORD_BYTES)
        border = file.tell()
        if line.endswith(b"\n") and border < size_bytes:
            yield border


def _first_records(head: bytes, count: int) -> Iterator[Record]:
    """Yield the first sound records of a file's beginning, from at most twice as many frames."""
    layout = layout_of(head, is_whole=False)
    found = 0
    for tried, frame in enumerate(frames(io.BytesIO(in_utf8(head)), layout)):
        try:
            record = decode(frame.raw)
        except BadRecord:
            record = None
        if record is not None:
            found += 1
            yield record
        if found == count or tried == 2 * count:
            return


def _clock(head: bytes, options: ReadOptions) -> tuple[FileClock, str]:
    """Return how the file's times are read, and a note where its records show something about them."""
    recognised = (recognise(record) for record in _first_records(head, _SURVEYED_RECORDS))
    shift, note = survey([found[0] for found in recognised if found is not None])
    return FileClock(options.source_tz, shift), note


def _read_range(part: Range, options: ReadOptions, builder: BatchBuilder) -> Iterator[Reading]:
    source = part.origin.number
    with part.origin.local.open("rb") as file:
        layout = _layout(file, part.origin.size_bytes)
        file.seek(0)
        clock, note = _clock(file.read(HEAD_BYTES), options)
        present = count_present(file, layout, part.start, part.stop)
        account = _Account(notes=[note] if note else [])
        reader = _RangeReader(Place(source, clock), account)
        for outcome in reader.outcomes(file, layout, part):
            if isinstance(outcome, Event):
                account.events += 1
                yield from builder.add(outcome)
            else:
                account.rejects += outcome.count
                yield outcome
    got = account.events + account.rejects
    if got < present:
        account.rejects += present - got
        detail = "counted as present, but damage hides where they begin and end"
        yield Reject(source, part.start, "unaccounted", detail, count=present - got)
    elif got > present:
        account.notes.append(f"damaged: {got} pieces where an independent count finds {present}")
    yield account.tally(source, max(present, got))


class _Bounded:
    """A file that ends at a range's end."""

    def __init__(self, file: BinaryIO, stop: int) -> None:
        self._file = file
        self._stop = stop

    def read(self, size: int, /) -> bytes:
        return self._file.read(max(0, min(size, self._stop - self._file.tell())))


class _RangeReader:
    """Turns the frames of one range into events and rejects."""

    def __init__(self, place: Place, account: _Account) -> None:
        self._place = place
        self._account = account

    def outcomes(self, file: BinaryIO, layout: Layout, part: Range) -> Iterator[Event | Reject]:
        """Yield one event or reject a frame; damaged frames of a stream give several."""
        start = max(part.start, layout.bom_bytes)
        file.seek(start)
        bounded = _Bounded(file, part.stop)
        recoded = None
        if layout.encoding != "utf-8":
            recoded = Transcoder(bounded, layout.encoding, start)
        place = self._place
        is_first = part.start == 0  # only there the numbers count from the file's beginning
        for frame in frames(recoded or bounded, layout):
            place.offset = recoded.file_offset(frame.offset) if recoded else start + frame.offset
            place.record_id = frame.number if is_first else None
            if frame.reason:
                yield from self._damaged(frame)
                continue
            try:
                outcome: Event | Reject = self._event(decode(frame.raw))
            except (BadRecord, BadXml) as error:
                if layout.mode is Mode.STREAM and error.reason in _GLUED:
                    yield from self._salvaged(frame)
                    continue
                outcome = self._reject(frame.raw, error.reason, error.detail)
            yield outcome

    def _damaged(self, frame: Frame) -> Iterator[Event | Reject]:
        if frame.reason == "unbalanced":
            yield from self._salvaged(frame)
        else:
            yield self._reject(frame.raw, frame.reason, "")

    def _salvaged(self, frame: Frame) -> Iterator[Event | Reject]:
        """Yield what a damaged stretch of a stream still holds."""
        offset = self._place.offset
        for start, raw in pieces(frame.raw):
            self._place.offset = offset + start
            try:
                yield self._event(decode(raw))
            except (BadRecord, BadXml) as error:
                yield self._reject(raw, error.reason, error.detail)

    def _event(self, record: Record) -> Event:
        found = recognise(record)
        if found is None:
            keys = ", ".join(list(record)[:5])
            raise BadRecord(
                "not_an_event", f"no known shape of a Windows event; keys: {keys[:200]}"
            )
        inner, shape = found
        event = shape.to_event(inner, self._place)
        self._account.shapes[shape.name] += 1
        return event

    def _reject(self, raw: bytes, reason: str, detail: str) -> Reject:
        place = self._place
        kept = raw[:RAW_LIMIT_BYTES]
        return Reject(
            place.source, place.offset, reason, detail[:300], record_id=place.record_id, raw=kept
        )
