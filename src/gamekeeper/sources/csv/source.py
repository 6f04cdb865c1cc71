"""Windows events in CSV files, in every shape of ``shapes/``.

A file is one range: quoted cells may hold line breaks, so that no cut inside is known to be one between rows.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.csv.contract import Header, Variant
from gamekeeper.sources.csv.count import count_rows
from gamekeeper.sources.csv.dates import DateOrder, order_of, times_in
from gamekeeper.sources.csv.dialect import HEAD_BYTES, Dialect, dialect_of
from gamekeeper.sources.csv.rows import Row, RowReader, lines_of
from gamekeeper.sources.csv.shapes import surest
from gamekeeper.sources.json.clock import FileClock, survey
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.windows_xml import BadXml
from gamekeeper.sources.written_time import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from gamekeeper.model.build import Event
    from gamekeeper.sources.base import Origin, Reading, ReadOptions
    from gamekeeper.sources.csv.contract import CsvShape
    from gamekeeper.sources.json.text import Record

_SURVEY_LINES: Final = 2000
_RANKS: Final = (Fidelity.LOSSLESS, Fidelity.RENAMED, Fidelity.LOSSY)
_DETAILS: Final = {
    "too_large": "longer than any event that Windows writes",
    "unclosed_quote": "a quote opens that nothing closes",
    "bad_quotes": "quotes do not hold the row together",
}


class CsvSource:
    """Reads rows of whichever tool wrote the file; a damaged row costs itself."""

    name = "csv"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002 - names of CSV files say nothing
        """Look for a header that a shape knows.

        >>> CsvSource().sniff(b"EventID,Channel,Computer\\r\\n", "x") > 0
        True
        """
        return dialect_of(head[:HEAD_BYTES])[1] or -1.0

    def ranges(self, origin: Origin) -> list[Range]:
        """Return the whole file."""
        return [Range(origin, 0, origin.size_bytes)]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:
        """Yield the events and rejects of each file and its tally."""
        zone_named(options.source_tz)  # bad use is told before the first row
        builder = BatchBuilder()
        for part in ranges:
            reading = _FileReading(part, options)
            yield from batched(reading.items(), builder)
            yield reading.tally()
        yield from builder.flush()


@dataclass(slots=True)
class _FileReading:
    """One file on its way through: what was decided about it, and its account."""

    part: Range
    options: ReadOptions
    dialect: Dialect = field(init=False)
    order: DateOrder = field(default_factory=DateOrder)
    present: int = 0
    events: int = 0
    rejects: int = 0
    headers: int = 0
    broken: int = 0
    assumed: int = 0
    is_shift_shown: bool = False
    variants: set[Variant] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def items(self) -> Iterator[Event | Reject]:
        with self.part.origin.local.open("rb") as stream:
            self.dialect = dialect_of(stream.read(HEAD_BYTES))[0]
            clock = self._clock(stream)
            place = Place(self.part.origin.number, clock)
            for row, header, shape in self._rows(stream):
                item = self._item(row, header, shape, place)
                self._count(item)
                self.broken += row.is_broken
                yield item
            self.present = count_rows(stream, self.dialect)

    def _rows(
        self, stream: BinaryIO, most_lines: int | None = None
    ) -> Iterator[tuple[Row, Header, CsvShape]]:
        """Yield every row with the header that it stands under."""
        self.headers = 0
        header = Header(())
        shape, _ = surest(header)
        lines = itertools.islice(lines_of(stream, self.dialect), most_lines)
        for row in RowReader(lines, self.dialect):
            if row.is_header:
                header = Header(tuple(row.cells))
                shape, _ = surest(header)
                self.headers += 1
                self.held_back |= header.known & shape.held_back
            else:
                yield row, header, shape

    def _clock(self, stream: BinaryIO) -> FileClock:
        """Decide from the file itself how its times are read."""
        self.order = order_of(self._times(stream, _SURVEY_LINES))
        if self.order.is_open:  # worth a look at every row: a wrong order is a wrong timeline
            self.order = order_of(self._times(stream, None))
        sample = [
            record
            for row, header, shape in self._rows(stream, _SURVEY_LINES)
            if (record := _record(row, header, shape, self.order)) is not None
        ]
        shift, note = survey(sample)
        self.notes += [text for text in (self.order.note, note) if text]
        self.is_shift_shown = shift is not None
        return FileClock(self.options.source_tz, shift)

    def _times(self, stream: BinaryIO, most_lines: int | None) -> Iterator[str]:
        for row, header, shape in self._rows(stream, most_lines):
            yield from times_in(_record(row, header, shape) or {}, header)

    def _item(self, row: Row, header: Header, shape: CsvShape, place: Place) -> Event | Reject:
        if row.damage:
            return self._reject(row, row.damage, _DETAILS[row.damage])
        record = _record(row, header, shape, self.order)
        if record is None:
            detail = f"the row has {len(row.cells)} cells, the header {len(header.cells)}"
            reason = "bad_columns" if row.last.raw.endswith((b"\n", b"\n\0")) else "truncated"
            return self._reject(row, reason, detail)
        place.offset, place.record_id = row.first.offset, row.first.number
        try:
            event, variant = shape.read(record, place)
        except (BadRecord, BadXml) as bad:
            return self._reject(row, bad.reason, bad.detail)
        self.variants.add(variant)
        return event

    def _reject(self, row: Row, reason: str, detail: str) -> Reject:
        first = row.first
        return Reject(
            self.part.origin.number,
            first.offset,
            reason,
            detail,
            record_id=first.number,
            raw=first.raw[:RAW_LIMIT_BYTES],
        )

    def _count(self, item: Event | Reject) -> None:
        if isinstance(item, Reject):
            self.rejects += 1
        else:
            self.events += 1
            self.assumed += item.time_assumed

    def tally(self) -> Tally:
        notes = list(self.notes)
        if self.headers > 1:
            notes.append(
                f"the header is repeated {self.headers - 1} times: several exports in one file"
            )
        if self.held_back:
            columns = ", ".join(sorted(self.held_back))
            notes.append(f"answers of other people are held back: {columns}")
        if self.broken:
            notes.append(f"{self.broken} rows hold bytes that are no valid text")
        if self.assumed and not self.is_shift_shown:
            notes.append(f"times name no zone and are read as {self.options.source_tz}")
        variants = sorted(self.variants, key=lambda variant: variant.name)
        return Tally(
            self.part.origin.number,
            self.present,
            self.events,
            self.rejects,
            shape="+".join(dict.fromkeys(variant.name for variant in variants)),
            fidelity=max((v.fidelity for v in variants), key=_RANKS.index, default=""),
            fields_lacking=tuple(dict.fromkeys(n for v in variants for n in v.fields_lacking)),
            notes=tuple(notes),
            evidence={"encoding": self.dialect.encoding.name, "delimiter": self.dialect.delimiter},
        )


def _record(
    row: Row, header: Header, shape: CsvShape, order: DateOrder | None = None
) -> Record | None:
    """Return a row as an object, or None where its cells do not go with the header."""
    cells, width = row.cells, len(header.cells)
    if len(cells) == width + 1 and not cells[-1]:
        cells = cells[:-1]  # a delimiter at the end of every line
    if row.damage or len(cells) not in (width, width + bool(shape.unnamed)):
        return None
    record = header.record(cells, shape.unnamed, keep_empty=shape.keep_empty)
    for name in shape.held_back:
        record.pop(name, None)
    if order is not None:
        order.apply(record, header)
    return record
