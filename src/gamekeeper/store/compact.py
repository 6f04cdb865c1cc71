"""Many small files of a case merged into few large ones, which are read far quicker.

Files are merged with neighbours: of the same hosts as far as there are any, then in order of time. Events
that came before a run of rules and events that came after it never share a file, so that rules can go on
from there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from gamekeeper.store.commit import Batch
from gamekeeper.store.disk import writable
from gamekeeper.store.records import Kind
from gamekeeper.store.rewriting import rewritten
from gamekeeper.store.runs import runs
from gamekeeper.store.schemas import mark
from gamekeeper.store.steps import NoSteps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.store.commit import Writer
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.steps import Steps

#: What a merged file aims at, whichever comes first; one with half of it is left alone.
TARGET_ROWS: Final = 1_000_000
TARGET_BYTES: Final = 128 << 20
#: What is merged. Matches stay as their runs wrote them: their order is part of them.
KINDS: Final = (Kind.EVENTS, Kind.RECOVERED, Kind.WITNESSES, Kind.REJECTS)


@dataclass(slots=True)
class Compacted:
    """What was merged: files and their bytes, before and after."""

    merged: int = 0
    merged_bytes: int = 0
    made: int = 0
    made_bytes: int = 0


def compact(writer: Writer, steps: Steps | None = None) -> Compacted:
    """Merge small files; one transaction for each kind and dataset."""
    steps = steps or NoSteps()
    edges = sorted({run.batch for run in runs(writer.manifest)})
    groups = list(plan(writer.manifest.files(*KINDS), edges))
    size = sum(file.size_bytes for group in groups for file in group)
    steps.stage("merging files", size, "bytes")
    done = Compacted()
    for _, same in groupby(groups, key=lambda group: (group[0].kind, group[0].dataset)):
        _merge(writer, list(same), steps, done)
        writer.remove_retired()
    return done


def plan(files: Sequence[StoredFile], edges: Sequence[int]) -> Iterator[list[StoredFile]]:
    """Yield groups of files to merge, those of one kind and dataset after each other.

    ``edges`` are the batches after which rules were run, in order.
    """
    small = [file for file in files if _is_small(file) or is_outdated(file)]

    def alike(file: StoredFile) -> tuple[Kind, str, int]:
        return file.kind, file.dataset, bisect_left(edges, file.batch)

    small.sort(key=lambda file: (alike(file), _hosts(file), file.first or 0, file.number))
    for _, same in groupby(small, key=alike):
        yield from (group for group in _packed(same) if len(group) > 1 or is_outdated(group[0]))


def is_outdated(file: StoredFile) -> bool:
    """Say whether a file was written by a version whose datasets had other columns."""
    return bool(file.columns) and file.columns != mark(file.dataset)


def _is_small(file: StoredFile) -> bool:
    return file.rows < TARGET_ROWS // 2 and file.size_bytes < TARGET_BYTES // 2


def _hosts(file: StoredFile) -> list[str]:
    return sorted({span.host for span in file.spans})


def _packed(files: Iterator[StoredFile]) -> Iterator[list[StoredFile]]:
    group: list[StoredFile] = []
    rows = size = 0
    for file in files:
        if group and (rows + file.rows > TARGET_ROWS or size + file.size_bytes > TARGET_BYTES):
            yield group
            group, rows, size = [], 0, 0
        group.append(file)
        rows += file.rows
        size += file.size_bytes
    if group:
        yield group


def _merge(writer: Writer, groups: list[list[StoredFile]], steps: Steps, done: Compacted) -> None:
    made = []
    with writable(writer.case.layout):
        for number, group in enumerate(groups):
            path = writer.staging / f"merged-{number}.parquet"
            file = rewritten(writer.case.layout, group, path)
            made += [file] if file is not None else []
            steps.advance(sum(one.size_bytes for one in group))
    old = [file for group in groups for file in group]
    writer.commit(Batch("compact", made, retired=[file.number for file in old]))
    done.merged += len(old)
    done.merged_bytes += sum(file.size_bytes for file in old)
    done.made += len(made)
    done.made_bytes += sum(file.size_bytes for file in made)
