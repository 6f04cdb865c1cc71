"""What to say of an incident beside its story: headline, innocent story, what to do and to collect."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.behaviours import Behaviour, Book, Innocent
from gamekeeper.incidents.telling import is_system
from gamekeeper.model.incidents import Action, Benign, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.model.incidents import Said, Step

#: Phrases of a headline, and names in a list of hosts or accounts.
_PHRASES: Final = 3
_NAMES: Final = 4


def shown_by(steps: Sequence[Step], book: Book) -> list[tuple[Behaviour, list[Step]]]:
    """Return the behaviours that steps show with their steps, the weightiest first."""
    found: dict[str, tuple[Behaviour, list[Step]]] = {}
    for step in steps:
        if step.kind is SignalKind.CONTEXT:
            continue
        words = f"{step.text} {step.account}"
        for techniques in ([step.technique], step.techniques):
            behaviour = book.behaviour([one for one in techniques if one], words)
            if behaviour is not None:
                found.setdefault(behaviour.name, (behaviour, []))[1].append(step)
                break
    # A light hint of something grave is less than clear signs of something smaller.
    return sorted(
        found.values(),
        key=lambda one: (-one[0].weight * min(1.0, _heaviest(one[1]) / 4), one[0].name),
    )


def _heaviest(steps: Iterable[Step]) -> float:
    return max((step.bits for step in steps), default=0.0)


def listed(names: Iterable[str], limit: int = _NAMES) -> str:
    """Return names as people list them.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b", "c"], 1)
    ('a', 'a, b and c', 'a and 2 more')
    """
    known = list(dict.fromkeys(name for name in names if name))
    if len(known) > limit:
        return f"{', '.join(known[:limit])} and {len(known) - limit} more"
    return " and ".join([", ".join(known[:-1]), known[-1]]) if len(known) > 1 else "".join(known)


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


def innocent(steps: Sequence[Step], accounts: Sequence[str], book: Book) -> Benign:
    """Return the innocent story that leaves the least unexplained, and what it leaves."""
    weights: dict[str, float] = defaultdict(float)
    spoken: dict[str, Step] = {}
    for step in steps:
        if step.kind is not SignalKind.CONTEXT and step.technique:
            weights[step.technique] += step.bits
            if step.technique not in spoken or step.bits > spoken[step.technique].bits:
                spoken[step.technique] = step
    stories = [
        one
        for one in book.innocent
        if one.accounts != "system" or all(is_system(name) for name in accounts if name)
    ]

    def explained(story: Innocent) -> float:
        known = sum(bits for technique, bits in weights.items() if story.explains(technique))
        return story.discount * known

    best = max(stories, key=explained)
    left = [technique for technique in weights if not best.explains(technique)]
    left.sort(key=lambda technique: (-weights[technique], technique))
    fails = tuple(
        f"{technique} on {spoken[technique].host}: {spoken[technique].said[0].title}"
        for technique in left[:6]
        if spoken[technique].said
    )
    if not fails and len({step.host for step in steps}) > 1:
        fails = ("that one story runs over several hosts",)
    return Benign(f"{best.text} {best.check}", fails)


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
            found[phase, _filled(text, accounts, hosts)] = ""
    for behaviour, steps in shown:
        own_hosts = [step.host for step in steps]
        own_accounts = [step.account for step in steps if not is_system(step.account)]
        for phase, text in behaviour.actions:
            found.setdefault((phase, _filled(text, own_accounts, own_hosts)), behaviour.name)
    order = list(book.phases)
    return tuple(
        Action(phase, text, reason)
        for (phase, text), reason in sorted(found.items(), key=lambda one: order.index(one[0][0]))
    )


def collected(shown: Sequence[tuple[Behaviour, list[Step]]]) -> tuple[str, ...]:
    """Return what to gather next."""
    return _each(shown, "collect")


def lost(shown: Sequence[tuple[Behaviour, list[Step]]]) -> tuple[str, ...]:
    """Return what is to be treated as known to the intruder."""
    return _each(shown, "lost")


def _each(shown: Sequence[tuple[Behaviour, list[Step]]], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for behaviour, steps in shown:
        hosts = [step.host for step in steps]
        accounts = [step.account for step in steps if not is_system(step.account)]
        for text in getattr(behaviour, name):
            found[_filled(text, accounts, hosts)] = None
    return tuple(found)


def _filled(text: str, accounts: Iterable[str], hosts: Iterable[str]) -> str:
    text = text.replace("{hosts}", listed(hosts) or "the hosts")
    return text.replace("{accounts}", listed(accounts) or "the accounts of this incident")
