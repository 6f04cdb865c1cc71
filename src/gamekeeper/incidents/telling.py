"""From signals to steps: what each says in a line, with the records that show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.cells import EXEMPLARS
from gamekeeper.incidents.linking import NONE
from gamekeeper.incidents.signals import because
from gamekeeper.model.incidents import Said, Signal, SignalKind
from gamekeeper.rules.attack import attack_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.incidents.observed import Spoken
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.incidents.signals import Material
    from gamekeeper.questions.searches import Ints

#: Records that a signal names.
_EVENTS: Final = 16
#: Names in a list of hosts or accounts.
NAMES: Final = 4
_SYSTEM: Final = frozenset({"system", "local service", "network service", ""})


@dataclass(frozen=True, slots=True)
class Told:
    """A signal as people read it; ``tactic`` and ``technique`` are what its heaviest rule says.

    ``techniques``: what each rule, chain, check or baseline that speaks in it says. Others of the signal's
    techniques are what it may be, too.
    """

    signal: Signal
    tactic: str
    technique: str
    fingerprint: str
    hosts: tuple[str, ...] = ()  # all that its events happened on; the signal's own first
    techniques: tuple[str, ...] = ()


def signal_of(number: int, material: Material, host_days: int, spelling: dict[str, str]) -> Told:
    """Return one signal in words."""
    spoken, observed = material.spoken, material.observation(number)
    cells, rows = material.acts.cells[number], material.acts.exemplars[number]
    said = _said(number, material, host_days)
    attacks = [attack_of(_rule(cell, spoken).tags) for cell in cells]
    tactics = tuple(dict.fromkeys(t for attack in attacks for t in attack.tactics))
    techniques = tuple(dict.fromkeys(t for attack in attacks for t in attack.techniques))
    mains = [attack.main for attack in attacks]
    heaviest = max(cells, key=lambda cell: (material.weights.bits[cell], -cell))
    main = attack_of(_rule(heaviest, spoken).tags)
    anchor = material.exemplars.rows.fingerprint(rows[0]).hex()
    firsts = spoken.cells.firsts[cells]
    host = material.host_names[material.facts.hosts[rows[0]]]
    count, last = _extent(number, material)
    times = material.exemplars.rows.filetimes[rows]
    signal = Signal(
        id=anchor,
        kind=SignalKind.MATCH if observed is None else observed.kind,
        bits=round(float(material.bits[number]), 2),
        host=spelling.get(host, host),
        account=account_of(number, material),
        first_seen=_least(times, _least(firsts, None)),
        last_seen=last,
        count=count,
        text=text_of(number, material, said),
        said=said,
        tactics=tactics,
        techniques=techniques,
        event_ids=event_ids(number, material),
        entities=entities(number, material),
    )
    return Told(
        signal,
        next(iter(main.tactics), next(iter(tactics), "")),
        main.main or next((one for one in mains if one), ""),
        anchor,
        _hosts(number, material, spelling),
        tuple(dict.fromkeys(one for one in mains if one)) if observed is None else techniques,
    )


def _rule(cell: int, spoken: Spoken) -> RuleLike:
    found: RuleLike = spoken.rules[spoken.groups[int(spoken.cells.groups[cell])].rule]
    return found


def _least(times: Ints, unknown: int | None) -> int | None:
    """Return the first of some times, of which -1 are not known."""
    known = times[times >= 0]
    return int(known.min()) if len(known) else unknown


def _extent(number: int, material: Material) -> tuple[int, int | None]:
    """Return how often something happened, and when for the last time.

    A cell's other events may be of another act of the same day, so that the act's own count; where all that
    a cell kept is of this act, or a flood goes on in it, it goes on behind them.
    """
    of, exemplars, floods = material.spoken.cells, material.exemplars, material.floods
    cells, rows = material.acts.cells[number], material.acts.exemplars[number]
    own: list[int] = [] if material.observation(number) is not None else rows
    times, units = exemplars.rows.filetimes[own], len(np.unique(exemplars.units[own]))
    if own:
        here = Counter(exemplars.rows.cells[rows].tolist())
        kept = {cell: exemplars.rows.count(cell) for cell in cells}
        cells = [
            cell
            for cell in cells
            if (
                _holder(cell, material) == number
                if floods.is_flooded[cell]
                else here[cell] >= max(EXEMPLARS, kept[cell])
            )
        ]
    counts = of.counts[cells]
    if own:  # what else a cell kept is of other acts, and counted there
        counts = counts - np.array([kept[cell] - here[cell] for cell in cells], np.int64)
    last = int(np.concatenate([times, of.lasts[cells]]).max(initial=-1))
    # A flood over midnight is several cells of one rule.
    often = np.bincount(floods.stands[cells], counts, minlength=1)
    return max(units, int(often.max())), last if last >= 0 else None


def _holder(cell: int, material: Material) -> int:
    """Return the signal that a flood goes on in: that of most events which stand for it, else the first."""
    rows = material.exemplars.pouring(cell)
    if not len(rows):
        return -1
    signals, first, counts = np.unique(
        material.facts.signals[rows], return_index=True, return_counts=True
    )
    return int(signals[np.lexsort((first, -counts))[0]])


def _hosts(number: int, material: Material, spelling: dict[str, str]) -> tuple[str, ...]:
    codes = material.facts.hosts[material.acts.exemplars[number]]
    names = (material.host_names[code] for code in codes.tolist())
    return tuple(dict.fromkeys(spelling.get(name, name) for name in names))


def _said(number: int, material: Material, host_days: int) -> tuple[Said, ...]:
    best: dict[int, Said] = {}
    spoken = material.spoken
    for cell in material.acts.cells[number]:
        place = spoken.groups[spoken.cells.groups[cell]].rule
        rule, weight = spoken.rules[place], material.weights[cell]
        observed = spoken.observation(cell)
        reason = because(weight, host_days)
        if observed is not None:
            common = weight.shape.host_days > 1
            reason = f"{observed.because}{f'; {reason}' if common else ''}"
        said = Said(rule.id, rule.title, rule.level, round(weight.bits, 2), reason)
        if place not in best or said.bits > best[place].bits:
            best[place] = said
    return tuple(sorted(best.values(), key=lambda one: (-one.bits, one.title, one.id)))


def account_of(number: int, material: Material) -> str:
    r"""Return the account of a signal as ``DOMAIN\name``: a person's before the system's."""
    found, spoken = [], material.spoken
    for row in material.acts.exemplars[number]:
        name, domain = (material.shown.text(row, column) for column in ("user", "domain"))
        if name:
            found.append(f"{domain}\\{name}" if domain else name)
    for cell in material.acts.cells[number]:
        name = spoken.groups[spoken.cells.groups[cell]].account
        found.append(material.sids.get(name.upper(), name))
    found = [name for name in found if name]
    people = [name for name in found if not is_system(name) and not name.startswith("S-1-")]
    full = [name for name in people if "\\" in name]
    return next(iter(full or people or found), "")


def is_system(account: str) -> bool:
    r"""Say whether an account is the computer's own or a built-in one.

    >>> is_system("CORP\\DC01$"), is_system("NT AUTHORITY\\SYSTEM"), is_system("CORP\\ann")
    (True, True, False)
    """
    name = account.rpartition("\\")[2].lower()
    return (
        name.endswith("$")
        or name in _SYSTEM
        or account.startswith(("S-1-5-18", "S-1-5-19", "S-1-5-20"))
    )


def listed(names: Iterable[str], limit: int = NAMES) -> str:
    """Return names as people list them.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b", "c"], 1)
    ('a', 'a, b and c', 'a and 2 more')
    """
    known = list(dict.fromkeys(name for name in names if name))
    if len(known) > limit:
        return f"{', '.join(known[:limit])} and {len(known) - limit} more"
    return " and ".join([", ".join(known[:-1]), known[-1]]) if len(known) > 1 else "".join(known)


def text_of(number: int, material: Material, said: tuple[Said, ...]) -> str:
    """Return what the event is, and by which rule it was noticed; an observation says it itself."""
    observed = material.observation(number)
    if observed is not None:
        return observed.text
    texts = [material.shown.text(row, "text") for row in material.acts.exemplars[number]]
    text = next((one for one in texts if one), "")
    title = said[0].title if said else ""
    return f"{text} [{title}]" if text else title


def event_ids(number: int, material: Material) -> tuple[str, ...]:
    """Return the records that show a signal, those first on which rules were true."""
    rows = material.acts.exemplars[number]
    found = [name for row in rows if (name := material.exemplars.rows.event_id(row))]
    starts = material.exemplars.starts[rows]
    found += material.processes.records(np.unique(starts[starts >= 0])[:_EVENTS].astype(np.int64))
    return tuple(dict.fromkeys(found))[:_EVENTS]


def entities(number: int, material: Material) -> tuple[tuple[str, str], ...]:
    """Return what people can pivot on."""
    found: dict[tuple[str, str], None] = {}
    for row in material.acts.exemplars[number]:
        for kind, name in (
            ("program", "image"),
            ("process", "guid"),
            ("session", "logon_id"),
            ("address", "source_ip"),
            ("address", "destination_ip"),
            ("file", "file_path"),
        ):
            value = material.shown.text(row, name)
            if value:
                found[kind, value] = None
    return tuple(found)[:24]


def joined_by(kind: int, parameters: Parameters) -> str:
    """Return in words by what a signal hangs on the others."""
    if kind == NONE:
        return ""
    return next(link.name for link in parameters.links.values() if link.number == kind)
