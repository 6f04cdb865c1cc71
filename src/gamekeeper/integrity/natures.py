"""What kind of copy of a log each input file is. Checks ask this before they call anything odd.

Windows writes three kinds of EVTX files, and numbers records differently in each. In a log of its own the
record header's number is the EventRecordID. An export numbers its records from 1 and leaves the EventRecordID
as it was: all records give one offset between the two, a choice of records gives an offset that grows. A
collector's log numbers what it receives; the EventRecordIDs are those of the hosts that sent it.

A log that was open when it was copied, or whose host went down, says so in its header (*dirty*); the other
numbers there are then old. A log from a host at rest and a complete export from its very first record look
alike, and mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.model.breaks import SourceNature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.findings import SourceAccount

NATIVE: Final = "native"
LIVE_COPY: Final = "live copy"
EXPORT: Final = "export"
FILTERED_EXPORT: Final = "filtered export"
FORWARDED: Final = "forwarded"
TEXT_EXPORT: Final = "text export"
UNKNOWN: Final = "unknown"

#: Kinds in which the record header's number is the log's own.
OWN_NUMBERS: Final = frozenset({NATIVE, LIVE_COPY})
#: Kinds that somebody chose the bounds of, and of one of them the records.
EXPORTS: Final = frozenset({EXPORT, FILTERED_EXPORT, TEXT_EXPORT})
#: Names shown of many.
_SHOWN: Final = 3

_RENDERED: Final = ("source", "events")
_COLUMNS: Final = [
    *("source", "host", "channel", "first_id", "last_id"),
    *("first_offset", "count", "delta", "last_delta"),
]


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What the stretches of one file's records say together, in the order of their places in the file."""

    hosts: frozenset[str]
    channels: frozenset[str]
    first_header: int | None
    is_unbroken: bool  # no header number is missing between the first and the last
    deltas: NDArray[np.int64]  # header number minus EventRecordID, at both ends of each stretch
    records: int
    missing: int  # EventRecordIDs between the first and the last that no record has
    rendered: int

    @property
    def is_ahead(self) -> bool:
        """Whether EventRecordIDs only ever run further ahead of the header's numbers."""
        return bool((np.diff(self.deltas) <= 0).all())


def natures(facts: Facts) -> Mapping[int, SourceNature]:
    """Return the nature of every input file by its number."""
    return facts.once("natures", _natures)


def is_dirty(account: SourceAccount) -> bool:
    """Whether a file's header says that the log was open; the header's numbers are then old."""
    header = account.evidence.get("file_header")
    return isinstance(header, dict) and header.get("is_dirty") is True


def kind_of(facts: Facts, source: int | None) -> str:
    """Return the kind of copy that a file is."""
    if source is None or source not in natures(facts):
        return UNKNOWN
    return natures(facts)[source].kind


def is_numbered_anew(facts: Facts, source: int) -> bool:
    """Whether a file of several hosts' records counts them from 1, as an export of a collector's log does.

    A collector's log that has just begun does so, too.
    """
    sketch = facts.once("sketches", lambda facts: dict(_sketches(facts))).get(source)
    return (
        sketch is not None
        and len(sketch.hosts) > 1
        and sketch.first_header == 1
        and sketch.is_unbroken
    )


def _natures(facts: Facts) -> dict[int, SourceNature]:
    sketches = facts.once("sketches", lambda facts: dict(_sketches(facts)))
    found = {}
    for number, account in sorted(facts.sources.items()):
        kind, *because = _judged(account, sketches.get(number))
        found[number] = SourceNature(number, kind, tuple(because))
    return found


def _sketches(facts: Facts) -> Iterator[tuple[int, Sketch]]:
    """Yield a sketch a file; in columns, since a sparse log has a stretch for every few records."""
    spans = facts.table("spans")
    if not spans.num_rows:
        return
    rendered = dict(zip(*(facts.table("rendered")[n].to_pylist() for n in _RENDERED), strict=True))
    order = [("source", "ascending"), ("first_offset", "ascending")]
    spans = spans.select(_COLUMNS).sort_by(order).combine_chunks()
    source = spans["source"].to_numpy()
    starts = np.flatnonzero(np.append(True, source[1:] != source[:-1]))
    for start, stop in pairwise([*starts.tolist(), len(source)]):
        number = int(source[start])
        yield number, _sketch(spans.slice(start, stop - start), rendered.get(number, 0))


