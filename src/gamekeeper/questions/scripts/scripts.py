"""PowerShell scripts as they were run: the blocks of 4104, put together from their parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.model.folding import fold
from gamekeeper.model.scripts import Script, assemble, spelled
from gamekeeper.questions.pointers import Fields
from gamekeeper.questions.processes.fields import pid_of
from gamekeeper.questions.processes.rows import moment, text
from gamekeeper.questions.scripts.parts import MOST_PARTS, Parts, parts_of, read_blocks
from gamekeeper.questions.searches import Rows

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TIME: Final = pa.timestamp("us", tz="UTC")
_SHARED: Final = [
    ("script.sha256", pa.utf8()),  # of the text in UTF-8
    ("script.size", pa.int64()),  # bytes of UTF-8
    ("script.parts", pa.int32()),  # that are there
    ("powershell.total", pa.int64()),
    ("script.missing", pa.utf8()),  # numbers of parts
    ("script.rivals", pa.int32()),  # other texts for a part that is there, left out
    ("powershell.file.script_block_id", pa.utf8()),
    ("event.source", pa.int32()),  # of the first part
    ("event.offset", pa.int64()),
    ("event.record_id", pa.int64()),
    ("powershell.file.script_block_text", pa.utf8()),
]
SCHEMA: Final = pa.schema(
    [
        ("@timestamp", _TIME),  # of the first part
        ("script.last", _TIME),  # of the last part
        ("host.name", pa.utf8()),
        ("log.level", pa.utf8()),  # warning: on PowerShell's own list of what is suspicious
        ("user.id", pa.utf8()),
        ("process.pid", pa.int64()),
        ("winlog.activity_id", pa.utf8()),  # one for each runspace
        ("winlog.channel", pa.utf8()),
        ("file.path", pa.utf8()),
        *_SHARED,
    ]
)
DISTINCT: Final = pa.schema(
    [
        ("hosts", pa.int32()),
        ("blocks", pa.int64()),
        ("@timestamp", _TIME),  # first seen
        ("script.last", _TIME),  # last seen
        ("log.level", pa.utf8()),
        ("host.names", pa.list_(pa.utf8())),  # a few
        ("user.ids", pa.list_(pa.utf8())),  # a few
        ("file.path", pa.utf8()),
        *_SHARED,
    ]
)
_LEVELS: Final = {1: "critical", 2: "error", 3: "warning", 4: "information", 5: "verbose"}
_WARNING: Final = 3
_FEW: Final = 5
#: Parts of one script are written within seconds: so far outside of a period they are looked for.
_MARGIN: Final = 600 * 10_000_000  # 100 ns


def scripts(
    snapshot: Snapshot,
    selection: Selection,
    *,
    distinct: bool = False,
    suspicious: bool = False,
    match: str | None = None,
) -> Answer:
    """Return the scripts that began in the selected period, each with its whole text.

    ``distinct``: each text once, with the number of hosts and blocks that had it, the rarest first.
    ``suspicious``: only those that PowerShell logged as a warning. ``match``: only those with this text, case
    ignored, also where it stands across parts.
    """
    reader = _Reader(snapshot, selection, suspicious=suspicious, match=match)
    notes = reader.notes()
    if distinct:
        return Answer("scripts", DISTINCT, reader.distinct(), notes)
    return Answer("scripts", SCHEMA, reader.rows(), notes)


@dataclass(slots=True)
class _Seen:
    """One text: where and how often it was seen."""

    block: int  # that had it first
    number: int  # of the script in that block
    first: int
    last: int
    level: int
    blocks: int = 0
    hosts: dict[str, None] = field(default_factory=dict)
    users: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """One script with the events of its parts."""

    block: int
    number: int  # among the scripts of its block: rows that say another total are another script
    script: Script
    events: list[Fields]

    @property
    def spelt(self) -> bytes:
        """The text in UTF-8."""
        return self.script.text.encode("utf-8", "replace")

    @property
    def sha256(self) -> str:
        """The digest of the text in UTF-8."""
        return hashlib.sha256(self.spelt).hexdigest()

    @property
    def level(self) -> int:
        """The most severe level of a part; 0 where none says any."""
        levels = [pid_of(text(event, "Level")) for event in self.events]
        return min((level for level in levels if level in _LEVELS), default=0)

    @property
    def times(self) -> list[int]:
        """Times of the parts; -1 for none."""
        return [_filetime(event) for event in self.events]


def _filetime(event: Fields) -> int:
    time = event["event.filetime"]
    return time if isinstance(time, int) else -1


class _Reader:
    """Reads the scripts of a snapshot, some at a time, in the order of their first parts."""

    def __init__(
        self, snapshot: Snapshot, selection: Selection, *, suspicious: bool, match: str | None
    ) -> None:
        self._snapshot = snapshot
        self._suspicious = suspicious
        self._match = None if match is None else fold(match)
        start, stop = selection.start, selection.stop
        self._wide = replace(
            selection,
            start=None if start is None else start - _MARGIN,
            stop=None if stop is None else stop + _MARGIN,
        )
        self._parts: Parts = parts_of(snapshot, self._wide)
        first = self._parts.first_times()
        inside = np.ones(len(first), bool)
        if start is not None:
            inside &= first >= start
        if stop is not None:
            inside &= (first >= 0) & (first < stop)
        self._blocks: Rows = np.flatnonzero(inside)

    def notes(self) -> tuple[str, ...]:
        """Return what could not be answered."""
        if not len(self._parts):
            return ("no 4104 here: script block logging was off, or the log is not in this case",)
        left_out = self._parts.left_out
        if left_out:
            most = f"the {MOST_PARTS:,} parts of one script block that are read"
            return (f"{left_out:,} events are beyond {most}",)
        return ()

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yield a row for each script."""
        for found in self._scripts(self._blocks):
            rows = [_row(one) for one in found if self._is_meant(one)]
            yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)

    def distinct(self) -> Iterator[pa.RecordBatch]:
        """Yield a row for each text."""
        seen: dict[str, _Seen] = {}
        for found in self._scripts(self._blocks):
            for one in found:
                if self._is_meant(one):
                    _count(seen, one)
        ordered = sorted(
            seen.items(),
            key=lambda item: (len(item[1].hosts), item[1].blocks, item[1].first, item[0]),
        )
        wanted = {(one.block, one.number): (digest, one) for digest, one in ordered}
        blocks = np.array(list(dict.fromkeys(one.block for _, one in ordered)), np.int64)
        for found in self._scripts(blocks):
            shown = [one for one in found if (one.block, one.number) in wanted]
            rows = [_distinct_row(one, wanted[one.block, one.number][1]) for one in shown]
            yield pa.RecordBatch.from_pylist(rows, schema=DISTINCT)

    def _scripts(self, blocks: Rows) -> Iterator[list[_Found]]:
        """Yield the scripts of some blocks."""
        if not len(blocks):
            return
        for read in read_blocks(self._snapshot, self._wide, self._parts, blocks):
            yield [one for block, events in read for one in _assembled(block, events)]

    def _is_meant(self, one: _Found) -> bool:
        if self._suspicious and one.level != _WARNING:
            return False
        return self._match is None or self._match in fold(one.script.text)


