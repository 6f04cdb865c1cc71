"""The hosts and accounts of a world, drawn from ``content/simulate/world.yml`` by the seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.errors import UsageError
from gamekeeper.simulate.clock import DAY, midnight

if TYPE_CHECKING:
    from datetime import date

_DOMAIN_USERS: Final = 513
_FIRST_RID: Final = 1106


@dataclass(frozen=True, slots=True)
class Setting:
    """What a world is like beyond its size: its sector, its first day, and what becomes of its logs."""

    sector: str = "water"
    start: date | None = None  # the first day; content names one
    forwarded: bool = False  # a collector also holds what hosts forward
    tamper: tuple[str, ...] = ()  # how logs are tampered with: names of methods, with options
    lives: tuple[str, ...] = ()  # what happens to logs innocently
    renamed: bool = False  # the same world, hosts and accounts under other names


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """One account of the domain."""

    name: str
    display: str
    sid: str
    kind: str  # "user", "admin", "service", "machine"
    duty: (
        str  # what its holder does: "administrator", "engineer", "office", ... or a service's role
    )
    groups: tuple[str, ...] = ()
    home: str = ""  # the host from which it is used

    @property
    def is_privileged(self) -> bool:
        """Whether its logons get special privileges everywhere."""
        return "Domain Admins" in self.groups


@dataclass(frozen=True, slots=True, eq=False)
class Host:
    """One Windows host."""

    name: str
    fqdn: str
    role: str
    address: str
    system: str
    build: int
    file_version: str
    is_server: bool
    machine: Account
    owner: Account | None
    lacks: frozenset[str]  # channels that it does not write
    has_command_lines: bool  # 4688 carries them
    joins_day: int = 0  # 0: it was there before the logs begin


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything that stands still while a simulation runs."""

    seed: int
    days: int
    sector: str
    organisation: str
    domain: str
    netbios: str
    site: str
    domain_sid: str
    start: int  # midnight of the first day, in ticks
    first_day: date
    hosts: tuple[Host, ...]
    accounts: tuple[Account, ...]
    networks: dict[str, str] = field(repr=False)
    shares: tuple[str, ...] = ()
    words: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def end(self) -> int:
        """Midnight after the last day."""
        return self.start + self.days * DAY

    def day_start(self, day: int) -> int:
        """Return midnight of a day, counted from 0."""
        return self.start + day * DAY

    def is_weekend(self, day: int) -> bool:
        """Say whether a day is a Saturday or a Sunday."""
        return (self.first_day.weekday() + day) % 7 >= 5

    def of_role(self, role: str) -> Host:
        """Return the first host of a role, or of the role that stands in for it in a small world."""
        for name in world_content()["stands_in"][role]:
            for host in self.hosts:
                if host.role == name:
                    return host
        message = f"no host stands in for the role {role}"
        raise UsageError(message)

    def has_role(self, role: str) -> bool:
        """Say whether a host has this very role; nobody stands in."""
        return any(host.role == role for host in self.hosts)

    def account(self, name: str) -> Account:
        """Return an account by name."""
        return next(a for a in self.accounts if a.name == name)

    def of_duty(self, duty: str, kind: str) -> Account:
        """Return the first account of a duty, falling back to the administrator's."""
        found = [a for a in self.accounts if a.kind == kind and a.duty in (duty, "administrator")]
        return next((a for a in found if a.duty == duty), found[0])

    def rng(self, *purpose: object) -> Random:
        """Return a generator of its own for one purpose, so that purposes do not disturb each other."""
        return Random(":".join(map(str, (self.seed, *purpose))))  # noqa: S311 - a world, no secret


def world_content() -> dict[str, Any]:
    """Return the parsed ``world.yml``."""
    document: dict[str, Any] = content.load_yaml("simulate/world.yml")
    return document


def sectors() -> tuple[str, ...]:
    """Return the names of the sectors that a world can belong to."""
    return tuple(world_content()["sectors"])


def _host_rows(count: int) -> list[dict[str, str]]:
    document = world_content()
    rows: list[dict[str, str]] = list(document["hosts"][:count])
    every, owners = document["further_owners"]["every"], document["further_owners"]["owners"]
    for n in range(len(rows), count):
        turn, rest = divmod(n, every)
        owner = "office" if rest else owners[(turn - 1) % len(owners)]
        rows.append({"role": "workstation", "name": f"WS{100 + n}", "owner": owner})
    return rows


def _joining_days(seed: int, days: int, hosts: int, weekday: int) -> dict[int, int]:
    """Return the hosts that join the domain while the world lives, by number, and their working days."""
    document = world_content()
    rules, known = document["newcomers"], len(document["hosts"])
    if days < rules["from_days"]:
        return {}
    rng = Random(f"{seed}:newcomers")  # noqa: S311 - a world, no secret
    low, high = (int(share * days) for share in rules["between"])
    working = [day for day in range(low, high + 1) if (weekday + day) % 7 < 5]
    return {
        number: rng.choice(working)
        for number in range(known, hosts)
        if (number - known) % rules["every"] == rules["every"] - 1
    }


