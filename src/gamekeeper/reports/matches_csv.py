"""``matches.csv``: the same matches for spreadsheets, every cell inert.

Columns are the keys of ``matches.jsonl``; ``fields``, ``why`` and ``contributing`` hold their JSON.
``record.state``, ``time_zone`` and ``contributing`` are always there and mostly empty. Cells are quoted
where they need it, lines end in a line feed.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.incidents import columns, records
from gamekeeper.incidents.json_text import utf8
from gamekeeper.model.events import RecordState
from gamekeeper.reports.inert import csv_safe

if TYPE_CHECKING:
    from gamekeeper.model.results import HuntResult

NAME = "matches.csv"
HEADER: Final = (
    "rule.id,rule.title,rule.level,@timestamp,host.name,user.name,event.id,event.fingerprint,"
    "source.path,source.sha256,source.offset,record.id,channel,event.code,fields,why,"
    "record.state,time_zone,contributing\n"
)
_STATES: Final = tuple(
    "," if state is RecordState.LIVE else f",{state.name.lower()}" for state in RecordState
)
_ZONES: Final = (",,", ",assumed,")


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write the header and all matches."""
    cells = _Cells(result)
    stream.write(HEADER.encode())
    for batch in columns.slices(result.matches.batches(), records.ROWS):
        stream.write(columns.text_bytes(cells.lines(batch)))


def cell(text: str) -> str:
    """Return one cell, inert and quoted where CSV asks for it."""
    text = csv_safe(text)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',"') else text


class _Cells:
    def __init__(self, result: HuntResult) -> None:
        self._rules = [
            f"{cell(rule.id)},{cell(rule.title)},{cell(rule.level)}" for rule in result.rules
        ]
        self._sources = [
            f",{cell(utf8(source.path))},{cell(source.sha256)}," for source in result.sources
        ]

    def lines(self, batch: pa.RecordBatch) -> pa.Array:
        """Return one line a row as ``large_utf8``."""
        comma, offset = columns.literal(","), columns.integers(batch["offset"])
        return columns.join(
            columns.per_code(batch["rule"], self._rules),
            comma,
            columns.iso_times(batch["filetime"]),
            comma,
            columns.per_distinct(batch["host"], cell),
            comma,
            columns.per_distinct(batch["user"], cell),
            comma,
            columns.integers(batch["source"]),
            columns.literal(":"),
            offset,
            comma,
            columns.hexadecimal(batch["fingerprint"]),
            columns.per_code(batch["source"], self._sources),
            offset,
            comma,
            columns.integers(batch["record_id"]),
            comma,
            columns.per_distinct(batch["channel"], cell),
            comma,
            columns.integers(batch["event_code"]),
            columns.literal(',"'),
            _doubled(records.fields_text(batch["fields"])),
            columns.literal('","'),
            columns.per_distinct(batch["why"], lambda text: _quotes(records.escaped(text))),
            columns.literal('"'),
            columns.per_code(batch["state"], _STATES),
            columns.per_code(pc.cast(batch["time_assumed"], pa.int8()), _ZONES),
            _contributing(batch["contributing"]),
            columns.literal("\n"),
            missing="",
        )


def _contributing(column: pa.Array) -> pa.Array | pa.Scalar:
    """Return the cell with the ids of records, which is empty where a match rests on one event."""
    if column.null_count == len(column):
        return columns.literal("")
    quote = columns.literal('"')
    cells = columns.join(quote, _doubled(pc.cast(column, columns.LARGE)), quote, missing="")
    return pc.if_else(pc.is_null(column), columns.literal(""), cells)


def _quotes(text: str) -> str:
    return text.replace('"', '""')


def _doubled(column: pa.Array) -> pa.Array:
    return pc.replace_substring(column, '"', '""')
