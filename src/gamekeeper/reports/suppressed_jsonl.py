"""``suppressed.jsonl``: the matches that allow-lists took out of the findings, each with its entry.

The lines are those of ``matches.jsonl`` with two keys more. The file is there, empty, where nothing was
taken: one of an earlier run would tell of matches that are no longer so.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents import columns, records

if TYPE_CHECKING:
    from gamekeeper.model.results import HuntResult

NAME = "suppressed.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all of them in the order of the store."""
    lines = records.MatchLines(result.rules, result.sources, result.allowances)
    for batch in columns.slices(result.suppressed.batches(), records.ROWS):
        stream.write(columns.text_bytes(lines.lines(batch)))
