"""Where an incident went on to: hosts that its accounts came to from its own, or that its commands ask for.

Nothing there need have been noticed, so that these are no hosts of the incident; they are the first to look
at. Only what follows or precedes an act on the host that it came from within an hour counts, by whichever
account of the incident: who sits in a session of one opens a desktop elsewhere as another, and an account
that was stolen works on for its owner on other days.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents import things
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.surroundings import spoken_kind
from gamekeeper.incidents.telling import is_system, listed
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import Reached

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from gamekeeper.context.given import Context
    from gamekeeper.incidents.signals import Material
    from gamekeeper.model.context import Asset
    from gamekeeper.model.incidents import Step
    from gamekeeper.questions.searches import Ints, Rows

#: How far a logon may be from an act of its account on the host that it came from, 100 ns.
NEAR: Final = 36_000_000_000
#: Records that one way names, and ways of one incident.
_RECORDS: Final = 8
_MOST: Final = 64


def reached(
    steps: Sequence[Step],
    hosts: Collection[str],
    material: Material,
    spelling: Mapping[str, str],
    context: Context | None = None,
) -> tuple[Reached, ...]:
    """Return the hosts beyond ``hosts`` that sessions or commands of these steps reached, by time."""
    inside = {short_host(host) for host in hosts}
    ways = [*_came(steps, inside, material, spelling), *_asked(steps, inside, spelling)]
    # What was reached says more than what was asked for.
    by_host: dict[str, list[Reached]] = defaultdict(list)
    for one in sorted(ways, key=lambda one: (one.is_asked, one.time or 0, one.host, one.how)):
        by_host[short_host(one.host)].append(one)
    kept = [_together(alike) for alike in by_host.values()]
    kept.sort(key=lambda one: (one.time is None, one.time or 0, one.host))
    return tuple(_with_roles(kept[:_MOST], context))


def _together(ways: Sequence[Reached]) -> Reached:
    """Return the first way to a host, with how else somebody came there."""
    first = ways[0]
    alike = [one for one in ways if one.is_asked == first.is_asked]
    records = dict.fromkeys(record for one in alike for record in one.event_ids)
    return replace(first, how=listed(one.how for one in alike), event_ids=tuple(records)[:_RECORDS])


def _acts(steps: Iterable[Step]) -> dict[str, list[int]]:
    """Return the times at which people acted on hosts, by short name; of a flood, when it began."""
    found: dict[str, list[int]] = defaultdict(list)
    for step in steps:
        if step.time is not None and step.account and not is_system(step.account):
            is_flood = step.count >= parameters().flood.matches
            last = step.time if is_flood or step.last_time is None else step.last_time
            found[short_host(step.host)] += [step.time, last]
    return found


def _people(steps: Iterable[Step]) -> list[str]:
    """Return the accounts that acted, folded and without their domains."""
    names = (step.account for step in steps if step.account and not is_system(step.account))
    return sorted({fold(name.rpartition("\\")[2]) for name in names})


def _came(
    steps: Sequence[Step],
    inside: Collection[str],
    material: Material,
    spelling: Mapping[str, str],
) -> Iterator[Reached]:
    """Yield ways of accounts from hosts on which they acted to hosts that are none of the incident's."""
    logons, names = material.logons, material.names
    hosts, accounts = names.hosts.names(), names.accounts.names()
    known = names.accounts.known
    who = [known[name] for name in _people(steps) if name in known]
    for host, times in _acts(steps).items():
        rows = np.flatnonzero(logons.from_hosts == names.hosts.known.get(host, -2))
        rows = rows[np.isin(logons.accounts[rows], who)]
        if not len(rows):
            continue
        for row in _near(rows, logons.times[rows], times).tolist():
            target = hosts[logons.hosts[row]]
            if short_host(target) in inside:
                continue
            yield Reached(
                int(logons.times[row]),
                spelling.get(target, target),
                spelling.get(host, host),
                accounts[logons.accounts[row]],
                spoken_kind(row, material),
                (f"{logons.sources[row]}:{logons.offsets[row]}",),
            )


def _near(rows: Rows, when: Ints, times: Sequence[int]) -> Rows:
    """Return the rows whose time is near one of some times."""
    known = np.sort(np.array(times, np.int64))
    after = known[np.minimum(np.searchsorted(known, when), len(known) - 1)]
    before = known[np.maximum(np.searchsorted(known, when, side="right") - 1, 0)]
    is_near = np.minimum(np.abs(when - before), np.abs(after - when)) <= NEAR
    found: Rows = rows[is_near & (when >= 0)]
    return found


def _asked(
    steps: Iterable[Step], inside: Collection[str], spelling: Mapping[str, str]
) -> Iterator[Reached]:
    """Yield the hosts that commands of some steps name."""
    for step in steps:
        for name, how in things.asked_for(things.plain(step.text)):
            if short_host(name) not in inside:
                host = spelling.get(short_host(name), name)
                account = step.account.rpartition("\\")[2]
                yield Reached(
                    step.time,
                    host,
                    step.host,
                    account,
                    how,
                    step.event_ids[:_RECORDS],
                    is_asked=True,
                )


def _with_roles(ways: Sequence[Reached], context: Context | None) -> Iterator[Reached]:
    """Yield ways with what is known of the hosts that they lead to."""
    assets: list[Asset | None] = [None] * len(ways)
    if context is not None:
        known = list(dict.fromkeys(one.host for one in ways))
        found = dict(zip(known, context.assets.lookup(known), strict=True))
        assets = [found[one.host] for one in ways]
    for one, asset in zip(ways, assets, strict=True):
        yield one if asset is None else one.with_role(_role(asset))


def _role(asset: Asset) -> str:
    level = f"Purdue level {asset.purdue}" if asset.purdue else ""
    worth = f"criticality {asset.criticality}" if asset.criticality else ""
    return ", ".join(part for part in (asset.role, level, worth) if part)
