"""Traces: what links events to each other, of events that a rule spoke of and of those that carry links.

A trace is a small row beside an event: which process, which logon session, which file, from where. Rows of
four roles come together: *matched* (some rule is true for the event), *start* (a process began), *logon* (a
session began, or an address was tied to a computer) and *step* (a chain may rest on the event).
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Role(IntFlag):
    """Why a trace was kept; one event may have several reasons."""

    MATCHED = 1
    START = 2
    LOGON = 4
    STEP = 8


#: Texts are as ECS reads them (``model/ecs``): hosts short and folded, logon ids as 0x hexadecimals.
#: ``text`` says in a line what a matched event is; other rows have none.
TRACE_SCHEMA: Final = pa.schema(
    [
        pa.field("filetime", pa.int64()),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("role", pa.int8(), nullable=False),
        pa.field("is_sysmon", pa.bool_(), nullable=False),
        pa.field("event_code", pa.int32()),
        pa.field("pid", pa.int64()),
        pa.field("parent_pid", pa.int64()),
        *(
            pa.field(name, pa.dictionary(pa.int32(), pa.utf8()))
            for name in (
                "host",
                "guid",
                "parent_guid",
                "image",
                "parent_image",
                "command_line",
                "logon_id",
                "subject_logon_id",
                "logon_type",
                "user",
                "domain",
                "user_id",
                "subject",
                "source_ip",
                "source_host",
                "destination_ip",
                "file_path",
                "service",
                "text",
            )
        ),
    ]
)
TRACE_KEY: Final = ("filetime", "source", "offset")


class TraceStore(Protocol):
    """Traces, however many, in an order that means nothing; kept on disk."""

    @property
    def folder(self) -> Path | None:
        """Return where those who read traces may put temporary files; None: where the system has them."""

    def __len__(self) -> int: ...

    def batches(self, columns: Sequence[str] = TRACE_SCHEMA.names) -> Iterator[pa.RecordBatch]:
        """Yield record batches of some columns of ``TRACE_SCHEMA``; may be asked for again."""
