"""Scripts as files for people to read: what the logs say of each stands in comments above it.

The names end in ``.ps1.txt``, so that no double click runs one. The text below the line is what was logged,
sign by sign: it is evidence, and a viewer that obeys control characters may be misled by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.reports.atomic import atomic_file
from gamekeeper.reports.inert import visible
from gamekeeper.reports.rows import Row, cell_text, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.model.answers import Answer

_TEXT: Final = "powershell.file.script_block_text"
_LINE: Final = b"# ---- the script, as it was logged ----\n"
_UNSAFE: Final = re.compile(r"[^a-z0-9-]+", re.ASCII)
_HOST_LIMIT: Final = 40


def write_scripts(answer: Answer, folder: Path) -> int:
    """Write each text of an answer of ``scripts`` once, and return how many files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"no scripts can be written to {folder}: {error.strerror}") from None
    written: set[str] = set()
    for row in rows_of(answer):
        digest = str(row["script.sha256"])
        if digest in written:
            continue
        written.add(digest)
        with atomic_file(folder / file_name(row)) as stream:
            stream.write(_head(row).encode("utf-8", "backslashreplace") + _LINE)
            stream.write(str(row[_TEXT]).encode("utf-8", "replace"))
    return len(written)


def file_name(row: Row) -> str:
    """Return a name that says when and where, and that every file system takes."""
    time = re.sub(r"[-:]", "", cell_text(row["@timestamp"]))[:15] or "no-time"
    hosts = row.get("host.names") or [row.get("host.name")]
    assert isinstance(hosts, list)
    host = _UNSAFE.sub("_", str(hosts[0] or "no-host").lower())[:_HOST_LIMIT]
    return f"{time}_{host}_{str(row['script.sha256'])[:16]}.ps1.txt"


def _head(row: Row) -> str:
    """Return what is known of a script, a comment line each; no value leaves its line."""
    lines = [
        f"# {name}: {visible(cell_text(value))}\n"
        for name, value in row.items()
        if value is not None and name != _TEXT
    ]
    return "".join(lines)
