"""A stand-in for ``dissect.database``: databases whose tables are JSON behind the mark of ESE.

Written into a folder, it is the package that the reader's process imports. It shows what we do with what a
reader gives; how the real one reads real files is not ours to test.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

MARK = bytes(4) + b"\xef\xcd\xab\x89"
_PACKAGE = """
    import base64, json, os, time
    from types import SimpleNamespace
    from dissect.database.exception import Error

    def value(given):
        if given == "raise":
            raise IndexError("beyond the page")
        return base64.b64decode(given["bytes"]) if isinstance(given, dict) else given

    class Record:
        def __init__(self, row):
            self.row = row

        def get(self, name):
            return value(self.row.get(name))

    class Table:
        def __init__(self, name, rows):
            self.name, self.rows = name, rows
            names = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
            self.columns = [SimpleNamespace(name=name) for name in names]

        def records(self):
            for row in self.rows:
                if row == "raise":
                    raise Error("a damaged page")
                if row == "hang":
                    time.sleep(600)
                if row == "exit":
                    os._exit(9)
                while row == "circle":
                    yield Record({})
                yield Record(row)

    class ESE:
        def __init__(self, stream):
            self.data = stream.read()[8:]
            if not self.data:
                raise Error("no catalogue")

        def tables(self):
            return [Table(name, rows) for name, rows in json.loads(self.data).items()]
"""


def install(folder: Path) -> Path:
    """Write the package; return the folder to import from."""
    ese = folder / "dissect" / "database" / "ese"
    ese.mkdir(parents=True)
    (ese.parent / "__init__.py").write_text("")
    (ese.parent / "exception.py").write_text("class Error(Exception): pass\n")
    (ese / "__init__.py").write_text("")
    (ese / "ese.py").write_text(textwrap.dedent(_PACKAGE))
    return folder


def database(tables: dict[str, list[Any]] | None) -> bytes:
    """A database; None is one that is damaged as a whole."""
    return MARK + (json.dumps(tables).encode() if tables is not None else b"")
