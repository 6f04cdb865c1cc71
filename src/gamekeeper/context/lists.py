"""A list that a person named, as rows: the one door to CSV and YAML alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.context import csv_rows, yaml_rows
from gamekeeper.context.rows import Columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.context.rows import Given, Names, Remarks, Row


def read_rows(given: Given, names: Names, remarks: Remarks) -> Iterator[Row]:
    """Yield the rows of a list that name what they are about: the first of ``names``.

    Raises UsageError where the file is no list or has no such column.
    """
    columns = Columns(names)
    needed = columns.names[0]
    reader = yaml_rows.read if given.is_yaml else csv_rows.read
    for row in reader(given, given.text(remarks), columns, remarks):
        if needed in row.values:
            yield row
        else:
            remarks.add(row.line, f"the row has no {needed} and does not count")
