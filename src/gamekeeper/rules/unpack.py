"""The rule files of a package, checked before anything is written: no trick paths, no bombs."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gamekeeper.errors import ContainerError
from gamekeeper.rules.documents import SIZE_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Folders of a rule repository that hold no rules to run.
_LEFT_OUT = frozenset({"deprecated", "unsupported", "tests", "other", "regression_data"})
_SUFFIXES = (".yml", ".yaml")
_PAPERS = ("license", "licence", "version", "copying")
_COUNT_LIMIT = 50_000
_FILE_LIMIT_BYTES = 16 * SIZE_LIMIT_BYTES
_TOTAL_LIMIT_BYTES = 512 << 20

#: Path inside the package -> contents.
Files = dict[str, bytes]


def unpack_zip(data: bytes) -> tuple[Files, str]:
    """Return a zip's rule files and its comment; raise ContainerError for a package not to be trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members)
            files = {
                member.filename: archive.read(member)
                for member in members
                if not member.is_dir() and is_wanted(member.filename)
            }
            return files, archive.comment.decode("utf-8", "replace")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ContainerError(f"the package is no whole zip archive: {error}") from error


def read_folder(root: Path) -> Files:
    """Return a folder's rule files; links are not followed."""
    files: Files = {}
    for folder, inner, names in os.walk(root):
        inner.sort()
        for name in sorted(names):
            path = Path(folder, name)
            relative = path.relative_to(root).as_posix()
            if is_wanted(relative) and path.is_file() and not path.is_symlink():
                if path.stat().st_size > _FILE_LIMIT_BYTES:
                    raise ContainerError(f"{relative!r} is too large for a rule")
                files[relative] = path.read_bytes()
    return files


def is_wanted(name: str) -> bool:
    """Say whether a file is a rule to run, or the licence or version beside the rules."""
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") or part.lower() in _LEFT_OUT for part in parts[:-1]):
        return False
    last = parts[-1].lower() if parts else ""
    return last.endswith(_SUFFIXES) or last.startswith(_PAPERS)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _COUNT_LIMIT:
        raise ContainerError(f"the package holds more than {_COUNT_LIMIT:,} files")
    for member in members:
        reason = "".join(_tricks(member))
        if reason:
            raise ContainerError(f"the package is refused: {member.filename!r} {reason}")
    wanted = [m for m in members if is_wanted(m.filename)]
    if sum(m.file_size for m in wanted) > _TOTAL_LIMIT_BYTES:
        raise ContainerError(f"the package unpacks to more than {_TOTAL_LIMIT_BYTES >> 20} MiB")
    names = [m.filename.lower() for m in wanted]
    if len(set(names)) != len(names):
        raise ContainerError("the package holds two files of one name")


def _tricks(member: zipfile.ZipInfo) -> Iterator[str]:
    """Yield the first thing about a member's name or kind that no honest package has."""
    name = member.filename
    parts = PurePosixPath(name).parts
    if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or ":" in name:
        yield "points outside of it"
    elif stat.S_ISLNK(member.external_attr >> 16):
        yield "is a link"
    elif member.flag_bits & 1:
        yield "is encrypted"
    elif is_wanted(name) and member.file_size > _FILE_LIMIT_BYTES:
        yield "is too large for a rule"
