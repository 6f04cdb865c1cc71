from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from gamekeeper.hunt import naming
from gamekeeper.hunt.naming import names_of
from gamekeeper.model.traces import TRACE_SCHEMA


class Traces:
    """Traces of some rows; of the texts alone."""

    folder: Path | None = None

    def __init__(self, *rows: dict[str, str | None]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def batches(self, columns: Sequence[str] = TRACE_SCHEMA.names) -> Iterator[pa.RecordBatch]:
        for row in self._rows:  # a batch each
            yield pa.RecordBatch.from_pydict(
                {name: pa.array([row.get(name)], TRACE_SCHEMA.field(name).type) for name in columns}
            )


def test_all_that_logs_name_is_known_without_domains() -> None:
    traces = Traces(
        {"host": "ws01", "user": r"CORP\Anna", "subject": "WS02$", "source_host": r"\\Kiosk"},
        {"host": "ws01", "user": "u1001@corp.example", "source_host": "pc7.corp.example"},
        {"user": None},
    )
    names = names_of(["dc01", "ws01", "10.0.0.5"], traces)
    assert names.hosts == {"dc01", "ws01", "ws02", "kiosk", "pc7"}
    assert names.accounts == {"anna", "u1001"}


def test_what_is_called_alike_everywhere_is_no_name() -> None:
    rows: list[dict[str, str | None]] = [
        {"user": user, "source_host": host}
        for user, host in (
            ("SYSTEM", "-"),
            (r"Window Manager\DWM-1", "localhost"),
            ("S-1-5-21-1-2-3-500", "fe80::1"),
            ("ANONYMOUS LOGON", "10.0.0.7"),
        )
    ]
    assert names_of([], Traces(*rows)) == naming.Names()


def test_of_too_many_names_the_same_ones_are_known() -> None:
    naming_limit = naming._LIMIT
    many = [f"h{number}" for number in range(naming_limit + 10)]
    one, other = names_of(many, Traces()), names_of(reversed(many), Traces())
    assert one == other
    assert len(one.hosts) == naming_limit
