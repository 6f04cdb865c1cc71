"""Addresses: which host had one, and from when to when that was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from gamekeeper.entities.entity import Entity, Join, Kind, Seen, entity_id
from gamekeeper.model.build import timestamp_us

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Binding:
    """A host that used an address, as one kind of event tells."""

    address: str
    host: str  # as the event names it
    rule: str
    seen: Seen
    domain: str = ""  # NetBIOS or DNS, where the event names it beside


@dataclass(frozen=True, slots=True)
class Lease:
    """A host's time with an address: from the first to the last event that shows it there."""

    address: str
    host: str
    seen: Seen
    is_only: bool  # no other host was seen with it
    is_apart: bool  # no other host was seen with it in that time


def leases(bindings: Iterable[Binding]) -> tuple[Lease, ...]:
    """Return who had which address when, in order of address and host."""
    times: dict[str, dict[str, Seen]] = {}
    for binding in bindings:
        if is_of_one_machine(binding.address):
            hosts = times.setdefault(binding.address, {})
            hosts[binding.host] = hosts.get(binding.host, Seen()).and_also(binding.seen)
    return tuple(
        Lease(
            address,
            host,
            seen,
            len(hosts) == 1,
            not any(_overlap(seen, other) for name, other in hosts.items() if name != host),
        )
        for address, hosts in sorted(times.items())
        for host, seen in sorted(hosts.items())
    )


def _overlap(left: Seen, right: Seen) -> bool:
    if left.first is None or left.last is None or right.first is None or right.last is None:
        return True  # without times nothing keeps them apart
    return left.first <= right.last and right.first <= left.last


def is_of_one_machine(address: str) -> bool:
    """Say whether an address can be one machine's: not loopback, multicast or none at all.

    >>> is_of_one_machine("10.0.0.7"), is_of_one_machine("::1"), is_of_one_machine("224.0.0.252")
    (True, False, False)
    >>> is_of_one_machine("::ffff:127.0.0.1")
    False
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return not (
        parsed.is_loopback
        or parsed.is_multicast
        or parsed.is_unspecified
        or address == "255.255.255.255"
    )


def resolve_addresses(bindings: Iterable[Binding]) -> tuple[Entity, ...]:
    """Return every address that a host was seen to have, with the hosts that had it."""
    found: dict[str, list[Binding]] = {}
    for binding in bindings:
        if is_of_one_machine(binding.address):
            found.setdefault(binding.address, []).append(binding)
    return tuple(_entity(address, found[address]) for address in sorted(found, key=_order))


def _order(address: str) -> tuple[int, int]:
    parsed = ip_address(address)
    return parsed.version, int(parsed)


def _period(seen: Seen) -> str:
    return " to ".join(_minute(time) for time in (seen.first, seen.last))


def _minute(filetime: int | None) -> str:
    us = timestamp_us(filetime)
    if us is None:
        return "(no time)"
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return moment.isoformat(timespec="minutes").replace("+00:00", "Z")


def _entity(address: str, bindings: list[Binding]) -> Entity:
    seen = Seen()
    by_host: dict[str, Seen] = {}
    joins = set()
    for binding in bindings:
        seen = seen.and_also(binding.seen)
        by_host[binding.host] = by_host.get(binding.host, Seen()).and_also(binding.seen)
        joins.add(Join(address, binding.host, binding.rule))
    notes = []
    if len(by_host) > 1:
        periods = (f"{host} {_period(by_host[host])}" for host in sorted(by_host))
        notes.append(f"several hosts used it: {', '.join(periods)}")
    return Entity(
        Kind.ADDRESS,
        entity_id(Kind.ADDRESS, address),
        address,
        (address, *sorted(by_host)),
        (),
        seen.first,
        seen.last,
        seen.events,
        tuple(sorted(joins)),
        tuple(notes),
    )
