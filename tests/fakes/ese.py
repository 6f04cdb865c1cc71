"""A small ESE database written from nothing: one page a table, fixed, variable and tagged columns.

Enough for a reader to find its catalogue, tables and records; no indexes, logs or checksums.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass

PAGE = 8192
LONG, DATETIME, BINARY, LONG_BINARY, LONG_TEXT, UNSIGNED_LONG, GUID, UNSIGNED_SHORT = (
    4, 8, 9, 11, 12, 14, 16, 17,
)  # fmt: skip
_SIZES = {1: 1, 3: 2, LONG: 4, DATETIME: 8, UNSIGNED_LONG: 4, GUID: 16, UNSIGNED_SHORT: 2}
_UNICODE = 1200
_ROOT_LEAF = 0x0803  # root, leaf, tagged fields in the newer format
_CATALOGUE_PAGE = 4


@dataclass(frozen=True)
class Column:
    """A column: numbers up to 127 are fixed, from 128 variable, from 256 tagged."""

    number: int
    name: str
    kind: int


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, object], ...]


def database(*tables: Table) -> bytes:
    """The whole file."""
    rows = []
    for number, table in enumerate(tables, start=1):
        page = _CATALOGUE_PAGE + number
        rows.append(_catalogue_row(number, 1, number, page, table.name))
        rows += [
            _catalogue_row(number, 2, column.number, column.kind, column.name)
            for column in table.columns
        ]
    pages = [bytes(PAGE)] * (_CATALOGUE_PAGE - 1) + [_page(rows)]
    pages += [_page([_record(table.columns, row) for row in table.rows]) for table in tables]
    head = bytearray(PAGE)
    struct.pack_into("<II", head, 4, 0x89ABCDEF, 0x620)
    struct.pack_into("<I", head, 232, 20)  # format revision
    struct.pack_into("<I", head, 236, PAGE)
    return bytes(head) * 2 + b"".join(pages)


def _page(records: list[bytes]) -> bytes:
    """A root page that is the only leaf; tags grow from its end."""
    data, tags = bytearray(bytes(16)), [(0, 16)]  # the first tag is the page's own
    for number, record in enumerate(records):
        key = struct.pack(">I", number)
        tags.append((len(data), 2 + len(key) + len(record)))
        data += struct.pack("<H", len(key)) + key + record
    head = struct.pack("<QQIIIHHHHI", 0, 0, 0, 0, 0, 0, 0, len(data), len(tags), _ROOT_LEAF)
    page = bytearray((head + data).ljust(PAGE, b"\0"))
    assert len(head) + len(data) + 4 * len(tags) <= PAGE
    for number, (offset, size) in enumerate(tags):
        struct.pack_into("<HH", page, PAGE - 4 * (number + 1), size, offset)
    return bytes(page)


def _record(columns: tuple[Column, ...], row: dict[str, object]) -> bytes:
    values = {column.number: _bytes(column.kind, row.get(column.name)) for column in columns}
    fixed = [column for column in columns if column.number < 128]
    bits, body = 0, b""
    for column in fixed:
        value = values[column.number]
        bits |= (value is None) << (column.number - 1)
        body += value if value is not None else bytes(_SIZES[column.kind])
    nulls = bits.to_bytes((len(fixed) + 7) // 8, "little")
    ends, variable = [], b""
    for column in [column for column in columns if 128 <= column.number < 256]:
        value = values[column.number]
        variable += value or b""
        ends.append(len(variable) | (0x8000 if value is None else 0))
    head = struct.pack("<BBH", len(fixed), 127 + len(ends), 4 + len(body) + len(nulls))
    offsets = struct.pack(f"<{len(ends)}H", *ends)
    return head + body + nulls + offsets + variable + _tagged(columns, values)


def _tagged(columns: tuple[Column, ...], values: dict[int, bytes | None]) -> bytes:
    given = [
        (column, value)
        for column in columns
        if column.number >= 256 and (value := values[column.number]) is not None
    ]
    fields, data = b"", b""
    for column, value in given:
        is_long = column.kind in {LONG_TEXT, LONG_BINARY}
        offset = 4 * len(given) + len(data)
        fields += struct.pack("<HH", column.number, offset | (0x4000 if is_long else 0))
        data += (b"\1" if is_long else b"") + value
    return fields + data


def _bytes(kind: int, value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return value.to_bytes(_SIZES[kind], "little")
    if kind == GUID:
        return uuid.UUID(str(value)).bytes_le
    return str(value).encode("utf-16-le")


_CATALOGUE = (
    Column(1, "ObjidTable", LONG),
    Column(2, "Type", 3),
    Column(3, "Id", LONG),
    Column(4, "ColtypOrPgnoFDP", LONG),
    Column(5, "SpaceUsage", LONG),
    Column(6, "Flags", LONG),
    Column(7, "PagesOrLocale", LONG),
    Column(128, "Name", BINARY),
)


def _catalogue_row(table: int, kind: int, number: int, place: int, name: str) -> bytes:
    row: dict[str, object] = {
        "ObjidTable": table,
        "Type": kind,
        "Id": number,
        "ColtypOrPgnoFDP": place,
        "SpaceUsage": 0,
        "Flags": 0,
        "PagesOrLocale": _UNICODE,
        "Name": name.encode("ascii"),
    }
    return _record(_CATALOGUE, row)
