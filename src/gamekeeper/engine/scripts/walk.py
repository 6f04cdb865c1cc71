"""Sorted parts to scripts, front to back: no more than one script, or one piece of a long one, is held.

Whoever writes a log may write parts without end, or the same part again and again. So a script is cut into
pieces that overlap, and the ids of records are kept up to a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.runs import merge_runs
from gamekeeper.engine.scripts.parts import PART_KEY, SCRIPT
from gamekeeper.model.scripts import gaps, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from gamekeeper.engine.runs import Run

#: What is looked at together: characters, parts, and records with their copies.
CHARACTERS: Final = 4 << 20
PARTS: Final = 20_000
RECORDS: Final = 20_000
#: Characters with which a piece of a long script begins that its predecessor ends with.
OVERLAP: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a script is cut."""

    characters: int = CHARACTERS
    parts: int = PARTS
    records: int = RECORDS
    overlap: int = OVERLAP


@dataclass(frozen=True, slots=True)
class Piece:
    """A script, or what is looked at together of a long one."""

    text: str
    total: int
    parts: int
    missing: tuple[tuple[int, int], ...]
    records: tuple[str, ...]  # "source:offset" of parts and copies, in order of parts
    more: int  # further copies
    satisfied: frozenset[int]  # rules that are true of a part
    event: pa.Table  # the last part's row without its text
    is_whole: bool  # not cut out of a longer one


@dataclass(slots=True)
class Seen:
    """What the walk has met."""

    scripts: int = 0
    incomplete: int = 0
    parts: int = 0
    copies: int = 0
    rivals: int = 0
    cut: int = 0  # scripts that were looked at in pieces


@dataclass(slots=True)
class _Part:
    """One part and its copies."""

    number: int
    text: str
    rules: set[int] = field(default_factory=set)
    records: list[str] = field(default_factory=list)
    more: int = 0


class Walk:
    """Goes over all parts once."""

    def __init__(self, runs: Sequence[Run], limits: Limits | None = None) -> None:
        self._runs = runs
        self._limits = limits or Limits()
        self.seen = Seen()

    def pieces(self) -> Iterator[Piece]:
        """Yield scripts of which at least two parts are there, in a fixed order."""
        script, open_ = b"", _Open(self._limits, 0)
        for table in merge_runs(self._runs, PART_KEY):
            names = ("script", "number", "total", "rules", "event.source", "event.offset")
            columns = (table.column(name).to_pylist() for name in names)
            texts = table.column(SCRIPT)
            for row, (key, number, total, rules, source, offset) in enumerate(
                zip(*columns, strict=True)
            ):
                if key != script:
                    yield from self._closed(open_)
                    script, open_ = key, _Open(self._limits, total)
                text = texts[row].as_py()
                record = f"{source}:{offset}"
                if not open_.repeats(number):
                    if open_.is_full(text):
                        yield open_.piece()
                        open_.go_on()
                    open_.begin(_Part(number, text), table, row)
                elif not open_.is_copy(text):
                    self.seen.rivals += 1
                    continue
                else:
                    self.seen.copies += 1
                open_.add(record, np.frombuffer(rules, np.int32).tolist())
        yield from self._closed(open_)

    def _closed(self, open_: _Open) -> Iterator[Piece]:
        if not open_.count:
            return
        self.seen.scripts += 1
        self.seen.parts += open_.count
        self.seen.incomplete += open_.count < open_.total
        self.seen.cut += open_.is_cut
        if open_.count > 1:
            yield open_.piece(is_last=True)


class _Open:
    """The script whose parts come in."""

    def __init__(self, limits: Limits, total: int) -> None:
        self.total = total
        self.count = 0  # parts of the whole script
        self.is_cut = False
        self._limits = limits
        self._parts: list[_Part] = []
        self._characters = 0
        self._records = 0
        self._last: tuple[pa.Table, int] | None = None

    def repeats(self, number: int) -> bool:
        """Say whether a part with this number, which is not below the last one, is there."""
        return bool(self._parts) and self._parts[-1].number == number

    def is_copy(self, text: str) -> bool:
        """Say whether the last part has this text."""
        return self._parts[-1].text == text

    def is_full(self, text: str) -> bool:
        """Say whether the script has to be cut before the next part."""
        limits = self._limits
        if len(self._parts) < 2:  # a piece of one part would be no more than its event
            return False
        too_long = self._characters + len(text) > limits.characters
        return too_long or len(self._parts) >= limits.parts

    def begin(self, part: _Part, table: pa.Table, row: int) -> None:
        """Take a part."""
        self._parts.append(part)
        self._characters += len(part.text)
        self._last = (table, row)
        self.count += 1

    def add(self, record: str, rules: Sequence[int]) -> None:
        """Take a record of the last part: its event or a copy."""
        part = self._parts[-1]
        part.rules.update(rules)
        if self._records < self._limits.records or not part.records:
            part.records.append(record)
            self._records += 1
        else:
            part.more += 1

    def piece(self, *, is_last: bool = False) -> Piece:
        """Return what is there."""
        assert self._last is not None
        table, row = self._last
        numbers = [part.number for part in self._parts]
        return Piece(
            text=joined(numbers, [part.text for part in self._parts], self.total),
            total=self.total,
            parts=len(numbers),
            missing=self._missing(numbers, is_last=is_last),
            records=tuple(record for part in self._parts for record in part.records),
            more=sum(part.more for part in self._parts),
            satisfied=frozenset[int]().union(*(part.rules for part in self._parts)),
            event=table.drop_columns([SCRIPT]).take([row]),
            is_whole=is_last and not self.is_cut,
        )

    def _missing(self, numbers: list[int], *, is_last: bool) -> tuple[tuple[int, int], ...]:
        """Return what is missing here; what lies beyond a cut is not."""
        found = gaps(numbers, self.total)
        if self.is_cut and found and found[0][0] == 1:
            found = found[1:]
        if not is_last and found and found[-1][1] == self.total:
            found = found[:-1]
        return found

    def go_on(self) -> None:
        """Begin the next piece with the end of this one."""
        self.is_cut = True
        kept: list[_Part] = []
        size = 0
        # Half of what a piece may hold, so that each has something of its own.
        for part in reversed(self._parts[-(self._limits.parts // 2) :]):
            if kept and size + len(part.text) > self._limits.overlap:
                break
            kept.append(part)
            size += len(part.text)
        kept.reverse()
        self._parts, self._characters = kept, size
        self._records = sum(len(part.records) for part in kept)
