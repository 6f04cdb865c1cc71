"""A JSON list that can be read line by line as well: one element a line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.json_text import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_list(rows: Iterable[object], stream: IO[bytes]) -> None:
    """Write rows as they come.

    >>> import io
    >>> written = io.BytesIO()
    >>> write_list([{"a": 1}, {"a": 2}], written)
    >>> written.getvalue()
    b'[\\n{"a":1},\\n{"a":2}\\n]\\n'
    """
    stream.write(b"[")
    separator = b"\n"
    for row in rows:
        stream.write(separator + dumps(row))
        separator = b",\n"
    stream.write(b"\n]\n")
