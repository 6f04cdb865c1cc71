"""What is there to read: paths opened, formats recognised, files cut into ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.hunt.units import Unit, pack
from gamekeeper.model.results import Refusal
from gamekeeper.sources import containers, registry
from gamekeeper.sources.base import Dependent, Origin, Range

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request


#: Reason of a file that was named itself, so that passing over it in silence would mislead.
UNKNOWN_FORMAT: Final = "unknown_format"
#: Reason of a file whose format takes a package that is not installed.
NEEDS_EXTRA: Final = "needs_extra"


@dataclass(frozen=True, slots=True)
class Input:
    """One file with its format, "" where nothing recognises it, and the ranges to read."""

    origin: Origin
    format: str
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was named, opened or refused."""

    files: tuple[Input, ...]
    refusals: tuple[Refusal, ...]

    @property
    def readable(self) -> tuple[Input, ...]:
        """The files in a format that is known."""
        return tuple(file for file in self.files if file.format)

    @property
    def size_bytes(self) -> int:
        """Bytes that will be read."""
        return sum(file.origin.size_bytes for file in self.readable)

    def units(self) -> list[Unit]:
        """Return the work that there is, cut into units."""
        return list(pack((file.format, list(file.ranges)) for file in self.readable))

    def why_nothing(self) -> str:
        """Say why there is nothing to read, in one line."""
        if self.refusals:
            first = self.refusals[0]
            more = f" (and {len(self.refusals) - 1} more)" if len(self.refusals) > 1 else ""
            return f"nothing could be read: {first.path}: {first.detail}{more}"
        if not self.files:
            return "nothing could be read: there are no files in what was named"
        known = ", ".join(name for name, _ in registry.SOURCES)
        count = len(self.files)
        what = "the file is" if count == 1 else f"none of the {count} files is"
        return (
            f"nothing could be read: {what} {'not ' if count == 1 else ''}in a format that is known "
            f"({known}); first: {self.files[0].origin.path}"
        )


def gather(request: Request, spool: Path, progress: Progress) -> Inputs:
    """Open everything that was named. Archives are unpacked into ``spool``."""
    progress.stage("opening", 0, "files")
    files: list[Input] = []
    refusals: list[Refusal] = []
    for found in _opened(request, spool):
        progress.advance(1)
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        # Every origin keeps its place, whatever becomes of it: matches point at sources by number.
        try:
            files.append(_recognised(found))
        except OSError as error:
            files.append(Input(found, ""))
            detail = f"it cannot be read ({error.strerror or error}); check its permissions"
            refusals.append(Refusal(found.path, "unreadable", detail))
            continue
        if missing := _missing(files[-1]):
            files[-1] = Input(found, "")
            refusals.append(Refusal(found.path, NEEDS_EXTRA, missing))
        elif not files[-1].format and found.path in request.paths:
            refusals.append(Refusal(found.path, UNKNOWN_FORMAT, "it is in no format that is known"))
    return Inputs(tuple(files), tuple(refusals))


def _opened(request: Request, spool: Path) -> Iterable[Origin | Refusal]:
    return containers.open_inputs(
        request.paths, spool=spool, passwords=request.passwords, wanted=_is_known
    )


def _is_known(head: bytes, path: str) -> bool:
    return registry.recognise(head, path) is not None


def _recognised(origin: Origin) -> Input:
    with origin.local.open("rb") as stream:
        head = stream.read(registry.HEAD_BYTES)
    source = registry.recognise(head, origin.path)
    if source is None:
        return Input(origin, "")
    return Input(origin, source.name, tuple(source.ranges(origin)))


def _missing(file: Input) -> str:
    """Return what a file's format takes and what is not there."""
    source = registry.source(file.format) if file.format else None
    return source.missing() if isinstance(source, Dependent) else ""
