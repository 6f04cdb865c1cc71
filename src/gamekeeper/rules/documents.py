"""Rule files as plain Python data, read so that a hostile file costs little and breaks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from gamekeeper.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: SigmaHQ's largest rule has 40 kB; what is larger is no rule.
SIZE_LIMIT_BYTES = 1 << 20
DEPTH_LIMIT = 40
DOCUMENT_LIMIT = 2_000
#: Nodes of one document with aliases written out.
NODE_LIMIT = 100_000


class _Loader(yaml.CSafeLoader):
    """The C reader, without dates: a rule that looks for ``2026-01-31`` looks for that text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_documents(data: bytes) -> list[Any]:
    """Return the YAML documents of a file; raise RuleError where that is impossible or unwise."""
    if len(data) > SIZE_LIMIT_BYTES:
        raise RuleError(f"the file is larger than {SIZE_LIMIT_BYTES >> 20} MiB")
    try:
        _check_events(yaml.parse(data, Loader=_Loader))
        return list(yaml.load_all(data, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise RuleError(
            f"not valid YAML: {error.problem} (line {line}, column {column})",
            line=line,
            column=column,
        ) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise RuleError(f"not valid YAML: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _check_events(events: Iterable[yaml.Event]) -> None:
    """Walk the flat event stream first: the composer recurses in C, and merge keys copy what they name."""
    shape = _Shape()
    documents = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            shape.open(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            shape.close()
        elif isinstance(event, yaml.AliasEvent):
            shape.alias(event.anchor)
        elif isinstance(event, yaml.ScalarEvent):
            shape.scalar(event.anchor)
        elif isinstance(event, yaml.DocumentStartEvent):
            shape = _Shape()
            documents += 1
            if documents > DOCUMENT_LIMIT:
                raise RuleError(f"more than {DOCUMENT_LIMIT} documents in one file")


class _Shape:
    """Depth and size of one document as its nodes go by, aliases written out."""

    def __init__(self) -> None:
        self._open: list[tuple[str | None, int]] = [(None, 0)]
        self._sizes: dict[str, int] = {}

    def open(self, anchor: str | None) -> None:
        if len(self._open) > DEPTH_LIMIT:
            raise RuleError(f"nested deeper than {DEPTH_LIMIT} levels")
        self._open.append((anchor, 1))

    def close(self) -> None:
        anchor, size = self._open.pop()
        if anchor is not None:
            self._sizes[anchor] = size
        self._add(size)

    def scalar(self, anchor: str | None) -> None:
        if anchor is not None:
            self._sizes[anchor] = 1
        self._add(1)

    def alias(self, anchor: str | None) -> None:
        if any(anchor == name for name, _ in self._open):
            raise RuleError(f"the anchor &{anchor} holds itself")
        self._add(self._sizes.get(anchor or "", 1))

    def _add(self, size: int) -> None:
        anchor, total = self._open[-1]
        if total + size > NODE_LIMIT:
            raise RuleError(f"more than {NODE_LIMIT} nodes with its aliases written out")
        self._open[-1] = (anchor, total + size)
