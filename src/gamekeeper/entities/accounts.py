"""Accounts: the SID is who it is; names lead to it, and where they lead to two, they are kept apart.

A local account is one of its host: cloned machines share SIDs, and ``Administrator`` is on each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.entities.entity import Entity, Join, Kind, Seen, entity_id
from gamekeeper.entities.union import Union
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: SIDs of accounts that were made, on a machine or in a domain; all others are the same everywhere.
_MADE: Final = "S-1-5-21-"
_PREFIX_PARTS: Final = 7  # S-1-5-21-a-b-c: who gave the SID out


@dataclass(frozen=True, slots=True)
class Naming:
    """A way in which some events of a host name an account. Absent parts are empty."""

    sid: str
    name: str
    domain: str
    host: str  # short, folded
    seen: Seen


@dataclass(frozen=True, slots=True)
class Renamed:
    """An account that got another name."""

    sid: str
    old: str
    new: str


@dataclass(slots=True)
class _Account:
    spellings: Counter[str] = field(default_factory=Counter)
    sids: set[str] = field(default_factory=set)
    seen: Seen = field(default_factory=Seen)
    notes: list[str] = field(default_factory=list)


@cache
def well_known() -> dict[str, str]:
    """Return folded ``DOMAIN\\name``, in the languages that we know, with its SID."""
    rows = content.load_yaml("mappings/windows.yml")["sids"]
    return {fold(name): sid for sid, listed in rows.items() for name in listed}


class Accounts:
    """Accounts, resolved. ``entities`` has them in order of their names."""

    def __init__(
        self, namings: Iterable[Naming], hosts: Iterable[str], renames: Sequence[Renamed] = ()
    ) -> None:
        self._hosts = frozenset(hosts)
        ordered = sorted(namings, key=lambda n: (n.sid, n.domain, n.name, n.host))
        self._authority = self._domains(ordered)
        self._union = Union()
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self._by_pair: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._local: dict[str, set[str]] = defaultdict(set)
        with_both = [n for n in ordered if n.sid and n.name]
        for naming in with_both:
            self._by_sid(naming)
        for naming in ordered:
            if naming.sid and not naming.name:
                self._by_sid(naming)
        for naming in ordered:
            if not naming.sid:
                self._by_words(naming)
        for renamed in sorted(renames, key=lambda r: (r.sid, r.old, r.new)):
            self._rename(renamed)
        self.entities = self._made()

    def _domains(self, namings: Iterable[Naming]) -> dict[str, str]:
        """Learn which domain names are one: those under which one authority's SIDs are named."""
        spoken: dict[str, Counter[str]] = defaultdict(Counter)
        for naming in namings:
            domain = fold(naming.domain)
            if naming.sid.startswith(_MADE) and domain and domain not in self._hosts:
                prefix = "-".join(naming.sid.split("-")[:_PREFIX_PARTS])
                spoken[prefix][domain] += naming.seen.events
        names: dict[str, set[str]] = defaultdict(set)
        for counted in spoken.values():
            chief = min(counted, key=lambda d: ("." in d, -counted[d], d))
            for domain in counted:
                names[domain].add(chief)
        return {domain: next(iter(c)) for domain, c in names.items() if len(c) == 1}

    def _domain(self, domain: str) -> str:
        folded = fold(domain)
        return self._authority.get(folded, folded)

    def _by_sid(self, naming: Naming) -> None:
        is_made = naming.sid.startswith(_MADE)
        domain = self._domain(naming.domain)
        key = naming.sid
        if is_made and domain and domain in self._hosts:
            key = f"{naming.sid}@{domain}"
            self._local[naming.sid].add(domain)
        elif is_made and not naming.name and naming.host in self._local.get(naming.sid, ()):
            key = f"{naming.sid}@{naming.host}"
        elif not is_made and (naming.name.endswith("$") or domain in self._hosts):
            # A machine's name beside S-1-5-18 says on which machine, not who; somebody else's, nothing.
            naming = Naming(naming.sid, "", "", naming.host, naming.seen)
        self._union.add(key)
        account = self._accounts[key]
        account.sids.add(naming.sid)
        account.seen = account.seen.and_also(naming.seen)
        if naming.name:
            spelt = _spelt(naming)
            pair = (domain, fold(naming.name))
            known = next(iter(account.spellings), None)
            if known is not None and spelt not in account.spellings:
                self._union.note(key, Join(known, spelt, f"same SID {naming.sid}"))
            account.spellings[spelt] += naming.seen.events
            self._by_pair[pair].add(key)
            self._by_name[pair[1]].add(key)

    def _by_words(self, naming: Naming) -> None:
        """Lead a name without a SID to the account that has it."""
        domain, name, spelt = self._domain(naming.domain), fold(naming.name), _spelt(naming)
        known = well_known().get(f"{domain}\\{name}")
        found = {known} if known else self._by_pair.get((domain, name), set())
        rule = "a well-known account" if known else "same domain and name"
        if not naming.domain and not found:
            found, rule = self._by_name.get(name, set()), "the only account of that name"
        key = f"{domain}\\{name}"
        if known:
            self._accounts[known].sids.add(known)
            self._union.add(known)
        if len(found) > 1:
            shown = " or ".join(sorted(found))
            note = f"ambiguous: it may be {shown}"
            if note not in self._accounts[key].notes:
                self._accounts[key].notes.append(note)
        account = self._accounts[key]
        account.spellings[spelt] += naming.seen.events
        account.seen = account.seen.and_also(naming.seen)
        self._union.add(key)
        if len(found) == 1:
            (target,) = found
            self._union.join(key, target, Join(spelt, target.partition("@")[0], rule))

    def _rename(self, renamed: Renamed) -> None:
        for key in sorted({renamed.sid, *(f"{renamed.sid}@{h}" for h in self._local[renamed.sid])}):
            if key in self._union:
                self._union.note(key, Join(renamed.old, renamed.new, "renamed (event 4781)"))

    def _made(self) -> tuple[Entity, ...]:
        found = [self._entity(keys, joins) for keys, joins in self._union.groups()]
        return tuple(sorted(found, key=lambda entity: (fold(entity.name), entity.id)))

    def _entity(self, keys: tuple[str, ...], joins: tuple[Join, ...]) -> Entity:
        accounts = [self._accounts[key] for key in keys]
        seen, spellings = Seen(), Counter[str]()
        for account in accounts:
            seen = seen.and_also(account.seen)
            spellings.update(account.spellings)
        sids = sorted({sid for account in accounts for sid in account.sids})
        canonical = next((key for key in keys if key.startswith("S-1-")), keys[0])
        shown = min(spellings, key=lambda s: _preference(s, spellings[s]), default=canonical)
        return Entity(
            Kind.ACCOUNT,
            entity_id(Kind.ACCOUNT, canonical),
            shown,
            tuple(sorted(spellings)),
            tuple(sids),
            seen.first,
            seen.last,
            seen.events,
            joins,
            tuple(note for account in accounts for note in account.notes),
        )


def resolve_accounts(
    namings: Iterable[Naming], hosts: Iterable[str], renames: Sequence[Renamed] = ()
) -> Accounts:
    """Return the accounts that events name; ``hosts`` are short names, folded, of the machines."""
    return Accounts(namings, hosts, renames)


def _spelt(naming: Naming) -> str:
    return f"{naming.domain}\\{naming.name}" if naming.domain else naming.name


def _preference(spelt: str, count: int) -> tuple[bool, bool, int, str]:
    """Put a name with a domain first, and the short name of a domain before the long one."""
    domain, slash, _ = spelt.partition("\\")
    return not slash, "." in domain, -count, spelt
