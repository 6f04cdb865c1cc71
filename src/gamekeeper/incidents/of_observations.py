"""What observations add to a story: events that they cite and no rule spoke of, and the chain over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
    rows, observed = material.exemplars.rows, material.observation(number)
    if observed is None:
        return
    for row in material.acts.exemplars[number]:
        text, event = rows.text(row), rows.event_id(row)
        if not text or not event or material.exemplars.is_matched(row):
            continue
        host, account = _where(row, material, spelling)
        step = Step(
            time=rows.filetime(row),
            host=host,
            account=account,
            tactic="",
            technique="",
            text=text,
            event_ids=(event,),
            kind=SignalKind.CONTEXT,
            joined=_JOINED.get(observed.kind, ""),
        )
        yield event, step


def _where(row: int, material: Material, spelling: Mapping[str, str]) -> tuple[str, str]:
    host = material.host_names[material.facts.hosts[row]]
    user, domain = (material.shown.text(row, name) for name in ("user", "domain"))
    return spelling.get(host, host), f"{domain}\\{user}" if user and domain else user
