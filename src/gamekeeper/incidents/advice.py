"""What to say of an incident beside its story: headline, what to do and to collect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents import things
from gamekeeper.incidents.behaviours import Behaviour, Book, heard, shown_in
from gamekeeper.incidents.telling import is_system, listed
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import Action, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.model.incidents import Hop, Reached, Said, Step

Shown = list[tuple[Behaviour, list["Step"]]]

#: Phrases of a headline.
_PHRASES: Final = 3
#: Hosts that were also reached, of which advice names so many.
_REACHED: Final = 8
_KINDS: Final = r"all_hosts|hosts|accounts|from|files|data|addresses|relays|services|tasks"
_PLACE: Final = re.compile(rf" \(\{{({_KINDS})\}}\)|\{{({_KINDS})\}}")
#: What is said where the steps name nothing of a kind.
_UNNAMED: Final = {
    "hosts": "the hosts",
    "all_hosts": "the hosts",
    "accounts": "the accounts of this incident",
    "files": "those that the steps name",
    "data": "those that the steps name",
    "addresses": "those that the steps name",
    "relays": "where they listen and lead to is not in the steps",
    "services": "those that the steps name",
    "tasks": "those that the steps name",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What advice may speak of beside the steps of a behaviour.

    ``outside``: addresses that sessions came from and that are no hosts of the logs.
    """

    accounts: Sequence[str]
    hosts: Sequence[str]
    steps: Sequence[Step] = ()
    hops: Sequence[Hop] = ()
    outside: Sequence[str] = ()
    reached: Sequence[Reached] = ()


def shown_by(steps: Sequence[Step], book: Book) -> Shown:
    """Return the behaviours that steps show with their steps, the weightiest first."""
    found: dict[str, tuple[Behaviour, list[Step]]] = {}
    for step in steps:
        if step.kind is SignalKind.CONTEXT:
            continue
        behaviour = shown_in(step, book)
        if behaviour is not None:
            found.setdefault(behaviour.name, (behaviour, []))[1].append(step)
    _gathered(found)
    # A light hint of something grave is less than clear signs of something smaller.
    return sorted(
        found.values(),
        key=lambda one: (-one[0].weight * min(1.0, heaviest(one[1]) / 4), one[0].name),
    )


def _gathered(found: dict[str, tuple[Behaviour, list[Step]]]) -> None:
    """Count what is part of a graver behaviour that was shown as that: one copy is one thing to act on."""
    for name, (behaviour, steps) in list(found.items()):
        if behaviour.part_of in found:
            found[behaviour.part_of][1].extend(steps)
            del found[name]


def heaviest(steps: Iterable[Step]) -> float:
    """Return how much the step says that says most, in bits."""
    return max(map(heard, steps), default=0.0)


def headline(
    shown: Shown, accounts: Sequence[str], hosts: Sequence[str], chain: Said | None = None
) -> str:
    """Return one sentence in plain words; ``chain`` is what joins it all."""
    people = [name.rpartition("\\")[2] for name in accounts if not is_system(name)]
    actor = listed(people, 2) or "Somebody"
    phrases = list(dict.fromkeys(behaviour.phrase for behaviour, _ in shown))
    done = listed(phrases[:_PHRASES]) or "did what rules speak of"
    as_in = f", as in {chain.id} ({chain.title})" if chain is not None else ""
    return f"{actor} {done} on {listed(hosts, 3)}{as_in}"


def actions(shown: Shown, known: Known, book: Book, *, is_grave: bool) -> tuple[Action, ...]:
    """Return what to do, in order of phases, each with what was seen that asks for it."""
    found: dict[tuple[str, str], str] = {}
    if is_grave:
        everything = _Names(known.accounts, known.hosts, known)
        for phase, text in book.always:
            found[phase, everything.put_into(text)] = ""
    for phase, text, reason in (*_beyond(known, book), *_asked(shown, known, book)):
        found.setdefault((phase, text), reason)
    order = list(book.phases)
    return tuple(
        Action(phase, text, reason)
        for (phase, text), reason in sorted(found.items(), key=lambda one: order.index(one[0][0]))
    )


