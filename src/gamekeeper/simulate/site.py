"""All machines of a world at work together, and what domain controllers say about who talks to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.journal import Agenda, Journal
from gamekeeper.simulate.machine import Machine
from gamekeeper.simulate.wording import guid_of

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Process, Session
    from gamekeeper.simulate.places import Account, Host, World

_TICKET_LIFE: Final = 9 * HOUR
_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where a logon comes from: an address, and a host of ours if it is one."""

    address: str
    name: str  # the client's name as it announces itself

    @classmethod
    def of(cls, host: Host) -> Source:
        """Return the source that a host is."""
        return cls(host.address, host.name)


class Site:
    """The running world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = Journal()
        self.agenda = Agenda(self.journal)
        self.rng = world.rng("site")
        self.machines = {
            host.name: Machine(host, world, self.journal, self.agenda) for host in world.hosts
        }
        self.controllers = [m for m in self.machines.values() if m.host.role == "dc"]
        #: Remote desktops that were left without logging off: (account, host, source) to session, shell.
        self.desktops: dict[tuple[str, str, str], tuple[Session, Process]] = {}
        self._tickets: dict[tuple[str, str, str], int] = {}

    def machine(self, host: Host) -> Machine:
        """Return the machine of a host."""
        return self.machines[host.name]

    def of_role(self, role: str) -> Machine:
        """Return the machine that does a role's work."""
        return self.machine(self.world.of_role(role))

    def controller_for(self, source: Source) -> Machine:
        """Return the domain controller that a source talks to."""
        return self.controllers[sum(source.address.encode()) % len(self.controllers)]

    def port(self) -> int:
        """Return a client's port."""
        return self.rng.randint(49_670, 65_500)

    def _is_stale(self, account: Account, source: Source, service: str, ticks: int) -> bool:
        key = (account.name, source.address, service)
        since = self._tickets.get(key)
        if since is not None and ticks - since < _TICKET_LIFE:
            return False
        self._tickets[key] = ticks
        return True

    def ticket(self, account: Account, source: Source, service: Host, ticks: int) -> None:
        """Fetch the Kerberos tickets that a logon needs, where none is cached."""
        controller = self.controller_for(source)
        realm = self.world.domain.upper()
        client: dict[str, Any] = {"IpAddress": f"::ffff:{source.address}"}
        renews = (
            account.name,
            source.address,
            "krbtgt",
        ) in self._tickets and account.kind == "machine"
        if self._is_stale(account, source, "krbtgt", ticks):
            key = "security_4770" if renews else "security_4768"
            who = {"TargetUserName": account.name, "TargetDomainName": self.world.netbios}
            if renews:
                who = {"TargetUserName": f"{account.name}@{realm}", "TargetDomainName": realm}
            else:
                who["TargetSid"] = account.sid
            controller.log(
                key,
                ticks - 40 * _MS,
                **client,
                **who,
                IpPort=str(self.port()),
                ServiceSid=f"{self.world.domain_sid}-502",
            )
        if self._is_stale(account, source, service.name, ticks):
            controller.log(
                "security_4769",
                ticks - 15 * _MS,
                **client,
                IpPort=str(self.port()),
                TargetUserName=f"{account.name}@{realm}",
                TargetDomainName=realm,
                ServiceName=service.machine.name,
                ServiceSid=service.machine.sid,
                LogonGuid=guid_of(self.rng),
            )

    def validate(self, account: Account, source: Source, ticks: int, status: int = 0) -> None:
        """Let a domain controller check a password for NTLM."""
        self.controller_for(source).log(
            "security_4776",
            ticks - 10 * _MS,
            TargetUserName=account.name,
            Workstation=source.name,
            Status=status,
        )
