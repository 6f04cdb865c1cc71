"""Registry events that touch what decides what is logged: Sysmon 12, 13 and 14, Security 4657.

Registry events are among the loudest; distinct paths are looked at once, rows only where one is wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.engine.columnar.values import codes_of
from gamekeeper.integrity.gathering.frames import RECORD_FIELDS, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

SCHEMA: Final = pa.schema(
    [
        *RECORD_FIELDS,
        pa.field("code", pa.int32(), nullable=False),
        pa.field("path", pa.utf8(), nullable=False),
        pa.field("name", pa.utf8(), nullable=False),  # 4657 names the value apart from its key
        pa.field("value", pa.utf8(), nullable=False),
        pa.field("kind", pa.utf8(), nullable=False),  # Sysmon's EventType, 4657's OperationType
        pa.field("program", pa.utf8(), nullable=False),
        pa.field("user", pa.utf8(), nullable=False),
    ]
)
#: Parts of the paths that ``log_settings.yml`` asks for.
_PARTS: Final = (
    r"\\winevt\\channels\\",
    r"\\eventlog\\",
    r"\\control\\minint",
    r"\\autologger\\(eventlog|defender|sysmon)",
    r"\\scriptblocklogging",
    r"\\modulelogging",
    r"\\transcription",
    r"\\processcreationincludecmdline",
    r"\\scenoapplylegacyauditpolicy",
    r"etwenabled$",
    r"\\windows defender\\(real-time protection\\)?disable",
    r"\\services\\(eventlog|sysmon\w*|sense|windefend|wdfilter|wdnisdrv)$",
    r"\\services\\(eventlog|sysmon\w*|sense|windefend|wdfilter|wdnisdrv)\\start$",
    r"\\policies\\system\\audit$",
    r"\\control\\lsa$",
    r"\\windows defender(\\real-time protection)?$",
    r"\\\.netframework$",
    r"\\session manager\\environment$",
)
_WANTED: Final = "|".join(_PARTS)
#: Dataset → event ids, column of the path, then those of value name, value, kind, program and user.
_DATASETS: Final = {
    "windows.sysmon": (
        (12, 13, 14),
        "TargetObject",
        ("", "Details", "EventType", "Image", "User"),
    ),
    "windows.security": (
        (4657,),
        "ObjectName",
        ("ObjectValueName", "NewValue", "OperationType", "ProcessName", "SubjectUserSid"),
    ),
}


class Settings:
    """Gathers registry events of logging's settings."""

    name = "settings"
    schema = SCHEMA
    key = ("host", "filetime", "source", "offset")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the wanted registry events of a batch."""
        if batch.dataset not in _DATASETS:
            return None
        frame = frame_of(batch)
        rows = _rows(frame)
        if not len(rows):
            return None
        _, path, texts = _DATASETS[batch.dataset]
        taken = batch.table.take(pa.array(rows))
        return pa.RecordBatch.from_arrays(
            [*frame.records(rows), taken.column("EventID"), *_texts(taken, (path, *texts))],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _rows(frame: Frame) -> NDArray[np.int64]:
    ids, path, _ = _DATASETS[frame.batch.dataset]
    asked = frame.numbered(ids)
    if not len(asked):
        return asked
    column = frame.table.column(path)
    codes = codes_of(column.indices)[asked]
    used = np.unique(codes[codes >= 0])
    paths = column.dictionary.take(pa.array(used))
    is_wanted = pc.match_substring_regex(paths, _WANTED, ignore_case=True)
    wanted = used[is_wanted.to_numpy(zero_copy_only=False)]
    return asked[np.isin(codes, wanted)]


def _texts(taken: pa.RecordBatch, names: tuple[str, ...]) -> Iterator[pa.Array]:
    """Return columns as plain text, whether the dataset declares them or keeps them in the rest."""
    rest = None
    for name in names:
        if name in taken.schema.names:
            yield taken.column(name).dictionary_decode().fill_null("")
        elif not name:
            yield pa.array([""] * taken.num_rows, pa.utf8())
        else:
            # Row by row: such events are few.
            rest = rest or taken.column("event.rest").to_pylist()
            found = [next((p["value"] for p in row if p["name"] == name), "") for row in rest]
            yield pa.array([value or "" for value in found], pa.utf8())
