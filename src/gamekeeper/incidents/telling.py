"""From signals to steps: what each says in a line, with the records that show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.cells import EXEMPLARS
from gamekeeper.incidents.dependence import observation_of
from gamekeeper.incidents.linking import NONE
from gamekeeper.incidents.observed import NOWHERE
from gamekeeper.incidents.signals import because
from gamekeeper.model.incidents import Said, Signal, SignalKind
from gamekeeper.rules.attack import attack_of

if TYPE_CHECKING:
    from gamekeeper.incidents.acts import Act
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.signals import Material

#: Records that a signal names.
_EVENTS: Final = 16
_SYSTEM: Final = frozenset({"system", "local service", "network service", ""})


@dataclass(frozen=True, slots=True)
class Told:
    """A signal as people read it; ``tactic`` and ``technique`` are those of its heaviest rule."""

    signal: Signal
    tactic: str
    technique: str
    fingerprint: str
    hosts: tuple[str, ...] = ()  # all that its events happened on; the signal's own first


def signal_of(number: int, material: Material, host_days: int, spelling: dict[str, str]) -> Told:
    """Return one signal in words."""
    act, cells = material.acts[number], material.cells
    observed = observation_of(act, cells)
    said = _said(number, material, host_days)
    attacks = [
        attack_of(material.rules[material.groups[cells[c].group].rule].tags) for c in act.cells
    ]
    tactics = tuple(dict.fromkeys(t for attack in attacks for t in attack.tactics))
    techniques = tuple(dict.fromkeys(t for attack in attacks for t in attack.techniques))
    heaviest = max(act.cells, key=lambda c: (material.weights[c].bits, -c))
    main = attack_of(material.rules[material.groups[cells[heaviest].group].rule].tags)
    anchor = material.exemplars.rows[act.exemplars[0]]
    firsts = [first for c in act.cells if (first := cells[c].first) is not None]
    row = act.exemplars[0]
    host = material.host_names[material.facts.hosts[row]]
    count, last = _extent(act, material)
    times = [material.exemplars.rows[r].filetime for r in act.exemplars]
    known = [t for t in times if t is not None]
    signal = Signal(
        id=anchor.fingerprint.hex(),
        kind=SignalKind.MATCH if observed is None else observed.kind,
        bits=round(material.bits[number], 2),
        host=spelling.get(host, host),
        account=account_of(number, material),
        first_seen=min(known, default=min(firsts, default=None)),
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
        next(iter(main.techniques), next(iter(techniques), "")),
        anchor.fingerprint.hex(),
        _hosts(number, material, spelling),
    )


def _extent(act: Act, material: Material) -> tuple[int, int | None]:
    """Return how often something happened, and when for the last time.

    A cell's other events may be of another act of the same day, so that the act's own count; where all that
    a cell kept is of this act, the flood goes on behind them.
    """
    cells, exemplars = material.cells, material.exemplars
    kept = Counter(int(exemplars.cells[row]) for row in act.exemplars)
    is_whole = observation_of(act, cells) is not None
    floods = [cells[c] for c in act.cells if is_whole or kept[c] == EXEMPLARS]
    times = [exemplars.rows[row].filetime for row in act.exemplars if not is_whole]
    units = {exemplars.unit(row) for row in act.exemplars if not is_whole}
    lasts = [time for time in (*times, *(one.last for one in floods)) if time is not None]
    return max(len(units), *(one.count for one in floods), 1), max(lasts, default=None)


def _hosts(number: int, material: Material, spelling: dict[str, str]) -> tuple[str, ...]:
    codes = material.facts.hosts[list(material.acts[number].exemplars)]
    names = (material.host_names[code] for code in codes.tolist())
    return tuple(dict.fromkeys(spelling.get(name, name) for name in names))


def _said(number: int, material: Material, host_days: int) -> tuple[Said, ...]:
    best: dict[int, Said] = {}
    for cell in material.acts[number].cells:
        place = material.groups[material.cells[cell].group].rule
        rule, weight = material.rules[place], material.weights[cell]
        observed = material.cells[cell].observation
        reason = because(weight, host_days)
        if observed is not None:
            common = weight.shape.host_days > 1
            reason = f"{observed.because}{f'; {reason}' if common else ''}"
        said = Said(rule.id, rule.title, rule.level, round(weight.bits, 2), reason)
        if place not in best or said.bits > best[place].bits:
            best[place] = said
    return tuple(sorted(best.values(), key=lambda one: (-one.bits, one.title, one.id)))


def _trace(row: int, name: str, material: Material) -> str:
    at = int(material.trace_of[row])
    value = material.seen.column(name)[at].as_py() if at >= 0 else None
    return "" if value is None else str(value)


def account_of(number: int, material: Material) -> str:
    r"""Return the account of a signal as ``DOMAIN\name``: a person's before the system's."""
    found = []
    for row in material.acts[number].exemplars:
        name = _trace(row, "user", material)
        domain = _trace(row, "domain", material)
        if name:
            found.append(f"{domain}\\{name}" if domain else name)
    for cell in material.acts[number].cells:
        name = material.groups[material.cells[cell].group].account
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


def text_of(number: int, material: Material, said: tuple[Said, ...]) -> str:
    """Return what the event is, and by which rule it was noticed; an observation says it itself."""
    observed = observation_of(material.acts[number], material.cells)
    if observed is not None:
        return observed.text
    texts = [_trace(row, "text", material) for row in material.acts[number].exemplars]
    text = next((one for one in texts if one), "")
    title = said[0].title if said else ""
    return f"{text} [{title}]" if text else title


def event_ids(number: int, material: Material) -> tuple[str, ...]:
    """Return the records that show a signal, those first on which rules were true."""
    rows = material.acts[number].exemplars
    found = [
        f"{material.exemplars.rows[r].source}:{material.exemplars.rows[r].offset}"
        for r in rows
        if material.exemplars.rows[r].source != NOWHERE
    ]
    starts = material.exemplars.starts[list(rows)]
    found += material.processes.records(np.unique(starts[starts >= 0])[:_EVENTS])
    return tuple(dict.fromkeys(found))[:_EVENTS]


def entities(number: int, material: Material) -> tuple[tuple[str, str], ...]:
    """Return what people can pivot on."""
    found: dict[tuple[str, str], None] = {}
    for row in material.acts[number].exemplars:
        for kind, name in (
            ("program", "image"),
            ("process", "guid"),
            ("session", "logon_id"),
            ("address", "source_ip"),
            ("address", "destination_ip"),
            ("file", "file_path"),
        ):
            value = _trace(row, name, material)
            if value:
                found[kind, value] = None
    return tuple(found)[:24]


def joined_by(kind: int, parameters: Parameters) -> str:
    """Return in words by what a signal hangs on the others."""
    if kind == NONE:
        return ""
    return next(link.name for link in parameters.links.values() if link.number == kind)
