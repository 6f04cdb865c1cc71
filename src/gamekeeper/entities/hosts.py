"""Computers: which names are one machine's, and where two of one short name are kept apart.

A short name is taken for the full name that starts with it where only one does, or where the machine's own
account says which domain it belongs to. Else it stays apart, with a note: to merge two machines hides an
intruder's step between them, to leave one in two only costs a look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.entities.entity import Entity, Join, Kind, Seen, entity_id
from gamekeeper.entities.union import Union
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Letters of a name that NetBIOS, and so an account, keeps.
NETBIOS: Final = 15
#: What a machine says of its domain where it is in none.
_NO_DOMAIN: Final = frozenset({"workgroup", ""})


@dataclass(frozen=True, slots=True)
class Sighting:
    """A computer's name as some events spell it. ``is_origin``: the events are its own."""

    name: str
    seen: Seen
    is_origin: bool = True


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The account and domain that a machine says are its own (``WS01$``, ``EXAMPLE``)."""

    computer: str
    account: str
    domain: str


@dataclass(frozen=True, slots=True)
class MachineAccount:
    """An account of a machine as others saw it: name with ``$``, domain, SID."""

    account: str
    domain: str
    sid: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A change of a name, told by an event."""

    computer: str
    old: str
    new: str
    rule: str


@dataclass(frozen=True, slots=True)
class HostEvidence:
    """All that tells of computers' names."""

    sightings: Sequence[Sighting] = ()
    own: Sequence[OwnAccount] = ()
    machines: Sequence[MachineAccount] = ()
    renames: Sequence[Rename] = ()


@dataclass(slots=True)
class _Node:
    spellings: Counter[str] = field(default_factory=Counter)
    seen: Seen = field(default_factory=Seen)
    own_seen: Seen = field(default_factory=Seen)  # as the origin of events
    sids: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


