"""What a Sigma document states about itself, as clean text: a rule file is somebody else's."""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from gamekeeper.model.findings import LEVELS

#: Level of a rule that states none, or one that Sigma does not know.
DEFAULT_LEVEL = "medium"
_TEXT_LIMIT = 20_000
_LIST_LIMIT = 1_000


def identity(document: dict[Any, Any]) -> str:
    """Return the id of a document: its own, or one made from its content."""
    stated = text(document.get("id"))
    try:
        return str(UUID(stated))
    except ValueError:
        if stated:
            return stated
    content = json.dumps(document, default=str, skipkeys=True)
    return str(uuid5(NAMESPACE_URL, f"sigma-rule:{content}"))


def level(document: dict[Any, Any]) -> str:
    """Return the level of a document."""
    stated = text(document.get("level")).lower()
    return stated if stated in LEVELS else DEFAULT_LEVEL


def text(value: object) -> str:
    """Return a value as text of bounded length that any output can encode."""
    if value is None or isinstance(value, dict | list):
        return ""
    found = str(value).strip()[:_TEXT_LIMIT]
    # YAML escapes can write lone surrogates, which no output could encode.
    return found.encode("utf-8", "replace").decode()


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, or of one value."""
    values = value if isinstance(value, list) else [value]
    return tuple(found for found in map(text, values[:_LIST_LIMIT]) if found)