def _sketch(rows: pa.Table, rendered: int) -> Sketch:
    known = rows.filter(pc.and_(rows["delta"].is_valid(), rows["last_delta"].is_valid()))
    ids = [known[name].to_numpy() for name in ("first_id", "last_id")]
    deltas = np.stack([known[name].to_numpy() for name in ("delta", "last_delta")], axis=1)
    heads = np.stack(ids, axis=1) + deltas
    records = pc.sum(rows["count"]).as_py()
    first, last = pc.min(rows["first_id"]).as_py(), pc.max(rows["last_id"]).as_py()
    return Sketch(
        hosts=frozenset(pc.unique(rows["host"]).to_pylist()),
        channels=frozenset(pc.unique(rows["channel"]).to_pylist()),
        first_header=int(heads[0, 0]) if len(heads) else None,
        # Where a file holds several logs, the stretches of one lie between those of another.
        is_unbroken=bool(len(heads)) and int(heads.max() - heads.min()) + 1 == records,
        deltas=deltas.reshape(-1),
        records=records,
        missing=last - first + 1 - records,
        rendered=rendered,
    )


def _judged(account: SourceAccount, sketch: Sketch | None) -> tuple[str, ...]:
    """Return the kind and the sentences that justify it."""
    if sketch is None:
        return UNKNOWN, "it holds no event with a record number"
    if account.format != "evtx":
        return TEXT_EXPORT, f"it is {account.format}, not EVTX"
    if sketch.first_header is None:
        return UNKNOWN, "its records have no numbers of their own"
    kind, *because = _by_numbers(sketch)
    if sketch.rendered:
        of = f"{sketch.rendered} of {sketch.records} records"
        kind, because = FORWARDED, [f"{of} carry a text that the sending host rendered"]
    if not is_dirty(account):
        return kind, *because
    dirty = "its header says that the log was open when it was copied, or when its host went down"
    return LIVE_COPY if kind == NATIVE else kind, *because, dirty


def _by_numbers(sketch: Sketch) -> tuple[str, ...]:
    """Tell the kind from how header numbers and EventRecordIDs lie."""
    deltas = np.unique(sketch.deltas).tolist()
    is_renumbered = sketch.first_header == 1 and sketch.is_unbroken
    if len(sketch.channels) > 1 and is_renumbered:
        if len(sketch.hosts) > 1:
            return FORWARDED, _many(sketch.hosts, "hosts"), _many(sketch.channels, "channels")
        return FILTERED_EXPORT, _many(sketch.channels, "channels"), "a log of Windows holds one"
    if deltas == [0]:
        return NATIVE, "the record header's numbers are the EventRecordIDs"
    if len(deltas) == 1:
        headers = f"record headers count from {sketch.first_header}"
        return EXPORT, f"{headers}, all EventRecordIDs are {-deltas[0]} more"
    if sketch.deltas[0] == 0 and not _is_chosen(sketch):
        own = "it begins with header numbers that are the EventRecordIDs"
        return NATIVE, own, "further on they differ, which no export does"
    if len(sketch.hosts) > 1 and not sketch.is_ahead:
        return FORWARDED, _many(sketch.hosts, "hosts"), "each numbers its records for itself"
    if is_renumbered:
        how = "jump" if sketch.is_ahead else "jump back and forth"
        return FILTERED_EXPORT, f"record headers count on from 1 while EventRecordIDs {how}"
    return UNKNOWN, "header numbers and EventRecordIDs differ in no way that is known"


def _is_chosen(sketch: Sketch) -> bool:
    """Whether a file that begins like a log of its own is rather a choice of records from the first on.

    Both look alike. Somebody who takes out records leaves the most of a log; a choice leaves out the most.
    """
    return sketch.first_header == 1 and sketch.is_unbroken and sketch.missing > sketch.records


def _many(names: frozenset[str], what: str) -> str:
    shown = ", ".join(sorted(names)[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
    return f"it holds records of {len(names)} {what} ({shown})"
