"""Assets: which hosts matter, and how much. Looked up by name, short name, address, network and pattern."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from gamekeeper.context.lists import read_rows
from gamekeeper.context.rows import Given, Remarks, Row, load
from gamekeeper.model.context import CRITICALITY_NAMES, PURDUE_LEVELS, Asset
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.wildcards import compiled, is_pattern
from gamekeeper.settings import near

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gamekeeper.model.context import GivenFile

_COLUMNS: Final = {
    "host": ("hostname", "computer", "computername", "name", "address", "ip", "ipaddress"),
    "role": ("function",),
    "criticality": ("crit",),
    "purdue": ("purduelevel", "level"),
    "sector": (),
    "site": ("location",),
    "owner": (),
}
_NUMBERS: Final = {word: number for number, word in CRITICALITY_NAMES.items()}
#: Each is asked of every distinct name that nothing closer means.
_PATTERNS_LIMIT: Final = 2_000

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Assets:
    """The rows of all asset lists. Of several that mean a host the closest counts: its full name, its
    short name, its address, the smallest network, then the first pattern."""

    def __init__(self) -> None:
        self.files: list[GivenFile] = []
        self._exact: dict[str, tuple[Asset, str]] = {}  # folded host -> asset, where it stands
        self._short: dict[str, Asset | None] = {}  # None: several hosts share the short name
        self._networks: list[tuple[_Network, Asset]] = []
        self._patterns: list[tuple[re.Pattern[str], Asset]] = []

    @classmethod
    def read(cls, paths: Iterable[str | Path]) -> Assets:
        """Return the assets of these lists; raise UsageError where one is no list of assets."""
        assets = cls()
        for path in paths:
            assets._add(load(path, "assets"))
        assets._networks.sort(key=lambda pair: -pair[0].prefixlen)
        return assets

    def __len__(self) -> int:
        return sum(file.entries for file in self.files)

    def lookup(self, hosts: Sequence[str]) -> list[Asset | None]:
        """Return the asset of each of some distinct host names or addresses, None where no row means it."""
        return [self._of(host) for host in hosts]

    def by_name(self) -> dict[str, Asset]:
        """Return the rows that name one host by its name, in their order; no pattern, address or network."""
        return {
            asset.host: asset
            for key, (asset, _) in self._exact.items()
            if not is_pattern(key) and _network(key) is None
        }

    def _add(self, given: Given) -> None:
        remarks, count = Remarks(), 0
        for row in read_rows(given, _COLUMNS, remarks):
            count += self._take(_asset(row, remarks), row, given, remarks)
        self.files.append(given.account(count, remarks))

    def _take(self, asset: Asset, row: Row, given: Given, remarks: Remarks) -> bool:
        key = fold(asset.host)
        known = self._exact.get(key)
        if known is not None:
            remarks.add(row.line, f"{asset.host} stands already at {known[1]}, which counts")
            return False
        if is_pattern(key) and len(self._patterns) >= _PATTERNS_LIMIT:
            remarks.add(row.line, f"more than {_PATTERNS_LIMIT} patterns; this one does not count")
            return False
        network = _network(key)
        if network is None and "/" in key:
            remarks.add(row.line, f"{asset.host!r} is no network; write 10.1.0.0/16")
            return False
        self._exact[key] = (asset, f"{given.path.name}, line {row.line}")
        if network is not None:
            self._networks.append((network, asset))
        elif is_pattern(key):
            self._patterns.append((compiled((key,)), asset))
        else:
            short = short_host(key)
            self._short[short] = asset if short not in self._short else None
        return True

    def _of(self, host: str) -> Asset | None:
        key = fold(host.strip())
        if not key:
            return None
        exact = self._exact.get(key)
        if exact is not None:
            return exact[0]
        return self._by_short_name(key) or self._by_network(key) or self._by_pattern(key)

    def _by_short_name(self, key: str) -> Asset | None:
        """Let ``dc01`` mean ``dc01.corp.example`` and the other way round, unless two domains have one."""
        short = short_host(key)
        if short != key:
            named = self._exact.get(short)
            return named[0] if named else None
        return self._short.get(key)

    def _by_network(self, key: str) -> Asset | None:
        address = _address(key) if self._networks else None
        if address is None:
            return None
        return next((asset for network, asset in self._networks if address in network), None)

    def _by_pattern(self, key: str) -> Asset | None:
        names = (key, short_host(key))
        return next(
            (
                asset
                for pattern, asset in self._patterns
                if any(pattern.fullmatch(name) for name in names)
            ),
            None,
        )


def _address(key: str) -> _IPAddress | None:
    try:
        return ipaddress.ip_address(key)
    except ValueError:
        return None


def _network(key: str) -> _Network | None:
    if "/" not in key:
        return None
    try:
        return ipaddress.ip_network(key, strict=False)
    except ValueError:
        return None


def _asset(row: Row, remarks: Remarks) -> Asset:
    values = dict(row.values)
    criticality = _criticality(values.pop("criticality", ""), row, remarks)
    purdue = _purdue(values.pop("purdue", ""), row, remarks)
    return Asset(**values, criticality=criticality, purdue=purdue)


def _criticality(text: str, row: Row, remarks: Remarks) -> int | None:
    word = fold(text)
    if not word:
        return None
    number = _NUMBERS.get(word) or (int(word) if word in {"1", "2", "3", "4", "5"} else None)
    if number is None:
        words = ", ".join(_NUMBERS)
        remarks.add(
            row.line,
            f"{text[:80]!r} is no criticality (1 to 5, or {words}){near(word, _NUMBERS)}; "
            "the host counts as one without",
        )
    return number


def _purdue(text: str, row: Row, remarks: Remarks) -> str:
    level = fold(text).removeprefix("level").removeprefix("l").strip().replace(",", ".")
    if not level or level in PURDUE_LEVELS:
        return level
    known = ", ".join(PURDUE_LEVELS)
    remarks.add(row.line, f"{text[:80]!r} is no Purdue level ({known}) and does not count")
    return ""
