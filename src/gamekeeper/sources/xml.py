"""Windows events in files of XML: wevtutil, Get-WinEvent's ToXml, the Event Viewer, evtx_dump."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.text_bytes import Encoding, encoding_of
from gamekeeper.sources.windows_xml import BadXml, event_from_xml
from gamekeeper.sources.xml_split import Kind, Piece, count_records, find_opening, split_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.build import Event
    from gamekeeper.sources.base import Origin, Reading, ReadOptions

RANGE_BYTES: Final = 64 << 20
_HEAD_BYTES: Final = 4096
_NAMESPACE: Final = "schemas.microsoft.com/win/2004/08/events"
_RECORD: Final = re.compile(r"<Event[\s>]")
_SYSTEM: Final = re.compile(r"<Event(?:\s[^>]{0,400})?>\s{0,200}<System[\s>]")
#: What exporters write around and between records.
_LAYOUT: Final = re.compile(
    r"(?:\s|\ufeff|\x00|<\?xml[^>]{0,200}\?>|</?Events\b[^>]{0,400}>|<!--[^>]{0,400}-->"
    r"|Record \d{1,20}|[\[\],])*+"
)
_RECORD_NUMBER: Final = re.compile(r"Record (\d{1,18})\s*(?:<\?xml[^>]{0,200}\?>\s*)?$")
_WHY: Final = {
    Kind.TRUNCATED: ("truncated", "the record breaks off before its end"),
    Kind.HEADLESS: ("truncated", "the record's beginning is missing"),
    Kind.TOO_LARGE: ("too_large", "longer than any event that Windows writes"),
}


class XmlSource:
    """Reads records of event XML, whatever stands around them; a damaged record costs itself."""

    name = "xml"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002 - names of XML files say nothing
        """Look for an ``<Event>`` with its ``<System>``; text before the first one lowers the mark.

        >>> XmlSource().sniff(b"<Event><System><EventID>1</EventID>", "x") > 0.5
        True
        """
        text = encoding_of(head).decode(head)[0]
        first = _RECORD.search(text)
        if first is None or not (_NAMESPACE in text or _SYSTEM.search(text)):
            return -1.0
        if not _LAYOUT.fullmatch(text, 0, first.start()):
            return 0.3  # XML inside something else, or a file whose beginning is lost
        return 0.95 if _NAMESPACE in text else 0.8

    def ranges(self, origin: Origin) -> list[Range]:
        """Cut at beginnings of records, about every 64 MiB."""
        cuts = [0]
        with origin.local.open("rb") as stream:
            encoding = encoding_of(stream.read(_HEAD_BYTES))
            while cuts[-1] + RANGE_BYTES < origin.size_bytes:
                cut = find_opening(stream, cuts[-1] + RANGE_BYTES, origin.size_bytes, encoding)
                if cut is None:
                    break
                cuts.append(cut)
        stops = [*cuts[1:], origin.size_bytes]
        return [
            Range(origin, start, stop, is_last=stop == origin.size_bytes)
            for start, stop in zip(cuts, stops, strict=True)
        ]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        """Yield the events and rejects of each range and its tally. XML names its zone: no option applies."""
        builder = BatchBuilder()
        for part in ranges:
            account = _Account(part)
            yield from batched(_records(part, account), builder)
            yield account.tally()
        yield from builder.flush()


def _records(part: Range, account: _Account) -> Iterator[Event | Reject]:
    with part.origin.local.open("rb") as stream:
        encoding = account.encoding = encoding_of(stream.read(_HEAD_BYTES))
        for piece in split_records(stream, part.start, part.stop, encoding):
            account.look_at_gap(piece)
            if piece.kind is not Kind.END:
                item = _event(piece, part, account)
                account.take(item)
                yield item
        account.present = count_records(stream, part.start, part.stop, encoding)


def _event(piece: Piece, part: Range, account: _Account) -> Event | Reject:
    source = part.origin.number
    if piece.kind in _WHY:
        reason, detail = _WHY[piece.kind]
        return Reject(source, piece.offset, reason, detail, raw=piece.raw[:RAW_LIMIT_BYTES])
    text, is_broken = account.encoding.decode(piece.raw)
    account.seen["bytes that are no valid text"] += is_broken
    record_id = account.record_number(piece)
    try:
        return event_from_xml(text, source=source, offset=piece.offset, record_id=record_id)
    except BadXml as bad:
        raw = piece.raw[:RAW_LIMIT_BYTES]
        return Reject(source, piece.offset, bad.reason, bad.detail, record_id=record_id, raw=raw)


@dataclass(slots=True)
class _Account:
    """What a range held, for its tally."""

    part: Range
    encoding: Encoding = field(default_factory=lambda: Encoding("utf-8"))
    present: int = 0
    events: int = 0
    rejects: int = 0
    numbered: int = 0
    fine_times: int = 0
    between_bytes: int = 0
    between_first: int = -1
    seen: Counter[str] = field(default_factory=Counter)

    def take(self, item: Event | Reject) -> None:
        if isinstance(item, Reject):
            self.rejects += item.count
        else:
            self.events += 1
            self.fine_times += bool(item.filetime and item.filetime % 10)

    def record_number(self, piece: Piece) -> int | None:
        """The number that evtx_dump writes before each record."""
        match = _RECORD_NUMBER.search(self.encoding.decode(piece.gap)[0])
        self.numbered += match is not None
        return int(match[1]) if match else None

    def look_at_gap(self, piece: Piece) -> None:
        if not piece.gap_bytes:
            return
        is_whole = piece.gap_bytes == len(piece.gap)
        if not (is_whole and _LAYOUT.fullmatch(self.encoding.decode(piece.gap)[0])):
            self.between_bytes += piece.gap_bytes
            if self.between_first < 0:
                self.between_first = piece.offset - piece.gap_bytes

    def tally(self) -> Tally:
        notes = [f"{count} records hold {what}" for what, count in self.seen.items() if count]
        if self.between_bytes:
            notes.append(
                f"{self.between_bytes} bytes between records, the first at {self.between_first}, "
                "belong to none and were passed over"
            )
        if self.events > 20 and not self.fine_times:
            notes.append("times end at microseconds: the exporter dropped the last digit")
        return Tally(
            self.part.origin.number,
            self.present,
            self.events,
            self.rejects,
            shape="evtx_dump" if self.numbered else "event_xml",
            fidelity=Fidelity.LOSSLESS,
            notes=tuple(notes),
            evidence={"encoding": self.encoding.name},
        )
