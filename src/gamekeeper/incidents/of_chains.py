"""Hits of chains as observations: one signal each, which cites the events that its steps rest on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.chains import ChainHit, ChainStep

#: Hits of one chain on one host that are signals; further ones are counted with the last of them.
HITS: Final = 100
#: Events of one step that are cited.
_EVENTS: Final = 6
_TEXT: Final = 600


def of_chains(hits: Iterable[ChainHit], parameters: Parameters) -> Iterator[Observation]:
    """Yield an observation a hit, those of one chain and host up to a limit."""
    seen: Counter[tuple[str, str]] = Counter()
    for hit in hits:
        host = _host(hit)
        seen[hit.chain, host] += 1
        if seen[hit.chain, host] <= HITS:
            yield _observation(hit, host, parameters)


def _host(hit: ChainHit) -> str:
    """Return the host of the earliest event that is no habit, if there is one."""
    events = [event for step in hit.steps for event in step.events if event.host]
    first = min(events, key=lambda one: (one.is_habit, one.filetime, one.fingerprint), default=None)
    return first.host if first is not None else ""


def _observation(hit: ChainHit, host: str, parameters: Parameters) -> Observation:
    met = [step for step in hit.steps if step.count]
    texts = "; ".join(dict.fromkeys(step.text for step in met))
    joined = ", ".join(f"{name} {value}" for name, value in hit.joined if value)
    often = f"complete {hit.windows:,} times" if hit.windows > 1 else "complete once"
    notes = "".join(f"; {note}" for note in hit.notes)
    return Observation(
        kind=SignalKind.CHAIN,
        by=hit.chain,
        title=hit.name,
        bits=parameters.chain_bits.get(hit.level, 0.0),
        techniques=hit.attack,
        tactic="",
        host=host,
        account=hit.accounts[0] if len(hit.accounts) == 1 else "",
        shape=hit.chain,
        text=f"{hit.name}: {texts}"[:_TEXT],
        because=(
            f"{len(met)} of {len(hit.steps)} steps, {often}"
            f"{f', joined by {joined}' if joined else ''}{notes}"
        ),
        events=tuple(event for step in met for event in _cited(step)),
        level=hit.level,
        first=hit.first_seen,
        last=hit.last_seen,
    )


def _cited(step: ChainStep) -> Iterator[Cited]:
    """Yield some events of a step, one of each host before more of one; the first says what the step is.

    Habits are no part of the story: an incident begins where somebody left them.
    """
    events = [event for event in step.events if not event.is_habit]
    first = {event.host: at for at, event in reversed(list(enumerate(events)))}
    ordered = sorted(range(len(events)), key=lambda at: (first[events[at].host] != at, at))
    for place, at in enumerate(sorted(ordered[:_EVENTS])):
        event = events[at]
        yield Cited(
            event.source,
            event.offset,
            event.filetime,
            bytes.fromhex(event.fingerprint),
            step.text if place == 0 else "",
        )
