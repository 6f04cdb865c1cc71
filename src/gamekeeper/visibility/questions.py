"""The questions: behaviours, techniques and chains, each a term over atoms, and the hosts it is asked of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.analytics.chains.ir import StepIs, may_hold
from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.needs import needs
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold
from gamekeeper.visibility.ground import (
    COVER,
    FIELD,
    MEMORY,
    OF_ANY,
    OF_HOST,
    PARTLY,
    RECORD,
    ROLE,
    Atoms,
    Key,
    switch_of,
)
from gamekeeper.visibility.tables import (
    ChainPlace,
    Line,
    behaviours,
    chain_places,
    channels,
    logs,
    ordinary,
)
from gamekeeper.visibility.terms import NEVER, Sights, all_of, any_of, at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gamekeeper.analytics.chains.ir import Body, Chain
    from gamekeeper.analytics.chains.ir import Term as ChainTerm
    from gamekeeper.analytics.chains.needs import ChainNeeds, Need, StepNeeds
    from gamekeeper.visibility.terms import Term

BEHAVIOUR: Final = "behaviour"
TECHNIQUE: Final = "technique"
CHAIN: Final = "chain"

_DAY_S: Final = 86_400
#: Fields without which a condition on a step fails; of others a condition may name alternatives.
_DECIDING: Final = frozenset({"commandline", "parentprocessname", "parentimage", "ipaddress"})


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``term`` is None where no log of the scope could answer it.

    ``on``: roles of which a host must have one, empty for any host. ``parts``: behaviours of a technique.
    ``span_s``: how long logs must be for a chain to fit in. ``ordinary``: why ordinary work looks the same,
    so that no rule can say that it did not happen, or a chain that was found says little by itself.
    ``is_once``: a chain asks for what never was before, so that it tells a beginning and not what goes on.
    """

    id: str
    name: str
    kind: str
    term: Term | None
    on: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    span_s: int = 0
    ordinary: str = ""
    is_once: bool = False
    instead: str = ""  # what would do in place of the logs outside, and is not there


def behaviour_questions(atoms: Atoms) -> list[Question]:
    """Return one question a behaviour."""
    found = []
    for one in behaviours():
        terms = [all_of(log_term(name, atoms) for name in names) for names in one.seen_by]
        found.append(
            Question(
                one.id,
                one.text,
                BEHAVIOUR,
                any_of(terms) if terms else None,
                one.roles,
                one.techniques,
                one.outside,
                ordinary=f"ordinary work does it, too: {one.text}" if one.is_ordinary else "",
            )
        )
    return found


def log_term(name: str, atoms: Atoms) -> Term:
    """Return what it takes to have a kind of record."""
    return any_of(line_term(line, atoms) for line in logs()[name].lines)


def line_term(line: Line, atoms: Atoms) -> Term:
    """Return what it takes to have what one line of a kind of record says."""
    cover = atoms.of(Key(COVER, line.channel))
    if not line.ids:
        return cover
    return all_of(
        [cover, any_of(_id_term(line, number, atoms) for number in dict.fromkeys(line.ids))]
    )


def _id_term(line: Line, number: int, atoms: Atoms) -> Term:
    parts: list[Term] = []
    switch = switch_of(line.channel, number, line.variant)
    if switch is not None:
        record: Term = atoms.of(Key(RECORD, line.channel, switch.ids, switch.variant))
        by_role = channels()[line.channel].by_role
        roles = [atoms.of(Key(ROLE, word=role)) for role, ids in by_role if number in ids]
        parts.append(any_of([record, *roles]))
    tracked = channels()[line.channel].fields if line.channel in channels() else {}
    parts += [
        atoms.of(Key(FIELD, line.channel, (number,), field))
        for field in line.fields
        if (number, field) in tracked
    ]
    return all_of(parts)


def chain_questions(
    atoms: Atoms,
    chains: Sequence[Chain] | None = None,
    is_there: Callable[[Line], bool] = lambda _: True,
) -> list[Question]:
    """Return one question for each of the thirteen chains and for every other one that is looked for.

    ``is_there``: whether any host has such records.
    """
    known = {chain.id: chain for chain in (builtin_chains() if chains is None else chains)}
    wanted = {one.chain: one for one in needs(tuple(known.values()))}
    names = [*chain_places(), *(name for name in known if name not in chain_places())]
    found = []
    for name in names:
        chain = known.get(name)
        place = chain_places().get(name) or ChainPlace(name, chain.name if chain else name)
        instead = logs()[place.instead] if place.instead else None
        if instead is not None and not any(map(is_there, instead.lines)):
            asked = replace(_chain_question(place, chain, None, atoms), instead=instead.text)
        else:
            asked = _chain_question(place, chain, wanted.get(name), atoms)
        found.append(asked)
    return found


