"""Where the keys of a rule stand in its file, and which keys are written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TEXT_TAG = "tag:yaml.org,2002:str"


class Place(NamedTuple):
    """A line and a column, counted from one; zero where they are not known."""

    line: int = 0
    column: int = 0


class Places:
    """The nodes of one file, which :func:`~gamekeeper.rules.documents.read_documents` has read before."""

    def __init__(self, data: bytes) -> None:
        self._documents = list(yaml.compose_all(data, Loader=yaml.CSafeLoader))

    def of(self, document: int, keys: Sequence[str]) -> Place:
        """Return where a key of a key of ... stands, or the last of them that is there."""
        if document >= len(self._documents):
            return Place()
        node = self._documents[document]
        place = _place(node)
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            place, node = _place(found[0]), found[1]
        return place

    def repeated(self, document: int) -> Iterator[tuple[str, Place, Place]]:
        """Yield keys that stand twice in one map, where YAML keeps the last: key, first, second."""
        open_nodes = [self._documents[document]]
        seen: set[int] = set()  # what an alias names is one node
        while open_nodes:
            node = open_nodes.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                yield from _repeats(node)
                open_nodes += [value for _, value in reversed(node.value)]
            elif isinstance(node, yaml.SequenceNode):
                open_nodes += reversed(node.value)


def _repeats(node: yaml.MappingNode) -> Iterator[tuple[str, Place, Place]]:
    first: dict[str, yaml.Node] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT_TAG:
            continue
        if key.value in first:
            yield key.value, _place(first[key.value]), _place(key)
        else:
            first[key.value] = key


def _child(node: yaml.Node, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return key and value of a map, or an item of a list by its number, twice."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == key:
                return name, value
    elif isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
        return node.value[int(key)], node.value[int(key)]
    return None


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
