"""What observations add to a story: events that they cite and no rule spoke of, and the chain over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.dependence import observation_of
from gamekeeper.incidents.observed import NOWHERE
from gamekeeper.model.incidents import Said, SignalKind, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gamekeeper.incidents.signals import Material
    from gamekeeper.incidents.telling import Told

_JOINED: Final = {
    SignalKind.CHAIN: "an event of a chain of this incident",
    SignalKind.ANOMALY: "an event of something unusual in this incident",
    SignalKind.BREAK: "an event of a break of this incident",
}


def chain_of(told: Sequence[Told]) -> Said | None:
    """Return the chain that says most of an incident, if there is one."""
    chains = [one.signal.said[0] for one in told if one.signal.kind is SignalKind.CHAIN]
    return max(chains, key=lambda said: (said.bits, said.id), default=None)


def cited_steps(
    members: Sequence[int],
    material: Material,
    spelling: Mapping[str, str],
    told: Collection[str] = (),
) -> list[Step]:
    """Return a step for each event that an observation tells of and that is no signal by itself.

    ``told`` are ids of events that the story has already.
    """
    found: dict[str, Step] = {}
    for number in members:
        for name, step in _cited(number, material, spelling):
            if name not in told:
                found.setdefault(name, step)
    return list(found.values())


def _cited(
    number: int, material: Material, spelling: Mapping[str, str]
) -> Iterator[tuple[str, Step]]:
    act, exemplars = material.acts[number], material.exemplars
    observed = observation_of(act, material.cells)
    if observed is None:
        return
    for row in act.exemplars:
        one = exemplars.rows[row]
        if not one.why or one.source == NOWHERE or exemplars.unit(row) in material.matched:
            continue
        host, account = _where(row, material, spelling)
        event = f"{one.source}:{one.offset}"
        step = Step(
            time=one.filetime,
            host=host,
            account=account,
            tactic="",
            technique="",
            text=one.why,
            event_ids=(event,),
            kind=SignalKind.CONTEXT,
            joined=_JOINED.get(observed.kind, ""),
        )
        yield event, step


def _where(row: int, material: Material, spelling: Mapping[str, str]) -> tuple[str, str]:
    host = material.host_names[material.facts.hosts[row]]
    at = int(material.trace_of[row])
    if at < 0:
        return spelling.get(host, host), ""
    user, domain = (material.seen.column(name)[at].as_py() or "" for name in ("user", "domain"))
    return spelling.get(host, host), f"{domain}\\{user}" if user and domain else user
