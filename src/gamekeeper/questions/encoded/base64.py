"""Base64 in the events of a case, decoded: what is inside, where it stood, and how sure that is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.questions.encoded.layers import (
    LEAST_BITS,
    Confidence,
    Layer,
    layers_of,
    mentions_deflate,
)
from gamekeeper.questions.encoded.runs import Run, runs
from gamekeeper.questions.encoded.values import Places, Value, batches, places_of, values_of
from gamekeeper.questions.pointers import Fields
from gamekeeper.questions.processes.rows import filetime_of, moment
from gamekeeper.questions.scripts.scripts import scripts

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TIME: Final = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        ("@timestamp", _TIME),  # where it stood first
        ("decoded.last", _TIME),
        ("host.name", pa.utf8()),
        ("hosts", pa.int32()),
        ("events", pa.int64()),
        ("decoded.confidence", pa.utf8()),
        ("decoded.bits", pa.int32()),
        ("decoded.kind", pa.utf8()),
        ("decoded.depth", pa.int32()),
        ("decoded.layers", pa.utf8()),
        ("encoded.mark", pa.utf8()),  # what pointed at it
        ("event.dataset", pa.utf8()),
        ("event.field", pa.utf8()),
        ("event.fields", pa.list_(pa.utf8())),  # all that had it
        ("event.source", pa.int32()),
        ("event.offset", pa.int64()),
        ("event.record_id", pa.int64()),
        ("encoded.size", pa.int64()),
        ("encoded.sha256", pa.utf8()),
        ("decoded.size", pa.int64()),
        ("decoded.sha256", pa.utf8()),
        ("decoded.cut", pa.bool_()),
        ("decoded.urls", pa.list_(pa.utf8())),
        ("decoded.head", pa.utf8()),  # first bytes in hexadecimal, of what is no text
        ("decoded.text", pa.utf8()),
    ]
)
_HEAD: Final = 32
_TEXT: Final = 65_536  # characters of a decoded text that are shown
_URLS: Final = 20
_URL: Final = 500
#: Distinct runs that are kept; runs that are remembered, whatever they hold.
MOST_FINDS: Final = 100_000
_REMEMBERED: Final = 200_000
_ROWS: Final = 1_024


@dataclass(slots=True)
class _Find:
    """One distinct run with everything that was found in it, and where it stood."""

    layers: tuple[Fields, ...]  # of each layer, what does not depend on the place
    first: tuple[int, int, int]  # time, source, offset
    place: Fields
    last: int
    events: int = 0
    hosts: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def base64(
    snapshot: Snapshot,
    selection: Selection,
    *,
    everywhere: bool = False,
    least: Confidence = Confidence.LIKELY,
) -> Answer:
    """Return what Base64 in the selected events decodes to, each distinct run once, in order of time.

    Looks at command lines, scripts (put together), services, tasks, registry values and subscriptions;
    ``everywhere``: at every field. A layer inside another has a row of its own behind it.
    """
    finder = _Finder(least)
    for batch, fields in batches(snapshot, selection, everywhere=everywhere):
        places = places_of(batch)
        for value in values_of(batch, fields):
            if value.field != "ScriptBlockText":
                finder.add(value, places)
    for row in _script_rows(snapshot, selection):
        finder.add_script(row)
    return Answer("base64", SCHEMA, finder.batches(), finder.notes())


def _script_rows(snapshot: Snapshot, selection: Selection) -> Iterator[Fields]:
    for batch in scripts(snapshot, selection, distinct=True).batches:
        yield from batch.to_pylist()


class _Finder:
    """Decodes each distinct text once and adds up where it stood."""

    def __init__(self, least: Confidence) -> None:
        self._least = LEAST_BITS[least]
        self._finds: dict[str, _Find] = {}
        #: Digest of a run with its mark -> digest of the find, empty where it is none.
        self._known: dict[bytes, str] = {}
        self.left_out = 0

    def add(self, value: Value, places: Places) -> None:
        """Look at one text and note its rows."""
        found = self._look(value.text)
        if not found:
            return
        rows = value.rows.tolist()
        first = min(
            rows, key=lambda row: (places.written[row], places.sources[row], places.offsets[row])
        )
        place: Fields = {
            "host.name": places.hosts[first],
            "event.dataset": value.dataset,
            "event.field": value.field,
            "event.source": places.sources[first],
            "event.offset": places.offsets[first],
            "event.record_id": places.record_ids[first],
        }
        times = [places.written[row] for row in rows]
        hosts = {places.hosts[row] or "" for row in rows}
        self._note(found, place, (places.written[first], max(times)), len(rows), hosts)

    def add_script(self, row: Fields) -> None:
        """Look at one distinct script of the question ``scripts``."""
        found = self._look(str(row["powershell.file.script_block_text"]))
        if found:
            names = row["host.names"]
            assert isinstance(names, list)
            place = {
                name: row[name] for name in ("event.source", "event.offset", "event.record_id")
            }
            place |= {
                "host.name": names[0] if names else None,
                "event.dataset": "windows.powershell",
                "event.field": "ScriptBlockText",
            }
            times = (filetime_of(row["@timestamp"]), filetime_of(row["script.last"]))
            count = row["blocks"]
            assert isinstance(count, int)
            self._note(found, place, times, count, set(names))

    def _note(
        self,
        digests: Iterable[str],
        place: Fields,
        times: tuple[int, int],
        count: int,
        hosts: set[str],
    ) -> None:
        source, offset = place["event.source"], place["event.offset"]
        assert isinstance(source, int)
        assert isinstance(offset, int)
        order = (times[0], source, offset)
        for digest in digests:
            find = self._finds[digest]
            if not find.events or order < find.first:
                find.first, find.place = order, place
            find.last = max(find.last, times[1])
            find.events += count
            find.hosts |= hosts
            find.fields.add(f"{place['event.dataset']} {place['event.field']}")

    def _look(self, text: str) -> list[str]:
        """Return the digests of the runs in a text in which something was found."""
        raw = mentions_deflate(text)
        found = []
        for run in runs(text):
            key = hashlib.blake2b(run.text, digest_size=16, person=run.mark.encode() + b"d" * raw)
            digest = self._known.get(key.digest())
            if digest is None:
                digest = self._decode(run, raw=raw)
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[key.digest()] = digest
            if digest:
                found.append(digest)
        return found

    def _decode(self, run: Run, *, raw: bool) -> str:
        """Return the digest of a run, kept with what is in it; empty where nothing is."""
        found = list(layers_of(run, raw=raw))
        if max((layer.bits for layer in found), default=0) < self._least:
            return ""
        digest = hashlib.sha256(run.text).hexdigest()
        if digest not in self._finds and len(self._finds) >= MOST_FINDS:
            self.left_out += 1
            return ""
        kept = [layer for layer in found if layer.depth == 1 or layer.bits >= self._least]
        self._finds.setdefault(
            digest, _Find(tuple(_said(layer) for layer in kept), (0, 0, 0), {}, -1)
        )
        return digest

    def notes(self) -> tuple[str, ...]:
        """Return what is not in the answer."""
        if not self.left_out:
            return ()
        return (f"{self.left_out:,} finds are beyond the {MOST_FINDS:,} that are kept",)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, in order of the places where runs stood first."""
        ordered = sorted(self._finds.items(), key=lambda item: (item[1].first, item[0]))
        rows: list[Fields] = []
        for _, find in ordered:
            rows += _rows(find)
            if len(rows) >= _ROWS:
                yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
                rows = []
        if rows:
            yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def _said(layer: Layer) -> Fields:
    """Return what a row says of a layer, wherever it stood."""
    confidence = layer.confidence
    return {
        "decoded.confidence": confidence and str(confidence),
        "decoded.bits": round(layer.bits),
        "decoded.kind": layer.kind,
        "decoded.depth": layer.depth,
        "decoded.layers": " ".join(layer.layers),
        "encoded.mark": str(layer.run.mark) or None,
        "encoded.size": len(layer.run.text),
        "encoded.sha256": hashlib.sha256(layer.run.text).hexdigest(),
        "decoded.size": len(layer.data),
        "decoded.sha256": hashlib.sha256(layer.data).hexdigest(),
        "decoded.cut": layer.is_cut or len(layer.text or "") > _TEXT,
        "decoded.urls": [url[:_URL] for url in layer.urls[:_URLS]],
        "decoded.head": None if layer.text is not None else layer.data[:_HEAD].hex(),
        "decoded.text": None if layer.text is None else layer.text[:_TEXT],
    }


def _rows(find: _Find) -> list[Fields]:
    shared = find.place | {
        "@timestamp": moment(find.first[0]),
        "decoded.last": moment(find.last),
        "hosts": len(find.hosts),
        "events": find.events,
        "event.fields": sorted(find.fields),
    }
    return [shared | layer for layer in find.layers]
