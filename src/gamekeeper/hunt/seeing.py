"""The stage of a hunt that says what could have been seen, and what follows: visibility and verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.placeholders import filled
from gamekeeper.hunt.chaining import lists_of
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.incidents import SignalKind
from gamekeeper.visibility.looking import see
from gamekeeper.visibility.signs import Found, Sign, signs_of
from gamekeeper.visibility.verdict import judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.context.given import Context
    from gamekeeper.hunt.request import Request
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import IntegrityResult
    from gamekeeper.model.chains import ChainHit
    from gamekeeper.model.context import Asset
    from gamekeeper.model.incidents import Incident
    from gamekeeper.model.results import HuntResult
    from gamekeeper.model.visibility import VisibilityResult
    from gamekeeper.visibility.looking import Seeing


def seen_in(request: Request, facts: Facts, integrity: IntegrityResult, context: Context) -> Seeing:
    """Return what the logs could have shown, in the period that was asked about."""
    chains = filled(builtin_chains(), lists_of(context.accounts))
    return see(facts, integrity, _assets(facts, context), request.span, chains)


def with_verdict(
    request: Request, seeing: Seeing, integrity: IntegrityResult, result: HuntResult
) -> VisibilityResult:
    """Return what could have been seen with the verdict; without one where no rule was asked."""
    if request.ruleless:
        return seeing.result
    signs = signs_of(
        seeing.answers.scope,
        result.matches,
        result.rules,
        result.findings,
        Found(
            [_sign(hit) for hit in result.chains.hits],
            [one.id for one in result.chains.accounts],
            list(_told(result.incidents)),
        ),
    )
    judgement = judged(
        seeing.answers, signs, integrity.breaks, left_out=(*request.include, *request.exclude)
    )
    return replace(seeing.result, judgement=judgement)


def _sign(hit: ChainHit) -> Sign:
    hosts = tuple(short_host(host) for host in hit.hosts)
    return Sign(hit.chain, hit.level, hosts, hit.first_seen, hit.last_seen, hit.id)


def _told(incidents: Iterable[Incident]) -> Iterator[Sign]:
    """Yield where and when rules speak in incidents."""
    for incident in incidents:
        for step in incident.steps:
            if step.kind is SignalKind.MATCH and step.time is not None:
                last, hosts = step.last_time or step.time, (short_host(step.host),)
                for said in step.said:
                    yield Sign(said.id, said.level, hosts, step.time, last, incident.id)


def _assets(facts: Facts, context: Context) -> dict[str, Asset]:
    """Return the row of each host that logs or lists name."""
    listed = context.assets.by_name()
    spoken = list(facts.hosts.values())
    found = {
        name: asset
        for name, asset in zip(spoken, context.assets.lookup(spoken), strict=True)
        if asset is not None
    }
    known = {short_host(name) for name in found}
    return found | {name: one for name, one in listed.items() if short_host(name) not in known}