def _chain_question(
    place: ChainPlace, chain: Chain | None, wanted: ChainNeeds | None, atoms: Atoms
) -> Question:
    term = _body_term(wanted, atoms) if wanted else None
    if term is not None and not _can_be_seen(term, len(atoms.keys)):
        term = None  # some step of it is in no log of Windows
    techniques = chain.attack if chain else ()
    span = _span_s(chain) if chain else 0
    return Question(
        place.id,
        place.name,
        CHAIN,
        term,
        place.roles,
        techniques,
        place.outside,
        span_s=span,
        ordinary=place.ordinary,
        is_once=chain is not None
        and any(step.first_ever for _, body in chain.bodies() for step in body.steps),
    )


def _can_be_seen(term: Term, atoms: int) -> bool:
    return bool(Sights(np.full((atoms, 1), 2, np.int8)).of(term)[0] == 2)


def _span_s(chain: Chain) -> int:
    """Return the least time that the steps of a chain are apart from each other."""
    steps = [step for _, body in chain.bodies() for step in body.steps]
    return max((step.count.apart_s * (step.count.at_least - 1) for step in steps), default=0)


def _body_term(body: ChainNeeds, atoms: Atoms) -> Term:
    steps = {step.step: _step_term(step, body.body, atoms) for step in body.steps}
    condition = body.body.condition
    if isinstance(condition, StepIs) or condition.number > 1:
        return _condition(condition, steps)
    # A way that waits for a list is not looked for, whatever logs there are.
    at_hand = {step.step for step in body.steps if not step.waits}
    ways = [term for term in condition.terms if may_hold(term, at_hand)]
    return _ways([_condition(term, steps) for term in ways], atoms)


def _ways(ways: Sequence[Term], atoms: Atoms) -> Term:
    """Return the sight of several ways to do a thing: seen where all of them are, blind where none is.

    An "or" at the top of a condition tells such ways apart. One inside tells ways to see the same act, of
    which one is enough.
    """
    in_part = all_of([atoms.of(Key(PARTLY)), any_of(ways)])
    return any_of([all_of(ways), in_part]) if len(ways) > 1 else any_of(ways)


def _condition(term: ChainTerm, steps: Mapping[str, Term]) -> Term:
    if isinstance(term, StepIs):
        return steps[term.step]
    return at_least(term.number, tuple(_condition(part, steps) for part in term.terms))


def _step_term(step: StepNeeds, body: Body, atoms: Atoms) -> Term:
    if step.inner is not None:
        return _body_term(step.inner, atoms)
    return any_of(
        all_of([line_term(line, atoms), *_memory(step, body, line.channel, atoms)])
        for need in step.logs
        for line in _lines(need)
    )


def _memory(step: StepNeeds, body: Body, channel: str, atoms: Atoms) -> list[Term]:
    """Return how far a log must reach back for a step that asks for what was never seen before.

    So must the log of the step since which something is known.
    """
    asking = [one.first_ever for one in body.steps if one.first_ever and one.first_ever.history_s]
    own = body.step(step.step).first_ever
    return [
        atoms.of(
            Key(
                MEMORY,
                channel,
                (-(-asked.history_s // _DAY_S),),
                OF_HOST if "host" in asked.known else OF_ANY,
            )
        )
        for asked in dict.fromkeys(asking)
        if asked == own or asked.since == step.step
    ]


def _lines(need: Need) -> Iterable[Line]:
    channels_ = need.channels or tuple(fold(one) for one in datasets()[need.dataset].channels)
    asked = dict.fromkeys((*need.condition_fields, *need.entity_fields))
    fields = tuple(field for field in asked if fold(field) in _DECIDING)
    return [Line(channel, need.event_ids, fields) for channel in channels_]


def technique_questions(asked: Iterable[Question]) -> list[Question]:
    """Return one question a technique, over the behaviours that show it."""
    parts: dict[str, list[Question]] = {}
    for one in asked:
        for technique in one.techniques:
            parts.setdefault(technique, []).append(one)
    return [
        Question(
            technique,
            "; ".join(one.name for one in of),
            TECHNIQUE,
            NEVER if any(one.term for one in of) else None,
            techniques=(technique,),
            outside=tuple(dict.fromkeys(name for one in of for name in one.outside)),
            parts=tuple(one.id for one in of),
            ordinary=ordinary().get(technique, "") or _ordinary(of),
        )
        for technique, of in sorted(parts.items())
    ]


def _ordinary(of: Iterable[Question]) -> str:
    return next((one.ordinary for one in of if one.ordinary and one.term is not None), "")
