"""Rule files of a folder, an archive, one file or the package itself, in one stable order."""

from __future__ import annotations

import os
import stat
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gamekeeper import content
from gamekeeper.errors import UsageError
from gamekeeper.rules.documents import SIZE_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The word for the rules that come with Gamekeeper. A folder of that name is given as ``./builtin``.
BUILTIN = "builtin"
_SUFFIXES = (".yml", ".yaml")
_MEMBER_LIMIT = 100_000
#: A named pipe called x.yml must not hold the run.
_NONBLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file as found. ``path`` starts with the name of what was given."""

    path: str
    data: bytes = b""
    reason: str = ""  # why it is unread


def rule_files(paths: Sequence[str | Path]) -> list[RuleFile]:
    """Return the rule files below every path; raise UsageError where a path does not exist."""
    found: list[RuleFile] = []
    for path in paths:
        if path == BUILTIN:
            found += _builtin()
            continue
        given = Path(path)
        if given.is_dir():
            found += _folder(given)
        elif not given.exists():
            raise UsageError(f"no rules at {str(path)!r}: there is no such file or folder")
        elif zipfile.is_zipfile(given):
            found += _archive(given)
        else:
            found.append(read_file(os.fspath(given), given.name))
    return found


def _builtin() -> list[RuleFile]:
    folder = files(content).joinpath("rules")
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return [
        RuleFile(f"{BUILTIN}/{entry.name}", entry.read_bytes())
        for entry in entries
        if entry.name.endswith(_SUFFIXES)
    ]


def _folder(root: Path) -> list[RuleFile]:
    name = root.resolve().name
    start = len(os.path.join(root, ""))  # noqa: PTH118
    found = {}
    for folder, inner, names in os.walk(root):
        inner[:] = [entry for entry in inner if not entry.startswith(".")]
        for file in names:
            if file.lower().endswith(_SUFFIXES):
                path = os.path.join(folder, file)  # noqa: PTH118 - thousands of files: text is quicker
                found[path[start:].replace(os.sep, "/")] = path
    return [read_file(found[relative], f"{name}/{relative}") for relative in sorted(found)]


def read_file(path: str, shown: str) -> RuleFile:
    """Return one file under the name that people see; what keeps it from being read is its reason."""
    try:
        handle = os.open(path, os.O_RDONLY | _NONBLOCKING)
        with os.fdopen(handle, "rb") as stream:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                return RuleFile(shown, reason="not a regular file")
            # Room is made for all that is asked for: thousands of times the limit would take longer
            # than reading.
            return RuleFile(shown, stream.read(min(about.st_size, SIZE_LIMIT_BYTES) + 1))
    except OSError as error:
        return RuleFile(shown, reason=f"cannot be read: {error.strerror}")


def _archive(path: Path) -> list[RuleFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(_SUFFIXES)]
            if len(members) > _MEMBER_LIMIT:
                return [RuleFile(path.name, reason=f"more than {_MEMBER_LIMIT} files in it")]
            members.sort(key=lambda member: member.filename)
            return list(_members(archive, members, path.name))
    except (zipfile.BadZipFile, OSError) as error:
        return [RuleFile(path.name, reason=f"a damaged archive: {error}")]


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str
) -> Iterator[RuleFile]:
    for member in members:
        if any(part.startswith(".") for part in PurePosixPath(member.filename).parts[:-1]):
            continue
        shown = f"{name}/{member.filename}"
        try:
            with archive.open(member) as stream:
                yield RuleFile(shown, stream.read(SIZE_LIMIT_BYTES + 1))
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
            yield RuleFile(shown, reason=f"cannot be read from the archive: {error}")
