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

#: Reason and detail of a member that nobody wanted.
UNRECOGNISED: Final = ("unrecognised", "it is in no format that is known, and was not unpacked")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container: its bytes as a stream to be read at once, or spooled already."""

    name: str  # as the container spells it, with all its tricks
    stream: MemberStream | None = None
    spooled: Path | None = None
    is_chosen: bool = False  # a :data:`Wanted` has been asked already


@dataclass(frozen=True, slots=True)
class Fault:
    """A member that is not opened, or with no name the rest of the container."""

    name: str
    reason: str
    detail: str
