"""An entity: one thing of the world under all of its names, and why they are taken for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple


class Kind(StrEnum):
    """What an entity is."""

    HOST = "host"
    ACCOUNT = "account"
    ADDRESS = "address"
    SESSION = "session"


class Join(NamedTuple):
    """Two names that are taken for one thing, and the rule that says so."""

    left: str
    right: str
    rule: str


class Seen(NamedTuple):
    """How often and when something was seen. Times are FILETIMEs, None where no event had one."""

    events: int = 0
    first: int | None = None
    last: int | None = None

    def and_also(self, other: Seen) -> Seen:
        """Return both together."""
        firsts = [time for time in (self.first, other.first) if time is not None]
        lasts = [time for time in (self.last, other.last) if time is not None]
        return Seen(self.events + other.events, min(firsts, default=None), max(lasts, default=None))


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing. ``names`` are all spellings that were seen, ``name`` the one to show."""

    kind: Kind
    id: str  # stable: a digest of the kind and the canonical key
    name: str
    names: tuple[str, ...]
    sids: tuple[str, ...] = ()
    first_seen: int | None = None
    last_seen: int | None = None
    events: int = 0  # events that name it
    joined: tuple[Join, ...] = ()
    notes: tuple[str, ...] = ()  # what is doubtful, in sentences


def entity_id(kind: Kind, key: str) -> str:
    """Return the id of an entity by its canonical key.

    >>> entity_id(Kind.HOST, "ws01.example.org")
    'host-99f0aee19facc4f0'
    """
    digest = blake2b(f"{kind}\x1f{key}".encode(), digest_size=8).hexdigest()
    return f"{kind}-{digest}"
