"""The entities of a case, kind by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.entities import gather
from gamekeeper.entities.accounts import resolve_accounts
from gamekeeper.entities.addresses import Binding, Lease, leases, resolve_addresses
from gamekeeper.entities.entity import Entity, Kind
from gamekeeper.entities.hosts import Hosts, resolve_hosts
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.entities.accounts import Naming
    from gamekeeper.store.sql import Database


class Entities:
    """Hosts, accounts and addresses of a case, each computed when it is first asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._namings: tuple[Naming, ...] | None = None
        self._hosts: Hosts | None = None

    @property
    def namings(self) -> tuple[Naming, ...]:
        """Every way in which an account is named."""
        if self._namings is None:
            self._namings = tuple(gather.namings(self._database))
        return self._namings

    @property
    def hosts(self) -> Hosts:
        """The computers."""
        if self._hosts is None:
            self._hosts = resolve_hosts(gather.host_evidence(self._database, self.namings))
        return self._hosts

    def accounts(self) -> tuple[Entity, ...]:
        """Return the accounts."""
        short = {short_host(name) for host in self.hosts.entities for name in host.names}
        renames = tuple(gather.account_renames(self._database))
        return resolve_accounts(self.namings, short, renames).entities

    def addresses(self) -> tuple[Entity, ...]:
        """Return the addresses, bound to hosts by the name that is shown for each."""
        return resolve_addresses(self._bindings())

    def leases(self) -> tuple[Lease, ...]:
        """Return which host had which address when."""
        return leases(self._bindings())

    def _bindings(self) -> Iterator[Binding]:
        shown = {host.id: host.name for host in self.hosts.entities}
        for one in gather.bindings(self._database):
            known = shown.get(self.hosts.id_of(one.host, one.domain) or "")
            yield one if known is None else replace(one, host=known)

    def of(self, kinds: Sequence[Kind]) -> tuple[Entity, ...]:
        """Return the entities of some kinds; sessions are a stream of their own (``sessions.py``)."""
        found: list[Entity] = []
        if Kind.HOST in kinds:
            found.extend(self.hosts.entities)
        if Kind.ACCOUNT in kinds:
            found.extend(self.accounts())
        if Kind.ADDRESS in kinds:
            found.extend(self.addresses())
        return tuple(found)