def _asked(shown: Shown, known: Known, book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield phase, text and reason of all that behaviours ask for."""
    for behaviour, steps in shown:
        names = _Names.of(steps, known)
        given = behaviour.actions
        undone = behaviour.undone
        if undone is not None and _stands(undone.words, known.steps or steps):
            others = {phase for phase, _ in undone.actions}
            given = (*(one for one in given if one[0] not in others), *undone.actions)
        for phase, text in given:
            yield phase, names.put_into(text), behaviour.name
    steps = _as_system(shown, book)
    if steps:
        for text in book.as_system.evict:
            yield (
                "evict",
                _Names.of(steps, known).put_into(text),
                "program with the system's rights",
            )


def _stands(words: Iterable[str], steps: Iterable[Step]) -> bool:
    texts = [fold(step.text) for step in steps]
    return any(word in text for word in words for text in texts)


def _as_system(shown: Shown, book: Book) -> list[Step]:
    """Return the steps of a channel and of what serves it that ran as the system; none without one."""
    given = book.as_system
    found = [
        (behaviour.name, step)
        for behaviour, steps in shown
        if behaviour.name in given.behaviours
        for step in steps
        if step.account and is_system(step.account) and step.bits >= given.bits
    ]
    has_channel = any(name == "channel to the outside" for name, _ in found)
    return [step for _, step in found] if has_channel else []


def _beyond(known: Known, book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield what to do about where sessions came from, and where they went on to."""
    if known.outside:
        text = book.from_outside.replace("{addresses}", listed(known.outside))
        yield "contain", text, "sessions from outside of the hosts that log"
    if known.reached:
        told = [_told(one) for one in known.reached]
        text = book.also_reached.replace("{reached}", listed(told, _REACHED))
        is_one = len(told) == 1
        verb = "It was reached or asked for" if is_one else "They were reached or asked for"
        yield "contain", text.replace("{verb}", verb), "also reached or tried"


def _told(one: Reached) -> str:
    role = f"{one.role}; " if one.role else ""
    who = one.account.rpartition("\\")[2]
    return f"{one.host} ({role}{one.way} from {one.from_host}{f' as {who}' if who else ''})"


def collected(shown: Shown, known: Known, book: Book) -> tuple[str, ...]:
    """Return what to gather next."""
    return _each(shown, known, book, "collect")


def lost(shown: Shown, known: Known, book: Book) -> tuple[str, ...]:
    """Return what is to be treated as known to the intruder."""
    return _each(shown, known, book, "lost")


def _each(shown: Shown, known: Known, book: Book, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    of_system = _as_system(shown, book)
    said = [(getattr(behaviour, name), steps) for behaviour, steps in shown]
    if of_system:
        said.append((getattr(book.as_system, name), of_system))
    for texts, steps in said:
        for text in texts:
            found[_Names.of(steps, known).put_into(text)] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Names:
    """Those that a text speaks of, and what is known of the incident."""

    accounts: Sequence[str]
    hosts: Sequence[str]
    known: Known
    steps: Sequence[Step] = ()

    @classmethod
    def of(cls, steps: Sequence[Step], known: Known) -> _Names:
        return cls([step.account for step in steps], [step.host for step in steps], known, steps)

    def put_into(self, text: str) -> str:
        """Return a text with names; those of the system itself are nobody's.

        What stands in brackets is left out where the steps name nothing of the kind.
        """
        return _PLACE.sub(lambda found: self._put(found[1], found[2]), text)

    def _put(self, in_brackets: str | None, kind: str | None) -> str:
        if kind is not None:
            return self._origins() if kind == "from" else self._named(kind) or _UNNAMED[kind]
        named = self._named(in_brackets or "")
        return f" ({named})" if named else ""

    def _named(self, kind: str) -> str:
        people = [name for name in self.accounts if not is_system(name)]
        own = {"hosts": self.hosts, "all_hosts": self.known.hosts, "accounts": people}
        return listed(own[kind] if kind in own else things.named(kind, self._texts()))

    def _texts(self) -> list[str]:
        """Return the texts of the steps, what says most first."""
        return [step.text for step in sorted(self.steps, key=lambda step: -heard(step))]

    def _origins(self) -> str:
        """Return where sessions of these accounts on these hosts came from."""
        asked = {(fold(step.host), fold(step.account.rpartition("\\")[2])) for step in self.steps}
        found = [
            hop.from_host
            for hop in self.known.hops
            if (fold(hop.to_host), fold(hop.account.rpartition("\\")[2])) in asked
        ]
        return listed(found) or (
            f"not known, look up 4624 of {self._put(None, 'accounts')} on {self._put(None, 'hosts')}"
        )
