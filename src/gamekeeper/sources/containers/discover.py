"""What a person named: files, folders, globs and standard input, found, put in order and opened."""

from __future__ import annotations

import glob
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.model.results import Refusal
from gamekeeper.sources.containers.limits import Limits, MemberError, SpoolError
from gamekeeper.sources.containers.names import printable
from gamekeeper.sources.containers.opener import Opener
from gamekeeper.sources.containers.spool import Spool
from gamekeeper.sources.containers.streams import MemberStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gamekeeper.sources.base import Origin
    from gamekeeper.sources.containers.members import Wanted

#: How standard input is named, and how it is shown.
STDIN: Final = "-"
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
            yield from opener.open_input(Path(path), printable(path))


def _sorted(paths: Sequence[str]) -> list[str | Refusal]:
    """Return the files on disk behind ``paths``, each once, and refusals, all by path."""
    found: dict[str, str | Refusal] = {}
    for named in paths:
        for one in _found(named):
            label = one.path if isinstance(one, Refusal) else one
            real = label if one == STDIN else os.path.realpath(label)
            found.setdefault(real, one)
    return sorted(found.values(), key=lambda one: one.path if isinstance(one, Refusal) else one)


def _found(named: str) -> Iterator[str | Refusal]:
    if named == STDIN:
        yield named
    elif os.path.lexists(named):
        yield from _walk(named, Path(named).resolve(), is_named=True)
    elif glob.has_magic(named) and (
        matches := glob.glob(named, recursive=True, include_hidden=True)
    ):
        for match in matches:
            yield from _walk(match, Path(match).resolve(), is_named=True)
    else:
        yield Refusal(printable(named), "not_found", "there is no such file or folder")


def _walk(path: str, root: Path, *, is_named: bool = False) -> Iterator[str | Refusal]:
    """Yield the files below a path. Links are followed only where a person named them."""
    try:
        if os.path.islink(path) and not is_named:
            if not Path(path).resolve().is_relative_to(root):
                detail = "it links to a place outside of what was named; name that place, too"
                yield Refusal(path, "link", detail)
            return
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            for name in sorted(os.listdir(path)):
                yield from _walk(os.path.join(path, name), root)
        elif stat.S_ISREG(mode):
            yield path
        else:
            yield Refusal(
                path, "device", "it is a device, a socket or a pipe; use - to read a pipe"
            )
    except OSError as error:
        detail = f"it cannot be read ({error.strerror or error}); check its permissions"
        yield Refusal(path, "unreadable", detail)


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