class _Builder:
    """Collects a world's accounts and hosts in order, so that SIDs and addresses are stable."""

    def __init__(self, seed: int, sector: str) -> None:
        self.sector = world_content()["sectors"][sector]
        self.rng = Random(f"{seed}:world")  # noqa: S311 - a world, no secret
        parts = [self.rng.randrange(10**8, 4 * 10**9) for _ in range(3)]
        self.domain_sid = "S-1-5-21-" + "-".join(map(str, parts))
        self.accounts: list[Account] = []
        people = world_content()["people"]
        self._given = self.rng.sample(people["given"], len(people["given"]))
        self._family = self.rng.sample(people["family"], len(people["family"]))
        self._persons = 0

    def _sid(self) -> str:
        return f"{self.domain_sid}-{_FIRST_RID + 3 * len(self.accounts)}"

    def _add(self, account: Account) -> Account:
        self.accounts.append(account)
        return account

    def person(self, duty: str, home: str) -> Account:
        """Add a person: an ordinary account and, where the duty needs one, a privileged second."""
        number = self._persons
        self._persons += 1
        given, family = (
            self._given[number % len(self._given)],
            self._family[number % len(self._family)],
        )
        suffix = str(number // len(self._given) + 1) if number >= len(self._given) else ""
        name = f"{given[0]}{family}{suffix}".lower()
        display = f"{given} {family}"
        user = self._add(Account(name, display, self._sid(), "user", duty, (), home))
        group = world_content()["people"]["duties"][duty]
        if group:
            second = f"adm-{name}"
            self._add(
                Account(second, f"{display} (admin)", self._sid(), "admin", duty, (group,), home)
            )
        return user

    def service(self, row: dict[str, Any]) -> None:
        """Add a service account."""
        groups = tuple(row["groups"])
        self._add(Account(row["name"], row["duty"], self._sid(), "service", row["role"], groups))

    def host(self, row: dict[str, str], number_in_role: int, joins_day: int = 0) -> Host:
        """Add a host, its machine account and its owner."""
        document = world_content()
        role = document["roles"][row["role"]]
        system = document["systems"][role["os"]]
        name = f"{self.sector['site']}-{row['name']}"
        groups = ("Domain Controllers",) if row["role"] == "dc" else ()
        machine = Account(f"{name}$", name, self._sid(), "machine", row["role"], groups, name)
        self._add(machine)
        owner = self.person(row["owner"], name) if "owner" in row else None
        network = document["networks"][role["network"]]
        return Host(
            name=name,
            fqdn=f"{name}.{self.sector['domain']}",
            role=row["role"],
            address=_address(network, role["first"] + number_in_role),
            system=system["name"],
            build=system["build"],
            file_version=system["file_version"],
            is_server=role["is_server"],
            machine=machine,
            owner=owner,
            lacks=frozenset(role.get("lacks", ())),
            has_command_lines=role.get("command_lines", True),
            joins_day=joins_day,
        )


def _address(network: str, number: int) -> str:
    """Return an address of a network, or of the next one where it is full.

    >>> _address("10.20.20", 9), _address("10.20.20", 260)
    ('10.20.20.9', '10.20.21.10')
    """
    head, _, last = network.rpartition(".")
    over, rest = divmod(number, 250)
    return f"{head}.{int(last) + over}.{rest}"


def build_world(seed: int, days: int, hosts: int, setting: Setting) -> World:
    """Draw a world; the same arguments give the same world."""
    document = world_content()
    builder = _Builder(seed, setting.sector)
    for row in document["service_accounts"]:
        builder.service(row)
    placed: list[Host] = []
    first_day = setting.start or document["start"]
    joins = _joining_days(seed, days, hosts, first_day.weekday())
    for position, row in enumerate(_host_rows(hosts)):
        number = sum(h.role == row["role"] for h in placed)
        placed.append(builder.host(row, number, joins.get(position, 0)))
    for row in document["more_service_accounts"]:
        if any(host.role == row["role"] for host in placed):
            builder.service(row)
    sector = builder.sector
    return World(
        seed=seed,
        days=days,
        sector=setting.sector,
        organisation=sector["organisation"],
        domain=sector["domain"],
        netbios=sector["netbios"],
        site=sector["site"],
        domain_sid=builder.domain_sid,
        start=midnight(first_day, document["utc_offset_h"]),
        first_day=first_day,
        hosts=tuple(placed),
        accounts=tuple(builder.accounts),
        networks=document["networks"],
        shares=tuple(sector["shares"]),
        words={"engineering": sector["engineering"], "plants_named": sector["processes"]},
    )
