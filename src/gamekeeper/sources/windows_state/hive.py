"""Registry hives: SYSTEM, SOFTWARE, NTUSER.DAT and their like, as they lie on disk.

Read as they are: logs of changes that were under way are not applied, and cells of deleted keys stay unread.
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.windows_state.hive_cells import FIRST_BIN, MAGIC, Cells, base_block
from gamekeeper.sources.windows_state.hive_identity import Identity, identity
from gamekeeper.sources.windows_state.hive_presence import keys_taken
from gamekeeper.sources.windows_state.hive_walk import Damage, Walk
from gamekeeper.sources.windows_state.keys import place_of
from gamekeeper.sources.windows_state.states import KeyState, Whose, event_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.build import Event
    from gamekeeper.sources.base import Origin, Reading, ReadOptions
    from gamekeeper.sources.windows_state.hive_cells import BaseBlock, Key

_COPY_BYTES: Final = 1 << 20
#: The fixed part of a key's cell, which is kept of one that is rejected.
_RAW_BYTES: Final = 76
_DIRTY: Final = (
    "the hive was not closed: its last changes may stand in .LOG1 and .LOG2, which are not applied"
)
_UNKNOWN: Final = (
    "no key that is looked at can be in this hive: it is none of SYSTEM, SOFTWARE or a user's"
)
_A_LOG: Final = "a log of changes to a hive; such logs are not read"


class HiveSource:
    """Reads the keys that ``content/registry_keys.yml`` names; damage costs a value, a key or a branch."""

    name = "hive"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002 - copies have any name
        """Look for the mark of a hive.

        >>> HiveSource().sniff(b"regf" + bytes(508), "x")
        1.0
        """
        return 1.0 if head.startswith(MAGIC) and len(head) >= 512 else -1.0

    def ranges(self, origin: Origin) -> list[Range]:
        """Return the whole file: keys stand anywhere in it."""
        return [Range(origin, 0, origin.size_bytes)]

    def count(self, part: Range) -> int:
        """Return the records of a hive without following its lists."""
        with _opened(part.origin) as opened:
            return opened.count_found()

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        """Yield the events and rejects of each hive and its tally. Hives keep UTC: no option applies."""
        builder = BatchBuilder()
        for part in ranges:
            with _opened(part.origin) as opened:
                yield from batched(opened.items(), builder)
                yield opened.tally()
        yield from builder.flush()


@contextmanager
def _opened(origin: Origin) -> Iterator[_Opened]:
    """Map a copy of the file: one that is cut while it is mapped kills the process."""
    with origin.local.open("rb") as stream, tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, _COPY_BYTES)
        copy.flush()
        with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield _Opened(origin, data)


@dataclass(slots=True)
class _Opened:
    """One hive on its way through, and its account."""

    origin: Origin
    data: mmap.mmap
    base: BaseBlock | None = field(init=False)
    who: Identity = field(default_factory=Identity)
    events: int = 0
    rejects: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = base_block(self.data[:FIRST_BIN])

    def items(self) -> Iterator[Event | Reject]:
        """Yield events and rejects, and count them."""
        base = self.base
        if base is not None and base.kind:
            self.notes.append(_A_LOG)
            return
        cells = Cells(self.data, base.minor if base else 0)
        root = cells.key(base.root) if base else None
        if base is None or root is None:
            detail = "the hive's root key cannot be read"
            yield self._rejected(-FIRST_BIN, "bad_hive", detail)
            return
        self.who = identity(cells, root, base, self.origin.path)
        self._look_at(base)
        state = KeyState(self.who.path, place_of(self.who.path), root.filetime)
        if not state.place.leads_on:
            return
        walk = Walk(cells, self.who.shown_as)
        yield from self._walked(walk, root, state)
        for key in keys_taken(self.data, cells, root, state.place):
            if key.offset not in walk.reached:
                detail = "nothing leads to the key any more"
                yield self._rejected(key.offset, "unreachable", detail, cells.records(key))

    def _walked(self, walk: Walk, root: Key, state: KeyState) -> Iterator[Event | Reject]:
        whose = Whose(self.origin.number, self.who.computer, self.who.user)
        for found in walk.records(root, state):
            if isinstance(found, Damage):
                yield self._rejected(found.offset, found.reason, found.detail, found.count)
            else:
                self.events += 1
                offset = FIRST_BIN + found.offset
                yield event_of(whose, found.key, found.value, offset, self.events)
        self.notes += [f"{count} {what}" for what, count in sorted(walk.notes.items())]

    def _rejected(self, cell: int, reason: str, detail: str, count: int = 1) -> Reject:
        self.rejects += count
        at = FIRST_BIN + cell
        return Reject(self.origin.number, at, reason, detail, count=count, raw=self._raw(at))

    def _raw(self, at: int) -> bytes:
        """Return a key's cell, or of a value's the name only: its data may be a secret."""
        mark = self.data[at + 4 : at + 6]
        if mark == b"nk":
            return self.data[at + 4 : at + 4 + _RAW_BYTES]
        length = int.from_bytes(self.data[at + 6 : at + 8], "little") if mark == b"vk" else 0
        return self.data[at + 24 : at + 24 + min(length, _RAW_BYTES)]

    def _look_at(self, base: BaseBlock) -> None:
        if base.is_dirty:
            self.notes.append(_DIRTY)
        if not base.is_sound:
            self.notes.append("the checksum of the hive's first block is wrong")
        if not self.who.path:
            self.notes.append(_UNKNOWN)
        if FIRST_BIN + base.size_bytes > len(self.data):
            missing = FIRST_BIN + base.size_bytes - len(self.data)
            self.notes.append(f"the file breaks off: {missing} bytes are missing")

    def count_found(self) -> int:
        """Return the records that the cells show, each by its parents."""
        base = self.base
        cells = Cells(self.data, base.minor if base else 0)
        root = cells.key(base.root) if base and not base.kind else None
        if base is None or root is None:
            return 0 if base and base.kind else 1
        place = place_of(identity(cells, root, base, self.origin.path).path)
        return sum(cells.records(key) for key in keys_taken(self.data, cells, root, place))

    def tally(self) -> Tally:
        """Return the account."""
        base = self.base
        evidence: dict[str, object] = {"hive": self.who.path}
        if base is not None:
            evidence |= {"loaded_from": base.name, "sequences": list(base.sequences)}
        return Tally(
            self.origin.number,
            self.events + self.rejects,
            self.events,
            self.rejects,
            shape="hive_log" if base is not None and base.kind else "hive",
            fidelity=Fidelity.LOSSLESS,
            notes=tuple(self.notes),
            evidence=evidence,
        )
