"""Matches of an earlier hunt, read back from ``matches.jsonl``: a line that is none is counted, not fatal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.model.names import NO_NAMES, Names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEEDED: Final = ("rule.id", "rule.title", "rule.level", "event.id", "fields")
_LINE_LIMIT: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One match as its line says it; "" and None where it says nothing."""

    rule: str
    title: str
    level: str
    event: str
    host: str
    user: str
    channel: str
    fingerprint: str
    time: str
    event_code: int | None
    fields: dict[str, Any]


@dataclass(slots=True)
class MatchLines:
    """The lines of a file. ``damaged`` counts those that are no match, once they have been read."""

    path: Path
    damaged: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[MatchLine]:
        """Yield the matches; raise UsageError where the file cannot be read."""
        try:
            with self.path.open("rb") as stream:
                while line := stream.readline(_LINE_LIMIT):
                    match = _match(line)
                    if match is not None:
                        yield match
                    elif line.strip():
                        self.damaged += 1
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror or error}") from None


def names_beside(matches: Path) -> Names:
    """Return the names of hosts and accounts that the hunt met: ``summary.json`` beside its matches has them.

    None are known where there is no such file: then shapes are as of matches alone.
    """
    try:
        told = orjson.loads(matches.with_name("summary.json").read_bytes())["names"]
        return Names(*(frozenset(map(str, told[kind])) for kind in ("hosts", "accounts")))
    except (OSError, ValueError, KeyError, TypeError):
        return NO_NAMES


def _match(line: bytes) -> MatchLine | None:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(row, dict) or any(row.get(name) is None for name in _NEEDED):
        return None
    if not isinstance(row["fields"], dict):
        return None
    code = row.get("event.code")
    return MatchLine(
        rule=_text(row, "rule.id"),
        title=_text(row, "rule.title"),
        level=_text(row, "rule.level"),
        event=_text(row, "event.id"),
        host=_text(row, "host.name"),
        user=_text(row, "user.name"),
        channel=_text(row, "channel"),
        fingerprint=_text(row, "event.fingerprint"),
        time=_text(row, "@timestamp"),
        event_code=code if isinstance(code, int) else None,
        fields=row["fields"],
    )


def _text(row: dict[str, Any], name: str) -> str:
    return str(row.get(name) or "")
