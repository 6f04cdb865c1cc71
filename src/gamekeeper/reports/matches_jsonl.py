"""``matches.jsonl``: every match, one JSON object a line, in the order of the store."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents import columns, records

if TYPE_CHECKING:
    from gamekeeper.model.results import HuntResult

NAME = "matches.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all matches; :mod:`gamekeeper.incidents.records` holds the contract of a line."""
    lines = records.MatchLines(result.rules, result.sources)
    for batch in columns.slices(result.matches.batches(), records.ROWS):
        stream.write(columns.text_bytes(lines.lines(batch)))
