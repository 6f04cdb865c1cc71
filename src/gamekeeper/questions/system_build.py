"""What EventLog 6013 carries about a system: its name and build as binary text, its time zone as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_BUILD: Final = re.compile(r"(\d+(?:\.\d+)+)\s+Build\s+\d+")
_ZONE: Final = re.compile(r"(-?\d{1,4}) (.+)", re.DOTALL)
#: Characters of a name that are believed.
_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class System:
    """A system's name (Windows 10 Enterprise) and version (10.0.17763), each None where it is not said."""

    name: str | None = None
    version: str | None = None


def named_system(binary: str | None) -> System:
    """Return what the binary part of 6013 says; it is hexadecimal, UTF-16, its parts end with NUL.

    >>> named_system("310000005700380000003600" + "2e0031002000420075" + "0069006c00640020003700000000")
    System(name='W8', version='6.1')
    """
    try:
        raw = bytes.fromhex(binary or "")
    except ValueError:
        return System()
    parts = raw.decode("utf-16-le", "replace").split("\0")
    for before, part in pairwise(parts):
        build = _BUILD.match(part)
        if build:
            return System(before.strip()[:_LIMIT] or None, build[1])
    return System()


def time_zone(said: str | None) -> str | None:
    """Return a time zone with its offset from UTC; Windows counts minutes westwards.

    >>> time_zone("480 Pacific Standard Time")
    'Pacific Standard Time (-08:00)'
    """
    parts = _ZONE.fullmatch(said or "")
    if parts is None:
        return None
    minutes = -int(parts[1])
    hours, rest = divmod(abs(minutes), 60)
    return f"{parts[2][:_LIMIT]} ({'-' if minutes < 0 else '+'}{hours:02}:{rest:02})"
