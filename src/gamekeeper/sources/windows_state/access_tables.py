"""The tables of User Access Logging, read from an ESE database and written as lines of JSON.

Runs in a process of its own, given a file (``python -m`` and this module's name): the reader of databases is
another project's, and no damage that makes it hang or die may stop a run. It is imported nowhere else.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the databases hold, apart from their own catalogue.
TABLES: Final = (
    "CLIENTS",
    "DNS",
    "ROLE_ACCESS",
    "VIRTUALMACHINES",
    "ROLE_IDS",
    "SYSTEM_IDENTITY",
    "CHAINED_DATABASES",
)
#: How reading damaged bytes goes wrong in a reader that checks little.
_DAMAGE: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    NotImplementedError,
    RecursionError,
    struct.error,
)
_SMALLEST_RECORD_BYTES: Final = 8

Line = dict[str, Any]


def lines(path: Path) -> Iterator[Line]:
    """Yield one line a record, one for every table or record that cannot be read, and an end."""
    from dissect.database.ese.ese import ESE  # noqa: PLC0415 - an extra that only this process needs
    from dissect.database.exception import Error  # noqa: PLC0415 - see above

    damage = (*_DAMAGE, Error)
    most = path.stat().st_size // _SMALLEST_RECORD_BYTES
    with path.open("rb") as stream:
        try:
            found = [table for table in ESE(stream).tables() if table.name in TABLES]
        except damage as error:
            yield {"bad": "bad_database", "why": type(error).__name__}
            found = []
        for table in found:
            yield from _records(table, most, damage)
    yield {"end": True}


def _records(table: Any, most: int, damage: tuple[type[Exception], ...]) -> Iterator[Line]:  # noqa: ANN401
    records = iter(table.records())
    for number in range(most + 1):
        try:
            record = next(records, None)
            if record is None:
                return
        except damage as error:
            yield {"bad": "bad_table", "table": table.name, "why": type(error).__name__}
            return
        if number == most:  # more records than the file has room for
            yield {"bad": "bad_table", "table": table.name, "why": "a circle of pages"}
            return
        try:
            values = {column.name: _plain(record.get(column.name)) for column in table.columns}
        except damage as error:
            yield {"bad": "bad_record", "table": table.name, "why": type(error).__name__}
        else:
            yield {"table": table.name, "values": values}


def _plain(value: object) -> object:
    """Return a value as JSON has it; bytes as an object."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"hex": bytes(value).hex()}
    return str(value)


def main() -> None:
    """Write the lines of the file that is named."""
    for line in lines(Path(sys.argv[1])):
        sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
