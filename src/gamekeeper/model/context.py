"""What people know about their own network, as they wrote it down: assets, accounts, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Words for criticality, by their number.
CRITICALITY_NAMES: Final = {1: "minimal", 2: "low", 3: "medium", 4: "high", 5: "critical"}
#: Levels of the Purdue model, from the process itself to the outside.
PURDUE_LEVELS: Final = ("0", "1", "2", "3", "3.5", "4", "5")
#: What an account is for.
ACCOUNT_KINDS: Final = ("admin", "service", "vendor", "user", "appliance")


@dataclass(frozen=True, slots=True)
class Asset:
    """One row of an asset list; "" and None where the list says nothing."""

    host: str  # as written: a name, a pattern, an address or a network
    role: str = ""
    criticality: int | None = None  # 1 (minimal) to 5 (critical)
    purdue: str = ""  # one of PURDUE_LEVELS
    sector: str = ""
    site: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One row of an account list."""

    account: str  # as written: a name, DOMAIN\\name, a SID or a pattern
    kind: str  # one of ACCOUNT_KINDS
    note: str = ""


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """Where an address is, as files of the user's say; "" and None where they say nothing."""

    address: str
    country: str = ""  # ISO 3166, two letters
    asn: int | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One file of context, accounted for: what was read from it, and what was wrong in it."""

    path: str
    kind: str  # assets, accounts, geoip, allow
    sha256: str
    entries: int  # rows that count; for geoip, networks are not counted: 0
    remarks: tuple[str, ...] = ()  # one sentence each, with the line where there is one