def _assembled(block: int, events: list[Fields]) -> Iterator[_Found]:
    def column(name: str) -> list[str | None]:
        return [str(event[name]) if event[name] is not None else None for event in events]

    names = ("ScriptBlockId", "MessageNumber", "MessageTotal", "ScriptBlockText")
    for number, script in enumerate(assemble(*(column(name) for name in names))):
        rows = (*script.parts, *script.copies, *script.rivals)
        yield _Found(block, number, script, [events[row] for row in rows])


def _count(seen: dict[str, _Seen], one: _Found) -> None:
    times = one.times
    digest = one.sha256
    known = seen.setdefault(digest, _Seen(one.block, one.number, min(times), max(times), one.level))
    known.blocks += 1
    known.last = max(known.last, *times)
    known.level = min(known.level or one.level, one.level or known.level)
    known.hosts[str(one.events[0]["host.name"] or "")] = None
    known.users[str(one.events[0]["Security_UserID"] or "")] = None


def _shared_row(one: _Found) -> Fields:
    script, first = one.script, one.events[0]
    spelt = one.spelt
    return {
        "script.sha256": one.sha256,
        "script.size": len(spelt),
        "script.parts": len(script.parts),
        "powershell.total": script.total,
        "script.missing": spelled(script.missing) or None,
        "script.rivals": len(script.rivals) or None,
        "powershell.file.script_block_id": script.script_block_id,
        "event.source": first["event.source"],
        "event.offset": first["event.offset"],
        "event.record_id": first["event.record_id"],
        "powershell.file.script_block_text": spelt.decode(),
        "file.path": next((event["Path"] for event in one.events if event["Path"]), None),
    }


def _row(one: _Found) -> Fields:
    first = one.events[0]
    pid = pid_of(text(first, "Execution_ProcessID"))
    return _shared_row(one) | {
        "@timestamp": moment(min(one.times)),
        "script.last": moment(max(one.times)),
        "host.name": first["host.name"],
        "log.level": _LEVELS.get(one.level),
        "user.id": first["Security_UserID"],
        "process.pid": pid if pid >= 0 else None,
        "winlog.activity_id": first["Correlation_ActivityID"],
        "winlog.channel": first["Channel"],
    }


def _distinct_row(one: _Found, seen: _Seen) -> Fields:
    return _shared_row(one) | {
        "hosts": len(seen.hosts),
        "blocks": seen.blocks,
        "@timestamp": moment(seen.first),
        "script.last": moment(seen.last),
        "log.level": _LEVELS.get(seen.level),
        "host.names": [name for name in list(seen.hosts)[:_FEW] if name],
        "user.ids": [name for name in list(seen.users)[:_FEW] if name],
    }
