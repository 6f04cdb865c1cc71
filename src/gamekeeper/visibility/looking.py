"""From facts to the whole result of visibility: scope, roles, ground, questions, checks, changes, answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.visibility import VisibilityResult
from gamekeeper.visibility.changes import Changes
from gamekeeper.visibility.checks.look import Look
from gamekeeper.visibility.checks.registry import results
from gamekeeper.visibility.coverage import answers, coverage
from gamekeeper.visibility.ground import Atoms, Ground
from gamekeeper.visibility.questions import (
    BEHAVIOUR,
    CHAIN,
    TECHNIQUE,
    behaviour_questions,
    chain_questions,
    log_term,
    technique_questions,
)
from gamekeeper.visibility.recorded import Recorded
from gamekeeper.visibility.replies import replies
from gamekeeper.visibility.retention import kept
from gamekeeper.visibility.roles import roles_of
from gamekeeper.visibility.scope import scope_of
from gamekeeper.visibility.seen import Seen
from gamekeeper.visibility.tables import logs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.ir import Chain
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import IntegrityResult
    from gamekeeper.model.context import Asset
    from gamekeeper.model.visibility import HostRole
    from gamekeeper.visibility.coverage import Answers


@dataclass(frozen=True, slots=True)
class Seeing:
    """The result, and the answers behind it on which verdicts rest."""

    result: VisibilityResult
    answers: Answers


def see(
    facts: Facts,
    integrity: IntegrityResult | None,
    assets: Mapping[str, Asset] | None = None,
    period: tuple[int | None, int | None] = (None, None),
    chains: Sequence[Chain] | None = None,
) -> Seeing:
    """Return what these logs could have shown. ``assets``: host, as it is written → its row in a list.

    ``chains`` are those that are asked about, with the lists that people gave; None for the built-in ones.
    ``period``: FILETIME of the first moment that is asked about and of the first that is not.
    """
    known = {short_host(host): asset for host, asset in (assets or {}).items()}
    scope = scope_of(facts, known, period)
    seen = Seen(facts, scope)
    hosts = roles_of(seen, known)
    hosts_of = _masks(hosts)
    atoms = Atoms()
    asked = behaviour_questions(atoms)
    asked_chains = chain_questions(
        atoms, chains, is_there=lambda line: bool(len(seen.rows(line.channel, line.ids)))
    )
    asked += [*asked_chains, *technique_questions(asked)]
    log_terms = {name: log_term(name, atoms) for name in logs()}
    recorded = Recorded(seen, integrity.timeline if integrity else None)
    ground = Ground(atoms, recorded, hosts_of)
    found = answers(scope, ground, {one.id: one for one in asked}, hosts_of)
    changes = Changes(found)
    names = {**facts.hosts, **{host: one.host for host, one in known.items()}}
    look = Look(
        facts, scope, seen, recorded, ground, log_terms, hosts, hosts_of, changes,
        kept(facts, hosts), integrity, names, bool(known),
    )  # fmt: skip
    return Seeing(_result(look, found, changes), found)


def _masks(hosts: Sequence[HostRole]) -> dict[str, NDArray[np.bool_]]:
    roles = {role for one in hosts for role in one.roles}
    return {role: np.array([role in one.roles for one in hosts], bool) for role in sorted(roles)}


def _result(look: Look, found: Answers, changes: Changes) -> VisibilityResult:
    covered = {name: coverage(found, name) for name in found.questions}
    by_kind = {
        kind: tuple(covered[name] for name, one in found.questions.items() if one.kind == kind)
        for kind in (CHAIN, TECHNIQUE, BEHAVIOUR)
    }
    checks = results(look)
    days = found.scope.days
    return VisibilityResult(
        hosts=tuple(look.hosts),
        first_day=int(days[0]) if len(days) else None,
        last_day=int(days[-1]) if len(days) else None,
        replies=replies(look, checks, by_kind[CHAIN], changes.ranked),
        checks=checks,
        retention=tuple(look.retention),
        chains=by_kind[CHAIN],
        techniques=by_kind[TECHNIQUE],
        behaviours=by_kind[BEHAVIOUR],
        changes=changes.ranked,
        remarks=_remarks(look),
        names=dict(look.names),
    )


def _remarks(look: Look) -> tuple[str, ...]:
    left_out = look.scope.left_out
    if not left_out:
        return ()
    return (
        f"The logs span more than ten years: {left_out:,} days without any event are left out of the scope.",
    )
