""".reg files: what regedit and ``reg export`` write. They carry no times."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.csv.dialect import Dialect
from gamekeeper.sources.csv.rows import lines_of
from gamekeeper.sources.text_bytes import Encoding, encoding_of
from gamekeeper.sources.windows_state.export_entries import Entries, Kind, Piece
from gamekeeper.sources.windows_state.keys import NOWHERE, place_of
from gamekeeper.sources.windows_state.states import KeyState, Whose, event_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from gamekeeper.model.build import Event
    from gamekeeper.sources.base import Origin, Reading, ReadOptions
    from gamekeeper.sources.csv.rows import Line

_HEAD_BYTES: Final = 4096
_HEADER: Final = re.compile(
    r"\ufeff?\s*(?:(REGEDIT4)|Windows Registry Editor Version 5\.00)\s*[\r\n]"
)
#: What is kept of the name of a rejected entry.
_NAME_BYTES: Final = 1024
_ROOTS: Final = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
}
_NOWHERE: Final = KeyState("", NOWHERE)


class ExportSource:
    """Reads the keys that ``content/registry_keys.yml`` names; a damaged entry costs itself."""

    name = "reg"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002 - the first line says it
        """Look for the line with which every export begins.

        >>> ExportSource().sniff(b"REGEDIT4\\r\\n\\r\\n[HKEY_USERS]", "x")
        1.0
        """
        text = encoding_of(head).decode(head[:_HEAD_BYTES])[0]
        return 1.0 if _HEADER.match(text) else -1.0

    def ranges(self, origin: Origin) -> list[Range]:
        """Return the whole file: an entry belongs to the key above it."""
        return [Range(origin, 0, origin.size_bytes)]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        """Yield the events and rejects of each file and its tally. There are no times: no option applies."""
        builder = BatchBuilder()
        for part in ranges:
            account = _Account(part.origin.number)
            with part.origin.local.open("rb") as stream:
                yield from batched(account.items(stream), builder)
            yield account.tally()
        yield from builder.flush()


@dataclass(slots=True)
class _Account:
    """One file on its way through: the key that is open, and what was counted."""

    source: int
    encoding: Encoding = field(default_factory=lambda: Encoding("utf-8"))
    present: int = 0
    events: int = 0
    rejects: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    _key: KeyState = _NOWHERE
    _user: str = ""
    _line: Line | None = None  # of a key that has had no entry yet

    def items(self, stream: BinaryIO) -> Iterator[Event | Reject]:
        """Yield events and rejects, and count them."""
        head = stream.read(_HEAD_BYTES)
        self.encoding = encoding_of(head)
        header = _HEADER.match(self.encoding.decode(head)[0])
        lines = lines_of(stream, Dialect(self.encoding, start=self.encoding.bom_bytes))
        next(lines, None)  # the header
        for piece in Entries(lines, is_ansi=header is not None and bool(header[1])):
            yield from self._of(piece)
        yield from self._close()

    def _of(self, piece: Piece) -> Iterator[Event | Reject]:
        if piece.opens_key:
            yield from self._close()
            self._open(piece)
        if piece.kind is Kind.KEY:
            return
        if not self._key.place.is_taken:
            self.seen["lines that make no entry of any key"] += piece.kind is Kind.DAMAGE
            return
        self._line = None
        self.present += 1
        yield self._event(piece.line, piece) if piece.value else self._reject(piece)
        if piece.opens_key:  # it is deleted: what stands below it is nobody's
            self._key = _NOWHERE

    def _open(self, piece: Piece) -> None:
        path = _path(piece.name) if piece.kind is not Kind.DAMAGE else ""
        self._key = KeyState(path, place_of(path))
        self._user = _user(path)
        self._line = piece.line if piece.kind is Kind.KEY else None

    def _close(self) -> Iterator[Event]:
        """Yield the key that is open where it has no entries."""
        if self._line is not None and self._key.place.is_taken:
            self.present += 1
            yield self._event(self._line, None)
        self._line = None

    def _event(self, line: Line, piece: Piece | None) -> Event:
        self.events += 1
        whose = Whose(self.source, user=self._user)
        value = piece.value if piece else None
        return event_of(whose, self._key, value, line.offset, line.number)

    def _reject(self, piece: Piece) -> Reject:
        self.rejects += 1
        line = piece.line
        reason, detail = piece.name, piece.detail
        if piece.kind is Kind.DELETION:
            reason, detail = "deletion", "the entry deletes: it is an instruction and no state"
        raw = _name(line, self.encoding)
        return Reject(self.source, line.offset, reason, detail, record_id=line.number, raw=raw)

    def tally(self) -> Tally:
        """Return the account."""
        return Tally(
            self.source,
            self.present,
            self.events,
            self.rejects,
            shape="reg_export",
            fidelity=Fidelity.LOSSY,
            fields_lacking=("time of the last change",),
            notes=tuple(f"{count} {what}" for what, count in self.seen.items() if count),
            evidence={"encoding": self.encoding.name},
        )


def _path(written: str) -> str:
    root, divider, rest = written.partition("\\")
    return f"{_ROOTS.get(root.upper(), root)}{divider}{rest}"


def _user(path: str) -> str:
    """Return the SID that a path below HKU names."""
    root, _, rest = path.partition("\\")
    sid = rest.partition("\\")[0]
    return sid if root == "HKU" and sid.startswith("S-1-") else ""


def _name(line: Line, encoding: Encoding) -> bytes:
    """Return a rejected line up to its value, which may be a secret; nothing of a line without a name."""
    if not line.text.lstrip().startswith(('"', "@", "[")):
        return b""
    return line.raw.partition(encoding.encode("="))[0][:_NAME_BYTES]
