"""Records of User Access Logging as events of the dataset ``windows.user_access``."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.model.build import Event
from gamekeeper.sources.windows_state.clock import date_of, is_time

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNEL: Final = "Gamekeeper-State/UserAccess"
_DAY: Final = re.compile(r"Day([1-9][0-9]{0,2})")
_DAYS: Final = 366
_ADDRESS_BYTES: Final = (4, 16)


def event_of(source: int, number: int, table: str, values: Mapping[str, Any]) -> Event:
    """Return the event of one record; ``number`` counts the file's records, for want of an offset."""
    data = [("Table", table)]
    days: list[tuple[int, int]] = []
    for name, value in values.items():
        if (day := _DAY.fullmatch(name)) is not None and int(day[1]) <= _DAYS:
            if isinstance(value, int) and value > 0:
                days.append((int(day[1]), value))
        elif value is not None:
            data.append((name, _text(name, value)))
    role = content.load_yaml("user_access.yml")["roles"].get(_role(values.get("RoleGuid")))
    if role and "RoleName" not in values:
        data.append(("RoleName", role))
    if days:
        data.append(("Days", _dated(sorted(days), values.get("LastAccess"))))
    return Event(
        source,
        number,
        record_id=number,
        filetime=_filetime(values),
        system={"Channel": CHANNEL},
        data=data,
    )


def _role(guid: object) -> str:
    return guid.strip("{}").lower() if isinstance(guid, str) else ""


def _filetime(values: Mapping[str, Any]) -> int | None:
    for name in content.load_yaml("user_access.yml")["times"]:
        value = values.get(name)
        if is_time(value):
            return value
    return None


def _text(name: str, value: object) -> str:
    if isinstance(value, dict):  # bytes
        return _bytes(name, bytes.fromhex(value["hex"]))
    if name in content.load_yaml("user_access.yml")["times"] and is_time(value):
        return _time(value)
    return str(value)


def _bytes(name: str, value: bytes) -> str:
    """Return an address as people write it, other bytes in hexadecimal."""
    if name == "Address" and len(value) in _ADDRESS_BYTES:
        return str(ipaddress.ip_address(value))
    return value.hex().upper()


def _time(filetime: int) -> str:
    return f"{date_of(filetime):%Y-%m-%dT%H:%M:%S}.{filetime % 10_000_000:07d}Z"


def _dated(days: list[tuple[int, int]], last: object) -> str:
    """Return days with their counts: dates where the last access says the year, else days of the year."""
    named = [str(day) for day, _ in days]
    if is_time(last):
        first = date_of(last).replace(month=1, day=1)
        named = [f"{first + timedelta(days=day - 1):%Y-%m-%d}" for day, _ in days]
    return " ".join(f"{name}={count}" for name, (_, count) in zip(named, days, strict=True))
