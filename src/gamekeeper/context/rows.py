"""A list that a person keeps, in CSV or YAML: rows of text, each with its line.

Spreadsheets write byte order marks, UTF-16, Windows-1252 and semicolons; all of that is read. A file that is
no list at all is an error. What is wrong with one row is a remark, and the row, or its key, does not count.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gamekeeper.errors import UsageError
from gamekeeper.model.context import GivenFile
from gamekeeper.model.folding import fold
from gamekeeper.settings import near

#: A list of every host of a large organisation has some megabytes.
SIZE_LIMIT_BYTES: Final = 64 << 20
#: Remarks that are kept of one file; the others are counted.
REMARKS_LIMIT: Final = 50
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: Column -> other names that lists give it, all in lower case without blanks, hyphens and underscores.
Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: column -> text without blanks at its ends; columns that are empty are not there."""

    line: int
    values: dict[str, str]


class Remarks:
    """What was wrong with a file, in the order of its lines; bounded, and honest about it."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, str]] = []
        self._more = 0

    def add(self, line: int, text: str) -> None:
        """Note something about a line; 0 stands for the file as a whole."""
        if len(self._kept) < REMARKS_LIMIT:
            self._kept.append((line, text))
        else:
            self._more += 1

    def texts(self) -> tuple[str, ...]:
        """Return the remarks as sentences."""
        ordered = sorted(self._kept, key=lambda remark: remark[0])
        told = [f"line {line}: {text}" if line else text for line, text in ordered]
        return (*told, f"and {self._more:,} more remarks") if self._more else tuple(told)


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given."""

    path: Path
    data: bytes
    kind: str

    @property
    def is_yaml(self) -> bool:
        """Whether the name says YAML."""
        return self.path.suffix.lower() in {".yml", ".yaml"}

    def text(self, remarks: Remarks) -> str:
        """Return the text, in the encoding that it seems to have."""
        for mark, encoding in _MARKS:
            if self.data.startswith(mark):
                try:
                    return self.data.decode(encoding)
                except UnicodeDecodeError:
                    raise self.error(
                        f"it starts like {encoding} and goes on otherwise; save it as UTF-8"
                    ) from None
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            remarks.add(0, "it is no UTF-8 and was read as Windows-1252")
            return self.data.decode("cp1252", "replace")

    def error(self, text: str, line: int = 0) -> UsageError:
        """Return the error that says what is wrong with the file."""
        place = f"{self.path}, line {line}" if line else str(self.path)
        return UsageError(f"{place}: {text}")

    def account(self, entries: int, remarks: Remarks) -> GivenFile:
        """Return the file's account."""
        digest = hashlib.sha256(self.data).hexdigest()
        return GivenFile(str(self.path), self.kind, digest, entries, remarks.texts())


def load(path: str | Path, kind: str) -> Given:
    """Return a file that a person named; raise UsageError where it cannot be read."""
    given = Path(path)
    try:
        if given.stat().st_size > SIZE_LIMIT_BYTES:
            raise UsageError(f"{given} is larger than {SIZE_LIMIT_BYTES >> 20} MiB: no {kind} list")
        if not given.is_file():
            raise UsageError(f"{given} is no file; give the {kind} list as CSV or YAML")
        return Given(given, given.read_bytes(), kind)
    except OSError as error:
        raise UsageError(f"{given} cannot be read: {error.strerror or error}") from None


class Columns:
    """Says which column a written name means."""

    def __init__(self, names: Names) -> None:
        self.names = tuple(names)
        self._known = {
            _plain(spelling): column
            for column, others in names.items()
            for spelling in (column, *others)
        }

    def of(self, written: str) -> str | None:
        """Return the column, or None where nothing known is meant."""
        return self._known.get(_plain(written))

    def unknown(self, written: str) -> str:
        """Return what to say about a name that means nothing."""
        return (
            f"the column {written[:80]!r} is not known and is passed over"
            f"{near(_plain(written), self._known)}"
        )


def _plain(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())
