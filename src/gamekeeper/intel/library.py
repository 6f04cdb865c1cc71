"""The fact table in use: what a person has taken in, else the one that comes with the program.

::

    HOME/intel/attack.json            the table
    HOME/intel/attack.account.json    where it came from
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.errors import ContentError, UsageError
from gamekeeper.intel.facts import Facts, from_json, to_json
from gamekeeper.intel.stix import facts_of
from gamekeeper.rules.fetch import fetch, is_url, read_limited
from gamekeeper.rules.library import data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED: Final = "intel/attack.json"


@dataclass(frozen=True, slots=True)
class TableAccount:
    """Where a table came from, and what of the bundle is not in it."""

    source: str
    sha256: str  # of the bundle
    attack: str
    groups: int
    campaigns: int
    techniques: int
    left_out: Mapping[str, int]
    installed_at: str  # UTC


@dataclass(frozen=True, slots=True)
class Library:
    """A table and where it came from; ``remark`` says why a table that was taken in is not used."""

    facts: Facts
    origin: str
    remark: str = ""


def update(
    from_: str, home: Path | None = None, *, sha256: str = "", version: str = ""
) -> TableAccount:
    """Take in a bundle from an address or a file, in place of the table before.

    Raises UsageError, and leaves what was there, if the bundle cannot be had, is not the one that
    ``sha256`` names, or is no ATT&CK bundle.
    """
    data = fetch(from_) if is_url(from_) else read_limited(Path(from_))
    digest = hashlib.sha256(data).hexdigest()
    if sha256 and digest != sha256.strip().lower():
        raise UsageError(f"{from_} is not the bundle wanted: its SHA-256 is {digest}")
    taken = facts_of(data, from_, version=version)
    account = TableAccount(
        source=from_,
        sha256=digest,
        attack=taken.facts.attack,
        groups=len(taken.facts.groups),
        campaigns=len(taken.facts.campaigns),
        techniques=len(taken.facts.techniques),
        left_out=taken.left_out,
        installed_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder = _folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / "attack.json", to_json(taken.facts))
        _replace(folder / "attack.account.json", json.dumps(asdict(account), indent=2).encode())
    except OSError as error:
        raise UsageError(f"{folder} cannot take the facts: {error.strerror}") from error
    return account


def library(home: Path | None = None) -> Library:
    """Return the table in use; a damaged one that was taken in does not count, and is named."""
    path = _folder(home) / "attack.json"
    try:
        return Library(from_json(path.read_bytes(), str(path)), str(path))
    except FileNotFoundError:
        return Library(shipped(), "shipped")
    except (OSError, ContentError) as error:
        return Library(shipped(), "shipped", remark=f"not used: {error}")


@cache
def shipped() -> Facts:
    """Return the table that comes with the program."""
    return from_json(content.read_bytes(SHIPPED), SHIPPED)


def _folder(home: Path | None) -> Path:
    return (home if home is not None else data_folder()) / "intel"


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)
