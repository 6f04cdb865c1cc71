"""Events of a case as SQL tables: DuckDB reads the files, within bounds, and can do nothing else.

DuckDB never stores anything here. The files of the snapshot are all that it may open; the configuration is
locked before the first question, and only questions are let through.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from gamekeeper.errors import UsageError
from gamekeeper.model.datasets import OTHER, datasets
from gamekeeper.model.ecs import ecs_view_sql
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.store.schemas import HOST, mark, shared, stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.store.layout import Layout
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.selection import Selection

#: Memory that one connection may take before it spills.
MEMORY_MB: Final = 512
_ROWS: Final = 16_384
_QUESTIONS: Final = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def table_of(dataset: str) -> str:
    """Return the name of a dataset's view.

    >>> table_of("windows.security")
    'windows_security'
    """
    return dataset.replace(".", "_").replace("-", "_")


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def connected(spill: str, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """Open a database that keeps nothing, within bounds; ``spill`` is the folder for what does not fit."""
    has_mask = hasattr(os, "sched_getaffinity")
    threads = len(os.sched_getaffinity(0)) if has_mask else os.cpu_count() or 1
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{memory_mb}MB",
            "threads": threads,
            "temp_directory": spill,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


class Database:
    """Views over some files: one a dataset; over all, ``events`` (the columns that all have) and ``ecs``."""

    def __init__(self, layout: Layout, files: Sequence[StoredFile], selection: Selection) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="gamekeeper-sql-")
        self._connection = connected(self._spill.name, MEMORY_MB)
        paths: dict[str, dict[str, list[str]]] = {name: {} for name in datasets()}
        for file in files:
            alike = paths[file.dataset].setdefault(file.columns or mark(file.dataset), [])
            alike.append(str(layout.path(file.path).absolute()))
        #: The datasets that there are events of.
        self.held = tuple(dataset for dataset, listed in paths.items() if listed)
        self._has_ecs = False
        self._make_views(paths, selection)
        self._lock([path for marks in paths.values() for one in marks.values() for path in one])

    def _make_views(self, paths: dict[str, dict[str, list[str]]], selection: Selection) -> None:
        where = _where(selection)
        everything = []
        for dataset, listed in paths.items():
            view = table_of(dataset)
            if listed:
                source = " UNION ALL ".join(
                    _rows_of(dataset, written_with, files) for written_with, files in listed.items()
                )
                source = f"({source})"
            else:
                source = f"empty_{view}"
                self._connection.execute(f"CREATE TABLE {source} ({_columns(dataset)})")
            self._connection.execute(f"CREATE VIEW {view} AS SELECT * FROM {source}{where}")  # noqa: S608
            if listed:
                columns = ", ".join(quoted(name) for name in shared())
                everything.append(
                    f'SELECT {literal(dataset)} AS "event.dataset", {columns} FROM {view}'  # noqa: S608
                )
        if not everything:
            columns = ", ".join(quoted(name) for name in shared())
            everything.append(
                f"SELECT '' AS \"event.dataset\", {columns} FROM windows_other"  # noqa: S608
            )
        self._connection.execute(f"CREATE VIEW events AS {' UNION ALL '.join(everything)}")

    def _need_ecs(self, sql: str) -> None:
        """Make the view ``ecs`` once a question names it: a thousand expressions take time to read."""
        if not self._has_ecs and "ecs" in fold(sql):
            views = (
                f"SELECT {ecs_view_sql(name)} FROM {table_of(name)}"  # noqa: S608
                for name in self.held or (OTHER,)
            )
            self._connection.execute(f"CREATE VIEW ecs AS {' UNION ALL '.join(views)}")
            self._has_ecs = True

    def _lock(self, paths: list[str]) -> None:
        listed = ", ".join(literal(path) for path in paths)
        self._connection.execute(f"SET allowed_paths = [{listed}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; safe to repeat."""
        self._connection.close()
        self._spill.cleanup()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.RecordBatchReader:
        """Return the rows of one question as a stream.

        Raises UsageError for what is no question, or one that DuckDB does not understand.
        """
        try:
            self._need_ecs(sql)
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise UsageError(f"this is no SQL: {_first_line(error)}") from None
        if len(statements) != 1 or statements[0].type not in _QUESTIONS:
            raise UsageError("give one question, SELECT or EXPLAIN; a case is only read")
        try:
            relation = self._connection.sql(sql, params=list(parameters) or None)
            assert relation is not None
            return relation.to_arrow_reader(_ROWS)
        except duckdb.Error as error:
            raise UsageError(f"the question cannot be answered: {_first_line(error)}") from None

    def batches(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one question."""
        try:
            yield from self.query(sql, parameters)
        except duckdb.Error as error:
            raise UsageError(f"the question cannot be answered: {_first_line(error)}") from None

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return all rows of one question that has few."""
        return self.query(sql, parameters).read_all()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _rows_of(dataset: str, written_with: str, files: Sequence[str]) -> str:
    """Return a SELECT over files with the same columns, as the dataset has them now."""
    listed = ", ".join(literal(path) for path in files)
    source = f"read_parquet([{listed}])"
    if written_with == mark(dataset):
        return f"SELECT * FROM {source}"  # noqa: S608 - paths of the case, quoted
    here = set(pq.read_schema(files[0]).names)
    columns = ", ".join(
        quoted(name) if name in here else f"{_in_rest(name)} AS {quoted(name)}"
        for name in stored(dataset).names
    )
    return f"SELECT {columns} FROM {source}"  # noqa: S608 - likewise


def _in_rest(name: str) -> str:
    """Return what the rest says of a field that a file has no column for."""
    called = f"lower(pair.name) = {literal(fold(name))}"
    return f'list_filter("event.rest", lambda pair: {called})[1].value'


def _columns(dataset: str) -> str:
    return ", ".join(f"{quoted(field.name)} {_type_of(field.type)}" for field in stored(dataset))


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return "VARCHAR"
    if pa.types.is_list(kind):
        return "STRUCT(name VARCHAR, value VARCHAR)[]"
    return {
        pa.int8(): "TINYINT",
        pa.int32(): "INTEGER",
        pa.int64(): "BIGINT",
        pa.bool_(): "BOOLEAN",
        pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    }[kind]


def _where(selection: Selection) -> str:
    """Return the condition that a selection means, as it is written behind FROM."""
    terms = []
    if selection.start is not None:
        terms.append(f'"event.filetime" >= {int(selection.start)}')
    if selection.stop is not None:
        terms.append(f'"event.filetime" < {int(selection.stop)}')
    if selection.event_ids:
        terms.append(f'"EventID" IN ({", ".join(str(int(n)) for n in selection.event_ids)})')
    if selection.hosts:
        terms.append(f"({' OR '.join(map(_is_host, selection.hosts))})")
    if selection.channels:
        terms.append(f"({_like(selection.channels, ['Channel'])})")
    return f" WHERE {' AND '.join(terms)}" if terms else ""


def _is_host(pattern: str) -> str:
    """Return the condition for one host; an exact name lets row groups be passed over."""
    if "*" in pattern or "?" in pattern:
        return _like([pattern], ["Computer", HOST.name])
    short = short_host(pattern)
    term = f"{quoted(HOST.name)} = {literal(short)}"
    if short == fold(pattern):
        return term
    return f"({term} AND lower({quoted('Computer')}) = {literal(fold(pattern))})"


def _like(patterns: Sequence[str], columns: Sequence[str]) -> str:
    terms = []
    for pattern in patterns:
        spelt = fold(pattern)
        for sign in "\\%_":
            spelt = spelt.replace(sign, f"\\{sign}")
        spelt = spelt.replace("*", "%").replace("?", "_")
        terms += [
            f"lower({quoted(column)}) LIKE {literal(spelt)} ESCAPE '\\'" for column in columns
        ]
    return " OR ".join(terms)
