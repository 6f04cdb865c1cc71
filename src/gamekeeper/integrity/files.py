"""EVTX files as checks on their bytes see them: what the reader kept of each, with its host and channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

import numpy as np
import pyarrow.compute as pc

from gamekeeper.integrity.intervals import Intervals
from gamekeeper.integrity.natures import is_dirty, kind_of
from gamekeeper.model.breaks import Anomaly, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Strength
    from gamekeeper.model.findings import SourceAccount

CHUNK: Final = 65536
FILE_HEADER: Final = 4096
#: Breaks of one kind and file that are told one by one.
MOST: Final = 20

Run = tuple[int, int]
Found = dict[str, Any]  # what the reader kept of one place


class Details(TypedDict, total=False):
    """What an anomaly of a file may say beside where it is."""

    start: int | None
    stop: int | None
    records: tuple[int | None, int | None]
    evidence: tuple[Evidence, ...]
    innocent: tuple[str, ...]
    techniques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogFile:
    """One EVTX file. ``live``: runs of record header numbers that are there or that chunks claim."""

    account: SourceAccount
    kind: str
    host: str
    channel: str
    live: Intervals
    first_time: int | None
    last_time: int | None

    @property
    def number(self) -> int:
        """The number of the input file."""
        return self.account.number

    @property
    def header(self) -> Found:
        """The file header's values; empty where the file has none."""
        header = self.account.evidence.get("file_header")
        return header if isinstance(header, dict) else {}

    @property
    def is_dirty(self) -> bool:
        """Whether the log was open when it was copied."""
        return is_dirty(self.account)

    @property
    def base(self) -> int:
        """Where the first chunk stands."""
        return FILE_HEADER if self.header else 0

    @property
    def layout(self) -> list[tuple[int, int, str]]:
        """Runs of places of 64 KiB: offset, how many, "chunk", "blank" or "foreign"."""
        runs: list[tuple[int, int, str]] = []
        for offset, places, kind in self.found("layout"):
            if runs and runs[-1][2] == kind:
                runs[-1] = (runs[-1][0], runs[-1][1] + places, kind)
            else:
                runs.append((offset, places, kind))
        return runs

    @property
    def newest(self) -> tuple[int, int] | None:
        """Offset of the chunk with the highest record header number, and that number."""
        chunks = [(last, offset) for offset, last in self.found("newest_chunk")]
        return (max(chunks)[1], max(chunks)[0]) if chunks else None

    @property
    def places_used(self) -> int:
        """Places of 64 KiB up to the last that holds a chunk."""
        ends = [offset + places * CHUNK for offset, places, kind in self.layout if kind == "chunk"]
        return (max(ends) - self.base) // CHUNK if ends else 0

    @property
    def odd_bytes(self) -> int:
        """Bytes behind the last whole place of 64 KiB; a whole file has none."""
        return max(0, self.account.size_bytes - self.base) % CHUNK

    def found(self, name: str) -> list[Any]:
        """Return what the reader kept under a name."""
        kept = self.account.evidence.get(name, [])
        return kept if isinstance(kept, list) else []

    def chunk_of(self, offset: int) -> int:
        """Return where the chunk of a byte begins."""
        return offset - (offset - self.base) % CHUNK

    def is_newest(self, offset: int) -> bool:
        """Whether a byte lies in the chunk that was written last, or in the one behind it."""
        if self.newest is None:
            return True
        return self.chunk_of(offset) in (self.newest[0], self.newest[0] + CHUNK)

    def is_summed(self, offset: int) -> bool:
        """Whether the checksum over the records of a byte's chunk fits: whatever it is was summed up so."""
        chunk = self.chunk_of(offset)
        faults = (one for one in self.found("chunk_faults") if one["offset"] == chunk)
        return not any("data_crc" in one or one.get("magic") for one in faults)

    def evidence(
        self, text: str, offset: int | None = None, record: int | None = None, time: int = 0
    ) -> Evidence:
        """Return a statement on a place of this file."""
        return Evidence(text, self.number, offset, record, filetime(time))

    def anomaly(
        self, check: str, text: str, tampering: str, strength: Strength, **other: Unpack[Details]
    ) -> Anomaly:
        """Return an anomaly of this file."""
        return Anomaly(
            check,
            text,
            tampering,
            strength,
            host=self.host,
            channel=self.channel,
            source=self.number,
            **other,
        )

    def missing(self, first: int, last: int) -> list[Run]:
        """Return which numbers from ``first`` to ``last`` no live record has, as runs."""
        live = self.live.within(first, last)
        holes = Intervals(np.append(first, live.last + 1), np.append(live.first - 1, last))
        return [run for run in holes if run[0] <= run[1]]


