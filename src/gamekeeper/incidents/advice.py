"""What to say of an incident beside its story: headline, what to do and to collect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.behaviours import Behaviour, Book, shown_in
from gamekeeper.incidents.telling import is_system, listed
from gamekeeper.model.incidents import Action, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.model.incidents import Said, Step

#: Phrases of a headline.
_PHRASES: Final = 3
_PLACE: Final = re.compile(r"\{(?:all_hosts|hosts|accounts)\}")


def shown_by(steps: Sequence[Step], book: Book) -> list[tuple[Behaviour, list[Step]]]:
    """Return the behaviours that steps show with their steps, the weightiest first."""
    found: dict[str, tuple[Behaviour, list[Step]]] = {}
    for step in steps:
        if step.kind is SignalKind.CONTEXT:
            continue
        behaviour = shown_in(step, book)
        if behaviour is not None:
            found.setdefault(behaviour.name, (behaviour, []))[1].append(step)
    # A light hint of something grave is less than clear signs of something smaller.
    return sorted(
        found.values(),
        key=lambda one: (-one[0].weight * min(1.0, _heaviest(one[1]) / 4), one[0].name),
    )


def _heaviest(steps: Iterable[Step]) -> float:
    return max((step.bits for step in steps), default=0.0)


def headline(
    shown: Sequence[tuple[Behaviour, list[Step]]],
    accounts: Sequence[str],
    hosts: Sequence[str],
    chain: Said | None = None,
) -> str:
    """Return one sentence in plain words; ``chain`` is what joins it all."""
    people = [name.rpartition("\\")[2] for name in accounts if not is_system(name)]
    actor = listed(people, 2) or "Somebody"
    done = (
        listed([behaviour.phrase for behaviour, _ in shown[:_PHRASES]]) or "did what rules speak of"
    )
    as_in = f", as in {chain.id} ({chain.title})" if chain is not None else ""
    return f"{actor} {done} on {listed(hosts, 3)}{as_in}"


def actions(
    shown: Sequence[tuple[Behaviour, list[Step]]],
    accounts: Sequence[str],
    hosts: Sequence[str],
    book: Book,
    *,
    is_grave: bool,
) -> tuple[Action, ...]:
    """Return what to do, in order of phases, each with what was seen that asks for it."""
    found: dict[tuple[str, str], str] = {}
    if is_grave:
        for phase, text in book.always:
            found[phase, _Names(accounts, hosts, hosts).put_into(text)] = ""
    for behaviour, steps in shown:
        names = _Names.of(steps, hosts)
        for phase, text in behaviour.actions:
            found.setdefault((phase, names.put_into(text)), behaviour.name)
    order = list(book.phases)
    return tuple(
        Action(phase, text, reason)
        for (phase, text), reason in sorted(found.items(), key=lambda one: order.index(one[0][0]))
    )


def collected(
    shown: Sequence[tuple[Behaviour, list[Step]]], hosts: Sequence[str]
) -> tuple[str, ...]:
    """Return what to gather next."""
    return _each(shown, hosts, "collect")


def lost(shown: Sequence[tuple[Behaviour, list[Step]]], hosts: Sequence[str]) -> tuple[str, ...]:
    """Return what is to be treated as known to the intruder."""
    return _each(shown, hosts, "lost")


def _each(
    shown: Sequence[tuple[Behaviour, list[Step]]], hosts: Sequence[str], name: str
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for behaviour, steps in shown:
        names = _Names.of(steps, hosts)
        for text in getattr(behaviour, name):
            found[names.put_into(text)] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Names:
    """Those that a text speaks of, and all hosts of the incident."""

    accounts: Sequence[str]
    hosts: Sequence[str]
    all_hosts: Sequence[str]

    @classmethod
    def of(cls, steps: Sequence[Step], all_hosts: Sequence[str]) -> _Names:
        return cls([step.account for step in steps], [step.host for step in steps], all_hosts)

    def put_into(self, text: str) -> str:
        """Return a text with names; those of the system itself are nobody's."""
        people = [name for name in self.accounts if not is_system(name)]
        names = {
            "{all_hosts}": listed(self.all_hosts) or "the hosts",
            "{hosts}": listed(self.hosts) or "the hosts",
            "{accounts}": listed(people) or "the accounts of this incident",
        }
        return _PLACE.sub(lambda found: names[found[0]], text)
