"""User Access Logging: who came to a server's roles, from where, on which days of three years.

The files are ESE databases. They are read by ``dissect.database``, an extra (``gamekeeper[ual]``), in a
process of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, Final

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import Fidelity
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Range, batched
from gamekeeper.sources.windows_state.access_rows import event_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.build import Event
    from gamekeeper.sources.base import Origin, Reading, ReadOptions

_MAGIC: Final = b"\xef\xcd\xab\x89"
_NAME: Final = re.compile(
    r"(?:.*[\\/!])?(?:[^\\/!]*Current|[^\\/!]*SystemIdentity|\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?)\.mdb\Z",
    re.IGNORECASE | re.DOTALL,
)
_READER: Final = "gamekeeper.sources.windows_state.access_tables"
_EXTRA: Final = "dissect.database"
#: A minute, and longer by the file's size.
_LIMIT_S: Final = 60.0
_BYTES_PER_S: Final = 256 << 10
_NO_EXTRA: Final = "reading it takes an extra: pip install 'gamekeeper[ual]'"


class AccessSource:
    """Reads the tables of ``Current.mdb``, ``{GUID}.mdb`` and ``SystemIdentity.mdb``."""

    name = "ual"

    def sniff(self, head: bytes, path: str) -> float:
        """Look for an ESE database under one of the three names: many programs keep such databases.

        >>> AccessSource().sniff(bytes(4) + b"\\xef\\xcd\\xab\\x89", "Sum/Current.mdb")
        1.0
        """
        return 1.0 if head[4:8] == _MAGIC and _NAME.match(path) else -1.0

    def missing(self) -> str:
        """Return how to get the reader of databases, where it is not installed."""
        return "" if has_reader() else _NO_EXTRA

    def ranges(self, origin: Origin) -> list[Range]:
        """Return the whole file."""
        return [Range(origin, 0, origin.size_bytes)]

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        """Yield the events and rejects of each file and its tally. Times are UTC: no option applies."""
        builder = BatchBuilder()
        for part in ranges:
            account = _Account(part.origin)
            yield from batched(account.items(), builder)
            yield account.tally()
        yield from builder.flush()


def has_reader() -> bool:
    """Say whether the extra is installed."""
    try:
        return find_spec(_EXTRA) is not None
    except ModuleNotFoundError:  # its parent is not there either
        return False


@dataclass(slots=True)
class _Account:
    """One file on its way through, and what was counted."""

    origin: Origin
    events: int = 0
    rejects: int = 0

    def items(self) -> Iterator[Event | Reject]:
        """Yield events and rejects, and count them."""
        if not has_reader():
            yield self._reject("needs_extra", _NO_EXTRA)
            return
        limit_s = _LIMIT_S + self.origin.size_bytes / _BYTES_PER_S
        # -P: nothing is imported from the folder that somebody happens to stand in.
        command = [sys.executable, "-P", "-m", _READER, str(self.origin.local)]
        # On disk: the reader may write more than memory should hold, and must not wait for us.
        with tempfile.TemporaryFile() as written:
            fault = _run(command, written, limit_s)
            written.seek(0)
            is_whole = False
            for line in written:
                found = _line(line)
                is_whole = is_whole or bool(found.get("end"))
                yield from self._of(found)
        if not is_whole:
            yield self._reject("reader_crashed", f"the reader of the database {fault or 'stopped'}")

    def _of(self, found: dict[str, Any]) -> Iterator[Event | Reject]:
        if "bad" in found:
            where = f" in table {found['table']}" if "table" in found else ""
            yield self._reject(found["bad"], f"damage{where} ({found['why']})")
        elif "values" in found:
            self.events += 1
            number = self.events + self.rejects
            yield event_of(self.origin.number, number, found["table"], found["values"])

    def _reject(self, reason: str, detail: str) -> Reject:
        self.rejects += 1
        number = self.events + self.rejects
        return Reject(self.origin.number, number, reason, detail, record_id=number)

    def tally(self) -> Tally:
        """Return the account. The records present are those that the one reader found."""
        return Tally(
            self.origin.number,
            self.events + self.rejects,
            self.events,
            self.rejects,
            shape="ual",
            fidelity=Fidelity.LOSSY,
            fields_lacking=("Computer", "time of each access"),
        )


def _run(command: list[str], written: IO[bytes], limit_s: float) -> str:
    """Run the reader; say what went wrong, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hung"
    return f"ended with code {done.returncode}" if done.returncode else ""


def _line(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:  # the last one, of a reader that was stopped
        return {}
    return found if isinstance(found, dict) else {}
