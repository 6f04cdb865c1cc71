"""The logs that a case was made of, looked for where they were and held against their hashes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.sources.base import Origin
from gamekeeper.sources.containers import open_inputs
from gamekeeper.store.writing import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.store.records import StoredSource

#: Between an archive and what is in it.
_INSIDE = "!"


class Found(StrEnum):
    """What became of a log outside of the case."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Original:
    """One log of the case as it is outside of it. ``path`` is where it was looked at, or looked for."""

    source: StoredSource
    found: Found
    path: str


def originals(
    sources: Sequence[StoredSource],
    paths: Mapping[int, Sequence[str]],
    spool: Path,
    passwords: Sequence[str] = (),
) -> Iterator[Original]:
    """Yield what became of each log, in order of the files and archives that they are in.

    One of several places with the same bytes is enough. Archives are unpacked into ``spool``, one at a time.
    """
    inside: dict[Path, dict[str, StoredSource]] = defaultdict(dict)
    for source in sources:
        known = [source.path, *paths.get(source.number, ())]
        plain = [Path(path) for path in known if Path(path).is_file()]
        archives = [(archive, path) for path in known if (archive := _archive(path)) is not None]
        if plain:
            yield _of_file(source, plain)
        elif archives:
            archive, path = archives[0]
            inside[archive][path] = source
        else:
            yield Original(source, Found.GONE, source.path)
    for archive, members in sorted(inside.items()):
        yield from _of_archive(archive, members, spool, passwords)


def _archive(path: str) -> Path | None:
    """Return the archive on the disk that a path leads into."""
    parts = path.split(_INSIDE)
    for length in range(1, len(parts)):
        archive = Path(_INSIDE.join(parts[:length]))
        if archive.is_file():
            return archive
    return None


def _of_file(source: StoredSource, plain: Sequence[Path]) -> Original:
    for path in dict.fromkeys(plain):
        try:
            if digest_of(path) == source.sha256:
                return Original(source, Found.SAME, str(path))
        except OSError:  # it may not be read: as good as gone
            return Original(source, Found.GONE, str(path))
    return Original(source, Found.CHANGED, str(plain[0]))


def _of_archive(
    archive: Path, members: Mapping[str, StoredSource], spool: Path, passwords: Sequence[str]
) -> Iterator[Original]:
    left = dict(members)
    opened = open_inputs(
        [str(archive)], spool=spool, passwords=passwords, wanted=lambda _, path: path in members
    )
    for origin in opened:
        if not isinstance(origin, Origin) or origin.path not in left:
            continue
        source = left.pop(origin.path)
        is_same = digest_of(origin.local) == source.sha256
        if origin.is_temporary:
            origin.local.unlink()
        yield Original(source, Found.SAME if is_same else Found.CHANGED, origin.path)
    for path, source in left.items():
        yield Original(source, Found.GONE, path)
