"""``gamekeeper case files``: the files of a case, for other tools."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.datasets import datasets
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.settings import near
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind

if TYPE_CHECKING:
    from gamekeeper.settings import Value
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    kind = kind_of(values.word("files_kind"))
    wanted = values.texts("files_dataset")
    for name in wanted:
        if kind in {Kind.EVENTS, Kind.RECOVERED} and name not in datasets():
            raise UsageError(f"there is no dataset {name!r}{near(name, datasets())}")
    case = Case.open(values.word("case"))
    with case.snapshot() as snapshot:
        files = [file for file in snapshot.of_kind(kind) if not wanted or file.dataset in wanted]
        rows = [as_row(snapshot, file) for file in files]
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(rows, pretty=True) + b"\n")
    else:
        for row in rows:
            print(terminal_safe(f"{row['rows']:>11,}  {row['dataset']}  {row['path']}"))
    return Exit.OK


def kind_of(text: str) -> Kind:
    """Return the kind of files that a word means."""
    try:
        return Kind(text)
    except ValueError:
        known = [str(kind) for kind in Kind]
        raise UsageError(
            f"{text!r} is no kind of file ({', '.join(known)}){near(text, known)}"
        ) from None


def as_row(snapshot: Snapshot, file: StoredFile) -> dict[str, object]:
    """Return what other tools want to know of a file."""
    return {
        "path": str(snapshot.layout.path(file.path).absolute()),
        "kind": str(file.kind),
        "dataset": file.dataset,
        "rows": file.rows,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "first": iso_time(file.first),
        "last": iso_time(file.last),
        "hosts": sorted({span.host for span in file.spans if span.host}),
        "batch": file.batch,
    }
