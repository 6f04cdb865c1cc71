"""What a container gives: its members, one after another, or why it does not give one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.sources.containers.streams import MemberStream

#: Tells by the first bytes and the name whether a member is worth spooling.
Wanted = Callable[[bytes, str], bool]

#: 1970-01-01 as a FILETIME.
_UNIX_EPOCH: Final = 116_444_736_000_000_000
#: Reason and detail of a member that nobody wanted.
UNRECOGNISED: Final = ("unrecognised", "it is in no format that is known, and was not unpacked")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container: its bytes as a stream to be read at once, or spooled already."""

    name: str  # as the container spells it, with all its tricks
    stream: MemberStream | None = None
    spooled: Path | None = None
    is_chosen: bool = False  # a :data:`Wanted` has been asked already
    modified: int | None = None  # FILETIME, where the container tells it in universal time


def filetime_of(unix_s: float) -> int | None:
    """Return a time of a container as a FILETIME; zero and what lies before are no times that one sets."""
    return int(unix_s) * 10_000_000 + _UNIX_EPOCH if unix_s > 0 else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A member that is not opened, or with no name the rest of the container."""

    name: str
    reason: str
    detail: str
