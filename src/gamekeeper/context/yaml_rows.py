"""Rows of a YAML file: a list of maps, or a map with one such list.

Values are taken as they are written, so that ``criticality: 5`` and ``purdue: 3.5`` need no quotes. Anchors
and aliases are refused: a list needs none, and they make small files large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from gamekeeper.context.rows import Row
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.context.rows import Columns, Given, Remarks

_DEPTH_LIMIT: Final = 8
_EMPTY: Final = frozenset({"", "~", "null"})


def read(given: Given, text: str, columns: Columns, remarks: Remarks) -> Iterator[Row]:
    """Yield the rows; raise UsageError where the file is no list of maps."""
    try:
        _check(given, text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise given.error(f"it is no YAML: {error.problem}", line) from None
    except yaml.YAMLError as error:
        raise given.error(f"it is no YAML: {str(error).splitlines()[0]}") from None
    for node in _items(given, root):
        if isinstance(node, yaml.MappingNode):
            yield _row(node, columns, remarks)
        else:
            remarks.add(_line(node), "an entry that is no map does not count")


def _check(given: Given, text: str) -> None:
    """Walk the flat events first: the composer recurses in C."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH_LIMIT:
            raise given.error(f"it is nested deeper than {_DEPTH_LIMIT} levels", line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise given.error("anchors and aliases (& and *) are not read here", line)


def _items(given: Given, root: yaml.Node | None) -> list[yaml.Node]:
    if root is None:
        raise given.error("there is nothing in it")
    if isinstance(root, yaml.MappingNode):
        lists = [value for _, value in root.value if isinstance(value, yaml.SequenceNode)]
        root = lists[0] if len(root.value) == len(lists) == 1 else root
    if not isinstance(root, yaml.SequenceNode):
        raise given.error("it is no list of maps; write '- host: ...' and so on", _line(root))
    return list(root.value)


def _row(node: yaml.MappingNode, columns: Columns, remarks: Remarks) -> Row:
    values: dict[str, str] = {}
    for key, value in node.value:
        written = key.value if isinstance(key, yaml.ScalarNode) else "?"
        column = columns.of(written)
        if column is None:
            remarks.add(_line(key), columns.unknown(written))
        elif column in values:
            remarks.add(_line(key), f"the column {column} stands twice; the first one counts")
        elif not isinstance(value, yaml.ScalarNode):
            remarks.add(_line(key), f"{column} has to be one text; it does not count")
        elif fold(value.value.strip()) not in _EMPTY:
            values[column] = value.value.strip()
    return Row(_line(node), values)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
