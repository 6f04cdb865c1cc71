"""Events taken out of a case on purpose: those of one log, or all that happened before a moment.

A copy of an event has no payload of its own. Where the event goes, its copies go, too, and the logs that
they came from are marked: the next time that one of them is taken in, it is read anew as a whole.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from gamekeeper.errors import UsageError
from gamekeeper.settings import near
from gamekeeper.store.commit import Batch
from gamekeeper.store.disk import writable
from gamekeeper.store.habits import without
from gamekeeper.store.pointers import is_in, lost, places
from gamekeeper.store.records import Kind
from gamekeeper.store.rewriting import Changes, as_stored, rewritten
from gamekeeper.store.snapshot import Snapshot
from gamekeeper.store.steps import NoSteps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.store.commit import Writer
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.records import StoredFile, StoredSource
    from gamekeeper.store.rewriting import Keep
    from gamekeeper.store.steps import Steps

#: What belongs to a log; what rules found stays until they are run again.
_OF_LOGS: Final = (Kind.EVENTS, Kind.RECOVERED, Kind.WITNESSES, Kind.REJECTS)
#: Digits of a SHA-256 that may stand for all of it.
_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went. ``reread`` are the logs that held copies of it and have to be taken in again.

    ``habits``: days of habits that it was the first to show.
    """

    events: int
    copies: int
    reread: tuple[StoredSource, ...] = ()
    habits: int = 0


def source_named(manifest: Manifest, text: str) -> StoredSource:
    """Return the log that a path, a SHA-256 or the beginning of one, or a number stands for."""
    sources = manifest.sources()
    by_number = [source for source in sources if str(source.number) == text]
    if by_number:
        return by_number[0]
    paths = manifest.paths()
    found = [source for source in sources if text in (source.path, *paths.get(source.number, ()))]
    if not found and len(text) >= _DIGITS:
        found = [source for source in sources if source.sha256.startswith(text.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(source.number) for source in found)
        raise UsageError(f"{text!r} stands for several logs: name one by its number ({numbers})")
    hint = near(text, [source.path for source in sources])
    raise UsageError(f"no log of the case has that path, SHA-256 or number: {text!r}{hint}")


def forget(writer: Writer, source: StoredSource, steps: Steps | None = None) -> Forgotten:
    """Take out everything that one log brought; its row among the sources stays."""
    number = source.number
    live = writer.manifest.files(*_OF_LOGS)
    changes = _without(writer, live, number, steps or NoSteps())
    with writable(writer.case.layout):
        _drop_lost(writer, live, changes)
        memory, replaced, habits = without(writer, number)
    losses = changes.losses(apart=number)
    marked = sorted({other for other, _ in losses})
    writer.commit(
        Batch(
            "forget",
            [*changes.files, *memory],
            retired=[*changes.retired, *replaced],
            emptied=[number],
            forgotten=[number],
            reread=marked,
            dropped=losses,
        )
    )
    known = {one.number: one for one in writer.manifest.sources()}
    return Forgotten(
        events=changes.dropped[number, Kind.EVENTS],
        copies=sum(losses.values()),
        reread=tuple(known[other] for other in marked),
        habits=habits,
    )


def empty(writer: Writer, numbers: Sequence[int]) -> None:
    """Take out what is left of logs that are about to be read anew. Copies that lead to them stay."""
    for number in numbers:
        changes = _without(writer, writer.manifest.files(*_OF_LOGS), number, NoSteps())
        writer.commit(Batch("reread", changes.files, retired=changes.retired, emptied=[number]))


def forget_before(writer: Writer, moment: int, steps: Steps | None = None) -> Forgotten:
    """Take out every event before a moment (a FILETIME); the books say how many of which log."""
    steps = steps or NoSteps()
    live = writer.manifest.files(*_OF_LOGS)
    changes = Changes([], [], Counter())
    old = [
        file
        for file in live
        if file.kind in {Kind.EVENTS, Kind.RECOVERED}
        and file.first is not None
        and file.first < moment
    ]
    steps.stage("forgetting", sum(file.size_bytes for file in old), "bytes")
    with writable(writer.case.layout):
        for file in old:
            _replace(writer, file, changes, lambda table: _since(table, moment))
            steps.advance(file.size_bytes)
        if old:
            _drop_lost(writer, live, changes)
    if not changes.retired:
        return Forgotten(0, 0)
    losses = changes.losses()
    writer.commit(Batch("forget", changes.files, retired=changes.retired, dropped=losses))
    return Forgotten(
        events=sum(count for (_, kind), count in losses.items() if kind is Kind.EVENTS),
        copies=sum(count for (_, kind), count in losses.items() if kind is Kind.WITNESSES),
    )


def _since(table: pa.Table, moment: int) -> NDArray[np.bool_]:
    late = pc.greater_equal(table.column("event.filetime"), moment)
    kept: NDArray[np.bool_] = pc.fill_null(late, True).to_numpy()
    return kept


def _without(writer: Writer, live: Sequence[StoredFile], number: int, steps: Steps) -> Changes:
    """Return what has to change for a source to be gone."""
    changes = Changes([], [], Counter())
    touched = [file for file in live if any(span.source == number for span in file.spans)]
    steps.stage("forgetting", sum(file.size_bytes for file in touched), "bytes")
    with writable(writer.case.layout):
        for file in touched:
            _replace(
                writer,
                file,
                changes,
                lambda table: table.column("event.source").to_numpy() != number,
            )
            steps.advance(file.size_bytes)
    return changes


def _replace(writer: Writer, file: StoredFile, changes: Changes, keep: Keep) -> None:
    path = writer.staging / f"left-{file.number}.parquet"
    left = rewritten(writer.case.layout, [file], path, keep)
    if left is not None and left.rows == file.rows:
        path.unlink()
    else:
        changes.replace(file, left)


def _drop_lost(writer: Writer, live: Sequence[StoredFile], changes: Changes) -> None:
    """Take out copies of events that will be gone, and copies that lead over copies that will be gone."""
    future = changes.future(live)
    with closing(Snapshot(writer.manifest, writer.case.layout, future, ())) as snapshot:
        nowhere = lost(snapshot)
    if not len(nowhere):
        return

    def keep(table: pa.Table) -> NDArray[np.bool_]:
        kept = places(table.column("kept.source"), table.column("kept.offset"))
        stays: NDArray[np.bool_] = ~is_in(kept, nowhere)
        return stays

    for number, file in enumerate(list(changes.files)):
        if file.kind is Kind.WITNESSES:
            path = writer.staging / f"again-{number}.parquet"
            changes.swap(file, rewritten(writer.case.layout, [as_stored(file)], path, keep))
    for stored in live:
        if stored.kind is Kind.WITNESSES and stored.number not in changes.retired:
            _replace(writer, stored, changes, keep)
