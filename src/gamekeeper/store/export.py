"""The events of a case handed to other tools, in a folder of their own.

Files are not written anew: they are linked or copied as they are, and a table format only lists them. The
account ``gamekeeper-export.json`` is written last: without it an export is not whole.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

import orjson
import pyarrow as pa

from gamekeeper.errors import UsageError
from gamekeeper.settings import near
from gamekeeper.store.records import Kind
from gamekeeper.store.schemas import stored
from gamekeeper.store.steps import NoSteps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gamekeeper.store.case import Case
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.snapshot import Snapshot
    from gamekeeper.store.steps import Steps

#: What lists the files as a table, by format: module, and the extra that it needs. Parquet needs none.
FORMATS: Final = {
    "parquet": "",
    "delta": "gamekeeper.store.export_delta",
    "iceberg": "gamekeeper.store.export_iceberg",
}
ACCOUNT: Final = "gamekeeper-export.json"
_README: Final = """\
Events of a case, written by Gamekeeper ({form}).

One folder a dataset (windows.security, windows.sysmon, ...), Parquet inside. Columns: the log's own field
names; event.source and event.offset say from which log and which byte an event came. {account} lists the
logs by number with path and SHA-256, and every file with rows and SHA-256; it is written last, so an export
without it is not whole. The files may be the case's own under a second name: only read them.

{how}
"""
_HOW: Final = {
    "parquet": "DuckDB: SELECT \"EventID\", count(*) FROM 'windows.security/*.parquet' GROUP BY ALL",
    "delta": "Polars: pl.scan_delta('windows.security')   deltalake: DeltaTable('windows.security')",
    "iceberg": "pyiceberg: SqlCatalog('case', uri='sqlite:///catalog.sqlite', warehouse='.')"
    ".load_table('gamekeeper.windows_security')   Paths are absolute: the folder must stay where it is.",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """One file of the export."""

    file: StoredFile
    path: Path


class TableFormat(Protocol):
    """A module that lists the files of a dataset as a table."""

    def register(
        self, root: Path, dataset: str, schema: pa.Schema, files: Sequence[Placed]
    ) -> None:
        """Make the table; ``schema`` has plain text where the files have dictionaries."""


@dataclass(slots=True)
class Exported:
    """What was handed over."""

    rows: int = 0
    files: int = 0
    size_bytes: int = 0
    copied: int = 0  # files that could not be linked
    datasets: dict[str, int] = field(default_factory=dict)


def table_format(form: str) -> TableFormat | None:
    """Return what lists files as a table of a format; None for plain Parquet."""
    if form not in FORMATS:
        raise UsageError(f"{form!r} is no format ({', '.join(FORMATS)}){near(form, FORMATS)}")
    if not FORMATS[form]:
        return None
    try:
        module = cast("TableFormat", import_module(FORMATS[form]))
    except ImportError as error:
        raise UsageError(
            f"--format {form} needs the package {error.name}: pip install 'gamekeeper[{form}]'"
        ) from None
    return module


def export(
    case: Case, snapshot: Snapshot, target: Path, form: str, steps: Steps | None = None
) -> Exported:
    """Write the events of a snapshot to a folder that is absent or empty."""
    steps = steps or NoSteps()
    tables = table_format(form)
    _check(case, target)
    try:
        return _export(case, snapshot, target, form, tables, steps)
    except OSError as error:
        raise UsageError(f"{target} cannot be written to: {error.strerror or error}") from error


def _check(case: Case, target: Path) -> None:
    if target.resolve().is_relative_to(case.layout.root.resolve()):
        raise UsageError(f"{target} is inside of the case: give --to a folder of its own")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty: give --to a folder of its own")


def _export(
    case: Case,
    snapshot: Snapshot,
    target: Path,
    form: str,
    tables: TableFormat | None,
    steps: Steps,
) -> Exported:
    done = Exported()
    files = snapshot.of_kind(Kind.EVENTS)
    steps.stage("exporting", sum(file.size_bytes for file in files), "bytes")
    placed: dict[str, list[Placed]] = defaultdict(list)
    for file in files:
        path = target / file.dataset / f"{file.number:08}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        done.copied += not _linked(snapshot.layout.path(file.path), path)
        placed[file.dataset].append(Placed(file, path))
        done.rows += file.rows
        done.files += 1
        done.size_bytes += file.size_bytes
        done.datasets[file.dataset] = done.datasets.get(file.dataset, 0) + file.rows
        steps.advance(file.size_bytes)
    target.mkdir(parents=True, exist_ok=True)
    if tables is not None:
        for dataset, parts in sorted(placed.items()):
            tables.register(target, dataset, plain(stored(dataset)), parts)
    text = _README.format(form=form, account=ACCOUNT, how=_HOW[form])
    (target / "README.md").write_text(text, encoding="utf-8")
    account = orjson.dumps(_account(case, snapshot, form, placed), option=orjson.OPT_INDENT_2)
    (target / ACCOUNT).write_bytes(account)
    return done


def _linked(old: Path, new: Path) -> bool:
    """Give a file a second name, or copy it where the disk cannot do that."""
    try:
        os.link(old, new)
    except OSError:  # another disk, or one without links
        shutil.copyfile(old, new)
        return False
    return True


def plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with text where it has dictionaries: table formats know no dictionaries."""
    return pa.schema([field.with_type(_plain(field.type)) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([part.with_type(_plain(part.type)) for part in kind])
    return kind


def _account(
    case: Case, snapshot: Snapshot, form: str, placed: Mapping[str, Sequence[Placed]]
) -> dict[str, object]:
    return {
        "case": case.id,
        "organisation": case.organisation,
        "format": form,
        "files": [
            {
                "path": f"{dataset}/{one.path.name}",
                "dataset": dataset,
                "rows": one.file.rows,
                "sha256": one.file.sha256,
            }
            for dataset, parts in sorted(placed.items())
            for one in parts
        ],
        "sources": [
            {
                "number": source.number,
                "path": source.path,
                "sha256": source.sha256,
                "records_present": source.records_present,
                "events": source.events,
                "rejects": source.rejects,
            }
            for source in snapshot.sources()
        ],
    }