def files(facts: Facts) -> tuple[LogFile, ...]:
    """Return all EVTX files in order of their numbers."""
    return facts.once("log files", _files)


def file_of(facts: Facts, source: int | None) -> LogFile | None:
    """Return one EVTX file, None for any other source."""
    by_number = facts.once("log files by number", lambda facts: {f.number: f for f in files(facts)})
    return None if source is None else by_number.get(source)


def has_gap(file: LogFile, offset: int) -> bool:
    """Whether bytes of the chunk in which a byte lies belong to no record."""
    chunk = file.chunk_of(offset)
    return any(file.chunk_of(gap["offset"]) == chunk for gap in file.found("gaps"))


def filetime(time: int) -> int | None:
    """Return a header's time where it is one."""
    return time if 0 < time < 1 << 62 else None


def few(found: list[Found]) -> Iterator[tuple[Found, int]]:
    """Yield what to tell one by one, each with 0; the last one with the number of those left out."""
    for at, one in enumerate(found[:MOST]):
        yield one, len(found) - MOST if at == MOST - 1 and len(found) > MOST else 0


def and_more(left_out: int) -> str:
    """Return what to add to the text of a last one."""
    return f" (and {left_out} more of this kind in the file)" if left_out else ""


def _files(facts: Facts) -> tuple[LogFile, ...]:
    spans = facts.table("spans").sort_by("source").combine_chunks()
    source = spans["source"].to_numpy()
    found = []
    for number, account in sorted(facts.sources.items()):
        if account.format == "evtx":
            start, stop = np.searchsorted(source, [number, number + 1]).tolist()
            found.append(_file(facts, account, spans.slice(start, stop - start)))
    return tuple(found)


def _file(facts: Facts, account: SourceAccount, rows: pa.Table) -> LogFile:
    numbered = rows.filter(pc.and_(rows["delta"].is_valid(), rows["last_delta"].is_valid()))
    first, last = (
        numbered[of].to_numpy() + numbered[by].to_numpy()
        for of, by in (("first_id", "delta"), ("last_id", "last_delta"))
    )
    claimed = np.array(_claimed(account), np.int64).reshape(-1, 2)
    ends = np.minimum(first, last), np.maximum(first, last)
    live = (np.append(ends[at], claimed[:, at]) for at in (0, 1))
    times = [rows[name] for name in ("first_time", "last_time")]
    return LogFile(
        account,
        kind_of(facts, account.number),
        *_log(rows),
        Intervals.of(*live),
        min((at for time in times if (at := pc.min(time).as_py()) is not None), default=None),
        max((at for time in times if (at := pc.max(time).as_py()) is not None), default=None),
    )


def _log(rows: pa.Table) -> tuple[str, str]:
    """Return the host and channel that most records are of."""
    counts = rows.group_by(["host", "channel"]).aggregate([("count", "sum")])
    columns = (counts[name].to_pylist() for name in ("count_sum", "host", "channel"))
    _, *log = max(zip(*columns, strict=True), default=(0, "", ""))
    return log[0], log[1]


def _claimed(account: SourceAccount) -> list[Run]:
    """Return the record ids that chunk headers claim: they count for records that cannot be read.

    Nothing counts where a chunk's unbroken records belie its header, or numbers do not tell ids.
    """
    kept = account.evidence
    shifts, runs = kept.get("number_shifts"), kept.get("record_numbers")
    faults, gaps = kept.get("chunk_faults"), kept.get("gaps")
    if not isinstance(shifts, list) or not isinstance(runs, list):
        return []
    is_belied = isinstance(faults, list) and any("records" in fault for fault in faults)
    known = {shift for _, shift in shifts}
    if len(known) != 1 or (is_belied and not gaps):
        return []
    return [(run[0] - shift, run[1] - shift) for shift in known for run in runs]
