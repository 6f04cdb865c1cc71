"""What was typed into PowerShell: the histories that PSReadLine keeps for each user and host program.

One command a line; the lines of a longer command end in a backtick, save the last. There are no times.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.csv.dialect import Dialect
from gamekeeper.sources.csv.rows import lines_of
from gamekeeper.sources.text_bytes import encoding_of
from gamekeeper.sources.windows_state.owners import owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from gamekeeper.sources.base import Origin, Reading, ReadOptions
    from gamekeeper.sources.csv.rows import Line

CHANNEL: Final = "Gamekeeper-State/PowerShellHistory"
_HEAD_BYTES: Final = 4096
_MOST_CHARS: Final = 1 << 20
_GOES_ON: Final = "`"
#: The console's file has a name of its own, which copies keep; others are known by the folder only.
_NAME: Final = re.compile(
    r"(?:.*[\\/!])?(?:[^\\/!]*(ConsoleHost)|PSReadLine[\\/]+([^\\/!]+))_history\.txt\Z",
    re.IGNORECASE | re.DOTALL,
)
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class HistorySource:
    """Reads one event a command; the user is the one in whose profile the file lay."""

    name = "psreadline"

    def sniff(self, head: bytes, path: str) -> float:
        """Ask for the file's own name or folder, and for text: nothing else tells a history from any text.

        >>> HistorySource().sniff(b"whoami\\r\\n", "Users/ann/ConsoleHost_history.txt") > 0.9
        True
        >>> HistorySource().sniff(b"whoami\\r\\n", "notes.txt")
        -1.0
        """
        if not head.strip() or _NAME.match(path) is None:
            return -1.0
        text = encoding_of(head).decode(head[:_HEAD_BYTES])[0]
        return -1.0 if _NO_TEXT.search(text) else 0.97

    def ranges(self, origin: Origin) -> list[Range]:
        """Return the whole file."""
        return [Range(origin, 0, origin.size_bytes)]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        """Yield the events and rejects of each file and its tally. There are no times: no option applies."""
        builder = BatchBuilder()
        for part in ranges:
            account = _Account(part.origin)
            with part.origin.local.open("rb") as stream:
                yield from batched(account.items(stream), builder)
            yield account.tally()
        yield from builder.flush()


@dataclass(slots=True)
class _Account:
    """One file on its way through, and what was counted."""

    origin: Origin
    present: int = 0
    events: int = 0
    rejects: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def items(self, stream: BinaryIO) -> Iterator[Event | Reject]:
        """Yield events and rejects, and count them."""
        encoding = encoding_of(stream.read(_HEAD_BYTES))
        waiting: list[Line] = []
        size = 0
        for line in lines_of(stream, Dialect(encoding, start=encoding.bom_bytes)):
            if not waiting and not line.is_giant and not line.text.strip():
                continue
            self.present += not waiting
            size += len(line.text)
            # Of what is too long only the first line is kept, and the last that was seen.
            waiting[1 if size > _MOST_CHARS else len(waiting) :] = [line]
            if not line.text.rstrip("\r\n").endswith(_GOES_ON):
                yield self._command(waiting, size)
                waiting, size = [], 0
        if waiting:
            self.seen["command breaks off at the end of the file"] += 1
            yield self._command(waiting, size)

    def _command(self, lines: list[Line], size: int) -> Event | Reject:
        first = lines[0]
        if size > _MOST_CHARS or any(line.is_giant for line in lines):
            self.rejects += 1
            return Reject(
                self.origin.number,
                first.offset,
                "too_large",
                "longer than any command",
                record_id=first.number,
                raw=first.raw[:RAW_LIMIT_BYTES],
            )
        self.events += 1
        self.seen["commands hold bytes that are no valid text"] += any(
            line.is_broken for line in lines
        )
        texts = [line.text.rstrip("\r\n") for line in lines]
        command = "\n".join([text.removesuffix(_GOES_ON) for text in texts[:-1]] + texts[-1:])
        return Event(
            self.origin.number,
            first.offset,
            record_id=first.number,
            event_record_id=first.number,  # a command that was typed twice is no copy of itself
            system={"Channel": CHANNEL},
            data=[("CommandLine", command), *self._whose()],
        )

    def _whose(self) -> list[tuple[str, str]]:
        found = _NAME.match(self.origin.path)
        host = (found[1] or found[2]) if found else ""
        user = owner(self.origin.path)
        return [pair for pair in (("User", user), ("HostName", host)) if pair[1]]

    def tally(self) -> Tally:
        """Return the account."""
        return Tally(
            self.origin.number,
            self.present,
            self.events,
            self.rejects,
            shape="psreadline",
            fidelity=Fidelity.LOSSY,
            fields_lacking=("time of the command", "Computer"),
            notes=tuple(f"{count} {what}" for what, count in self.seen.items() if count),
        )
