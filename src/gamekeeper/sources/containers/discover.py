"""What a person named: files, folders, globs and standard input, found, put in order and opened."""

from __future__ import annotations

import glob
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.model.results import Refusal
from gamekeeper.sources.containers.limits import Limits, SpoolError
from gamekeeper.sources.containers.names import printable
from gamekeeper.sources.containers.opener import Opener
from gamekeeper.sources.containers.spool import Spool
from gamekeeper.sources.containers.streams import MemberStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gamekeeper.sources.base import Origin
    from gamekeeper.sources.containers.members import Wanted

#: How standard input is named, and how it is shown.
STDIN: Final = Path("-")
_STDIN_LABEL: Final = "stdin"


def open_inputs(
    paths: Sequence[str],
    *,
    spool: Path,
    passwords: Sequence[str] = (),
    limits: Limits | None = None,
    wanted: Wanted | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Iterator[Origin | Refusal]:
    """Yield every file behind ``paths``, numbered in order, and what is not opened with the reason.

    Files on disk come sorted by path, whatever the order in which they were named; members of archives in
    the archive's order. ``wanted(head, path)`` is asked about members before they are spooled: those it
    declines become refusals. ``progress(path, bytes unpacked so far)`` is called for every file.
    """
    place = Spool(spool)
    opener = Opener(
        place, limits or Limits(), passwords=passwords, wanted=wanted, progress=progress
    )
    for path in _sorted(paths):
        if isinstance(path, Refusal):
            yield path
        elif path == STDIN:
            yield from _open_stdin(place, opener)
        else:
            yield from opener.open_input(path, _label(path))


def _sorted(paths: Sequence[str]) -> list[Path | Refusal]:
    """Return the files on disk behind ``paths``, each once, and refusals, all by path."""
    found: dict[str, Path | Refusal] = {}
    for named in paths:
        for one in _found(named):
            found.setdefault(_identity(one), one)
    return sorted(found.values(), key=_label)


def _identity(one: Path | Refusal) -> str:
    return _label(one) if isinstance(one, Refusal) or one == STDIN else str(one.resolve())


def _label(one: Path | Refusal) -> str:
    return one.path if isinstance(one, Refusal) else printable(str(one))


def _found(named: str) -> Iterator[Path | Refusal]:
    path = Path(named)
    if path == STDIN and named != str(STDIN):
        path = path.absolute()  # "./-" is a file
    if path == STDIN:
        yield path
    elif path.is_symlink() or path.exists():
        yield from _walk(path)
    elif matches := _matches(path):
        for match in matches:
            yield from _walk(match)
    else:
        yield Refusal(printable(named), "not_found", "there is no such file or folder")


def _matches(pattern: Path) -> list[Path]:
    """Return what a pattern stands for; shells that expand patterns themselves never bring us here."""
    start = Path(pattern.anchor)
    rest = pattern.relative_to(start)
    try:
        return sorted(start.glob(str(rest))) if glob.has_magic(str(rest)) else []
    except (ValueError, NotImplementedError, OSError):
        return []


def _walk(named: Path) -> Iterator[Path | Refusal]:
    """Yield the files at and below a path. Links are followed only where a person named them."""
    root = named.resolve()
    waiting = [named]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.lstat().st_mode if path is not named else path.stat().st_mode
            if stat.S_ISDIR(mode):
                waiting.extend(sorted(path.iterdir(), reverse=True))
            elif stat.S_ISREG(mode):
                yield path
            elif not stat.S_ISLNK(mode):
                detail = "it is a device, a socket or a pipe; name - to read from a pipe"
                yield Refusal(_label(path), "device", detail)
            elif not path.resolve().is_relative_to(root):
                detail = "it links to a place outside of what was named; name that place, too"
                yield Refusal(_label(path), "link", detail)
        except (
            OSError,
            RuntimeError,
        ) as error:  # the latter: links in a circle, before Python 3.13
            what = error.strerror if isinstance(error, OSError) else "links in a circle"
            detail = f"it cannot be read ({what}); check its permissions"
            yield Refusal(_label(path), "unreadable", detail)


def _open_stdin(place: Spool, opener: Opener) -> Iterator[Origin | Refusal]:
    """Spool standard input, so that it can be read like any other file."""
    try:
        spooled, error = place.keep(MemberStream(sys.stdin.buffer, None))
    except SpoolError as full:
        yield Refusal(_STDIN_LABEL, "no_space", str(full))
        return
    yield from opener.open_input(spooled.path, _STDIN_LABEL, is_temporary=True)
    if error:
        yield Refusal(_STDIN_LABEL, error.reason, error.detail)