class Hosts:
    """Computers, resolved. ``entities`` has them in order of their names."""

    def __init__(self, evidence: HostEvidence) -> None:
        self._evidence = evidence
        self._nodes: dict[str, _Node] = defaultdict(_Node)
        self._union = Union()
        self._suffixes = self._domains()
        for sighting in sorted(evidence.sightings, key=lambda s: s.name):
            self._sight(sighting)
        self._full: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._nodes):
            if key != short_host(key):
                self._full[short_host(key)].append(key)
        for key in sorted(self._nodes):
            if key == short_host(key):
                self._place(key)
        for machine in sorted(set(evidence.machines), key=lambda m: (m.account, m.domain, m.sid)):
            self._own_sid(machine)
        for rename in sorted(evidence.renames, key=lambda r: (r.computer, r.old, r.new)):
            self._rename(rename)
        self._strangers()
        self.entities = self._made()
        self._by_name = {fold(name): entity.id for entity in self.entities for name in entity.names}

    def id_of(self, name: str, domain: str = "") -> str | None:
        """Return the id of the host that has a name, in a domain where that is known.

        None where there is none, and where more than one may be meant.
        """
        folded = fold(name)
        suffix = self._suffixes.get(fold(domain))
        if suffix and (full_name := f"{folded}.{suffix}") in self._by_name:
            return self._by_name[full_name]
        found = self._by_name.get(folded)
        if found is None and len(full := self._full.get(folded, [])) == 1:
            found = self._by_name.get(full[0])
        return found

    def _domains(self) -> dict[str, str]:
        """Learn from machines with a full name which DNS domain a NetBIOS domain is."""
        found: dict[str, set[str]] = defaultdict(set)
        for own in self._evidence.own:
            computer, domain = fold(own.computer), fold(own.domain)
            _, dot, suffix = computer.partition(".")
            if dot and _is_account_of(own.account, computer) and domain not in _NO_DOMAIN:
                found[domain].add(suffix)
                found[suffix].add(suffix)
        return {domain: next(iter(s)) for domain, s in found.items() if len(s) == 1}

    def _sight(self, sighting: Sighting) -> None:
        key = fold(sighting.name)
        node = self._nodes[key]
        for other in node.spellings:
            if other != sighting.name:
                self._union.note(key, Join(other, sighting.name, "same letters in another case"))
                break
        node.spellings[sighting.name] += sighting.seen.events
        node.seen = node.seen.and_also(sighting.seen)
        if sighting.is_origin:
            node.own_seen = node.own_seen.and_also(sighting.seen)
        self._union.add(key)

    def _place(self, key: str) -> None:
        """Find the full name of a short one."""
        candidates = self._full.get(key, [])
        said = self._says_of_itself(key)
        if candidates and said:
            wanted = {f"{key}.{self._suffixes[d]}" for d in said if d in self._suffixes}
            candidates = [name for name in candidates if name in wanted]
            rule = f"the machine's account is in {' and '.join(sorted(said))}"
            if not candidates:
                belongs = ", ".join(sorted(said))
                self._nodes[key].notes.append(
                    f"it says that it belongs to {belongs}: not joined with {', '.join(self._full[key])}"
                )
                return
        elif candidates:
            rule = "the only full name of that short name"
        else:
            candidates, rule = self._longer(key), f"the first {NETBIOS} letters (NetBIOS)"
        if len(candidates) == 1:
            self._union.join(key, candidates[0], Join(key, candidates[0], rule))
        elif candidates:
            self._nodes[key].notes.append(f"ambiguous: it may be {' or '.join(candidates)}")

    def _says_of_itself(self, key: str) -> set[str]:
        return {
            fold(own.domain)
            for own in self._evidence.own
            if fold(own.computer) == key and _is_account_of(own.account, key) and own.domain
        }

    def _longer(self, key: str) -> list[str]:
        if len(key) != NETBIOS:
            return []
        longer = [
            n for n in sorted(self._nodes) if n.startswith(key) and len(short_host(n)) > NETBIOS
        ]
        full = [name for name in longer if name != short_host(name)]
        return full or longer

    def _own_sid(self, machine: MachineAccount) -> None:
        """Give a machine the SID of its account, where it is clear which machine that is."""
        short = fold(machine.account).removesuffix("$")
        suffix = self._suffixes.get(fold(machine.domain))
        named = f"{short}.{suffix}" if suffix else ""
        full = self._full.get(short, [])
        if named in self._nodes:
            key = named
        elif not suffix and len(full) == 1:
            key = full[0]
        elif full:
            return  # of another domain, or of one of several
        else:
            key = short
            if key not in self._nodes:
                note = "known by its account only; a managed service account has such a name, too"
                self._nodes[key].notes.append(note)
            self._nodes[key].spellings[machine.account.removesuffix("$")] += 1
            self._union.add(key)
        self._nodes[key].sids.add(machine.sid)

    def _rename(self, rename: Rename) -> None:
        """Join two names of a machine unless both were used at one time: then one of them is a lie."""
        old, new = (self._key_near(name, rename.computer) for name in (rename.old, rename.new))
        if old is None or new is None or old == new:
            return
        first, second = self._nodes[old].own_seen, self._nodes[new].own_seen
        if _overlap(first, second):
            self._nodes[new].notes.append(
                f"{rename.rule} says that {rename.old} became {rename.new}, and both wrote logs at one time: "
                "not joined"
            )
            return
        self._union.join(old, new, Join(rename.old, rename.new, rename.rule))

    def _key_near(self, name: str, computer: str) -> str | None:
        """Return the key that a short name has on a computer, in its domain where it has one."""
        folded = fold(name).removesuffix("$")
        _, dot, suffix = fold(computer).partition(".")
        for key in (f"{folded}{dot}{suffix}", folded):
            if key in self._nodes:
                return key
        full = self._full.get(folded, [])
        return full[0] if len(full) == 1 else None

    def _strangers(self) -> None:
        """Note names under which several machines' own accounts speak: a collector's, it seems."""
        spoken: dict[str, set[str]] = defaultdict(set)
        for own in self._evidence.own:
            if not _is_account_of(own.account, own.computer):
                spoken[fold(own.computer)].add(own.account)
        for key, accounts in sorted(spoken.items()):
            if len(accounts) > 1 and key in self._nodes:
                self._nodes[key].notes.append(
                    f"a collector's name, it seems: events under it speak of {', '.join(sorted(accounts))}"
                )

    def _made(self) -> tuple[Entity, ...]:
        found = [self._entity(keys, joins) for keys, joins in self._union.groups()]
        return tuple(sorted(found, key=lambda entity: (fold(entity.name), entity.id)))

    def _entity(self, keys: tuple[str, ...], joins: tuple[Join, ...]) -> Entity:
        nodes = [self._nodes[key] for key in keys]
        seen, own = Seen(), Seen()
        for node in nodes:
            seen, own = seen.and_also(node.seen), own.and_also(node.own_seen)
        # The full name that wrote last stands for a machine that was renamed.
        best = max(keys, key=lambda k: ("." in k, self._nodes[k].own_seen.last or 0, k))
        notes = [note for node in nodes for note in node.notes]
        if not own.events and not notes:
            notes.append("no log of its own: others name it")
        return Entity(
            Kind.HOST,
            entity_id(Kind.HOST, best),
            _favourite(self._nodes[best].spellings),
            tuple(sorted({name for node in nodes for name in node.spellings})),
            tuple(sorted({sid for node in nodes for sid in node.sids})),
            seen.first,
            seen.last,
            own.events,
            joins,
            tuple(notes),
        )


def resolve_hosts(evidence: HostEvidence) -> Hosts:
    """Return the computers that a case tells of."""
    return Hosts(evidence)


def _is_account_of(account: str, computer: str) -> bool:
    name = fold(account).removesuffix("$")
    return short_host(computer)[:NETBIOS] == name[:NETBIOS]


def _overlap(left: Seen, right: Seen) -> bool:
    if left.first is None or left.last is None or right.first is None or right.last is None:
        return False
    return left.first < right.last and right.first < left.last


def _favourite(spellings: Iterable[str] | Counter[str]) -> str:
    counts = Counter(spellings)
    return min(counts, key=lambda name: (-counts[name], name))
