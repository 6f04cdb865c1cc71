"""Identifiers and times of STIX objects: made of what an object is, so that a rerun gives the same.

Observables take the namespace of the standard over their contributing properties, so that everybody's
object for one address is the same. All others take a namespace of our own over words that stay: an
incident's id, a place in its story.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.incidents.columns import iso_time

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Of the standard, section 2.9.
_OBSERVABLES: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
#: Ours; drawn once.
_OWN: Final = uuid.UUID("5b0f4f0e-64a5-4b0a-9c6e-7e1d0f3c2a91")
#: For incidents of which no event has a time.
NO_TIME: Final = "1970-01-01T00:00:00.000000Z"
#: Properties that make an observable what it is, by type.
_CONTRIBUTING: Final = {
    "user-account": ("account_type", "user_id", "account_login"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "domain-name": ("value",),
    "file": ("name", "parent_directory_ref"),
    "directory": ("path",),
    "windows-registry-key": ("key",),
    "network-traffic": ("src_ref", "dst_ref", "dst_port", "protocols"),
}


def own_id(kind: str, *parts: str) -> str:
    """Return the id of an object of ours.

    >>> own_id("incident", "a") == own_id("incident", "a") != own_id("incident", "b")
    True
    """
    return f"{kind}--{uuid.uuid5(_OWN, _named(kind, parts))}"


def process_id(*parts: str) -> str:
    """Return the id of a process: the standard wants one of version 4 there, as if it were drawn.

    >>> process_id("a") == process_id("a"), process_id("a")[23]
    (True, '4')
    """
    digest = uuid.uuid5(_OWN, _named("process", parts)).bytes
    return f"process--{uuid.UUID(bytes=digest, version=4)}"


def _named(kind: str, parts: tuple[str, ...]) -> str:
    return "\x1f".join(part.encode("utf-8", "backslashreplace").decode() for part in (kind, *parts))


def observable(kind: str, **properties: str | int | list[str]) -> dict[str, Any]:
    """Return an observable under its id.

    >>> observable("ipv4-addr", value="198.51.100.3")["id"]
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'
    """
    names = {name: properties[name] for name in _CONTRIBUTING[kind] if name in properties}
    # The standard asks for RFC 8785, which for texts and whole numbers is JSON without blanks, keys in order.
    canonical = json.dumps(names, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    name = uuid.uuid5(_OBSERVABLES, canonical)
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{name}", **properties}


def stamp(*filetimes: int | None) -> str:
    """Return the first time that is known as STIX writes it.

    >>> stamp(None, 134143775991234567), stamp(None)
    ('2026-01-31T23:59:59.123456Z', '1970-01-01T00:00:00.000000Z')
    """
    known = (text for time in filetimes if (text := iso_time(time)) is not None)
    return next(known, NO_TIME)


def latest(times: Iterable[str]) -> str:
    """Return the last of some stamps; all are written alike."""
    return max(times, default=NO_TIME)
