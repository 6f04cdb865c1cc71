"""What selections say, remembered by their text: Sigma's parser takes a second to load and seldom has news.

Memory is kept on disk for a set of files; damage or a newer parser means that they are parsed again.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from gamekeeper.rules import cache
from gamekeeper.rules.ir import LogSource, Node, Rule, RuleSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: The values of each placeholder, by its name.
Values = tuple[tuple[str, tuple[str, ...]], ...]

_known: Final[dict[str, tuple[LogSource, Node]]] = {}


def selection(logsource: object, detection: object, lists: Values = ()) -> tuple[LogSource, Node]:
    """Return where and what a selection asks; raise RuleError where it makes no sense.

    ``lists`` are the values of its placeholders.
    """
    key = _key(logsource, detection, lists)
    if key not in _known:
        from gamekeeper.rules.parse import parse_selection  # noqa: PLC0415 - what is known needs no parser

        _known[key] = parse_selection(logsource, detection, dict(lists))
    return _known[key]


def _key(logsource: object, detection: object, lists: Values) -> str:
    stated = [logsource, detection, *([lists] if lists else [])]
    text = json.dumps(stated, default=repr, skipkeys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """Return what names a set of files by name and content."""
    total = hashlib.sha256()
    for name, data in files:
        for part in (name.encode("utf-8", "surrogatepass"), data):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def recall(folder: Path, digest: str) -> bool:
    """Take what was kept for a set of files; say whether there was anything."""
    kept = cache.read(folder, digest)
    if kept is None:
        return False
    _known.update({rule.id: (rule.logsource, rule.condition) for rule in kept.rules})
    return True


def keep(folder: Path, digest: str) -> None:
    """Keep all that is known for a set of files."""
    rules = tuple(
        Rule(key, "", "", "", source, condition)
        for key, (source, condition) in sorted(_known.items())
    )
    cache.write(folder, RuleSet(rules, digest=digest))
