"""Where addresses are, from MaxMind-format files that the user gives. Nothing is asked of any network.

Several files complete each other (one has countries, another networks): for each answer the first that has
one counts. Addresses that no such file can know, private ones above all, are not looked up.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from gamekeeper.errors import UsageError
from gamekeeper.model.context import AddressPlace, GivenFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

_PIECE: Final = 1 << 20
#: Where makers of such files put their answers: paths of keys, the first that holds something counts.
_COUNTRY: Final = (("country", "iso_code"), ("registered_country", "iso_code"), ("country_code",))
_ASN: Final = (("autonomous_system_number",), ("asn",))
_ORGANISATION: Final = (("autonomous_system_organization",), ("as_name",), ("organization",))
_TEXT_LIMIT: Final = 200


class GeoIp:
    """Open databases. Use it in a ``with`` statement, or close it."""

    def __init__(self, paths: Iterable[str | Path]) -> None:
        """Open the files; raise UsageError where one is no such database."""
        self._readers: list[tuple[str, Any]] = []
        self._described: list[GivenFile] = []
        self._damaged: dict[str, int] = {}
        for path in paths:
            self._open(Path(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        for _, reader in self._readers:
            reader.close()
        self._readers.clear()

    @property
    def files(self) -> list[GivenFile]:
        """The files, with what went wrong in them so far."""
        return [
            GivenFile(f.path, f.kind, f.sha256, f.entries, (*f.remarks, *self._faults(f.path)))
            for f in self._described
        ]

    def lookup(self, addresses: Iterable[str]) -> dict[str, AddressPlace]:
        """Return what is known of distinct addresses, by the address as it was given.

        What is no public address, and what no file knows, is not in the answer.
        """
        found = {}
        for text in addresses:
            address = public(text)
            if address is not None:
                place = self._place(text, address)
                if place is not None:
                    found[text] = place
        return found

    def _open(self, path: Path) -> None:
        import maxminddb  # noqa: PLC0415 - few hunts need it

        if not path.is_file():
            raise UsageError(f"{path} is no file; give a database in MaxMind's format (.mmdb)")
        try:
            reader = maxminddb.open_database(str(path))
            about = reader.metadata()
            kind, built = str(about.database_type), int(about.build_epoch)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
        except (maxminddb.InvalidDatabaseError, ValueError, TypeError, KeyError, UnicodeError):
            raise UsageError(
                f"{path} is no database in MaxMind's format, or a damaged one; fetch it anew"
            ) from None
        self._readers.append((str(path), reader))
        remark = f"{kind[:80]}, built {_day(built)}"
        self._described.append(GivenFile(str(path), "geoip", _sha256(path), 0, (remark,)))

    def _faults(self, path: str) -> Iterator[str]:
        if path in self._damaged:
            yield f"it is damaged: {self._damaged[path]:,} lookups failed; fetch it anew"

    def _place(self, text: str, address: str) -> AddressPlace | None:
        country, organisation, asn = "", "", None
        for path, reader in self._readers:
            record = self._record(path, reader, address)
            country = country or _text(record, _COUNTRY)
            organisation = organisation or _text(record, _ORGANISATION)
            asn = _asn(record) if asn is None else asn
        if not country and not organisation and asn is None:
            return None
        return AddressPlace(text, country, asn, organisation)

    def _record(self, path: str, reader: Any, address: str) -> dict[Any, Any]:  # noqa: ANN401
        import maxminddb  # noqa: PLC0415

        try:
            record = reader.get(address)
        except (maxminddb.InvalidDatabaseError, UnicodeError, RecursionError, IndexError):
            self._damaged[path] = self._damaged.get(path, 0) + 1
            return {}
        except ValueError:  # a file of IPv4 is asked for IPv6
            return {}
        return record if isinstance(record, dict) else {}


def public(text: str) -> str | None:
    """Return an address as databases know it, or None where it is none, or one of no public network.

    >>> public("::ffff:8.8.8.8"), public("10.0.0.1"), public("nobody")
    ('8.8.8.8', None, None)
    """
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(address) if address.is_global and not address.is_multicast else None


def _held(record: dict[Any, Any], keys: tuple[str, ...]) -> object:
    value: object = record
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(record: dict[Any, Any], places: tuple[tuple[str, ...], ...]) -> str:
    values = (_held(record, keys) for keys in places)
    return next((v[:_TEXT_LIMIT] for v in values if isinstance(v, str) and v), "")


def _asn(record: dict[Any, Any]) -> int | None:
    for value in (_held(record, keys) for keys in _ASN):
        text = str(value).upper().removeprefix("AS")
        if isinstance(value, int | str) and text.isascii() and text.isdecimal():
            return int(text[:10])
    return None


def _day(epoch: int) -> str:
    try:
        return datetime.fromtimestamp(epoch, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return "on no day that a calendar has"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
