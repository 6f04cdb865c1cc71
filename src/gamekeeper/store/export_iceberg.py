"""Exported files as Apache Iceberg tables: one a dataset, in a catalogue of their own beside them."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING, Final

from pyiceberg.catalog.sql import SqlCatalog

from gamekeeper.store.sql import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from gamekeeper.store.export import Placed

NAMESPACE: Final = "gamekeeper"
# It warns about every column whose least and greatest values the files do not name.
logging.getLogger("pyiceberg").setLevel(logging.ERROR)


def register(root: Path, dataset: str, schema: pa.Schema, files: Sequence[Placed]) -> None:
    """Make the table ``gamekeeper.<dataset>`` in ``root/catalog.sqlite``."""
    place = root.absolute()
    catalog = SqlCatalog(
        "case", uri=f"sqlite:///{place / 'catalog.sqlite'}", warehouse=place.as_uri()
    )
    with closing(catalog):
        catalog.create_namespace_if_not_exists(NAMESPACE)
        table = catalog.create_table(f"{NAMESPACE}.{table_of(dataset)}", schema)
        table.add_files([one.path.absolute().as_uri() for one in files])
