"""Checks that ask whether records and their fields are there: most of LR-01 to LR-24, and LR-25's matrix.

A host passes where it would have shown the records on half of the days of the scope or more; the figures
give the share. An event that Windows writes only when something happens counts as recorded where its log is
there: whether it would have come is known from how Windows works, not from having come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.folding import fold
from gamekeeper.model.visibility import Outcome
from gamekeeper.visibility.checks.look import Found
from gamekeeper.visibility.tables import logs
from gamekeeper.visibility.terms import all_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.breaks import Evidence
    from gamekeeper.visibility.checks.look import Look, Row

#: Share of days on which a host must show the records.
HALF: Final = 0.5


def of_logs(row: Row, look: Look) -> Found:
    """Hosts that have all of some kinds of record."""
    asked = look.of_roles(row.more.get("roles", ()))
    for_whom = " or ".join(row.more.get("roles", ()))
    if "among" in row.more:
        asked &= np.any([_speaks(look, fold(name)) for name in row.more["among"]], axis=0)
        for_whom = "with a PowerShell log"
    if not asked.any():
        return Found(Outcome.CANNOT_TELL, f"No host {_known(for_whom)} is among these logs.")
    share = look.seen_share(all_of(look.log_terms[name] for name in row.more["logs"]))
    good = asked & (share >= HALF)
    failing = look.host_names(asked & ~good)
    outcome = Outcome.PASS
    if good.sum() < asked.sum() * row.more.get("share", 1.0):
        worse = look.of_roles(row.more["worse_on"]) if "worse_on" in row.more else asked & False
        outcome = row.outcome("worse" if (worse & asked & ~good).any() else "otherwise")
    text = f"{good.sum():,} of {asked.sum():,} hosts record {_texts(row.more['logs'])}"
    if failing:
        text += f"; not {look.named(failing)}"
    figures = tuple(
        (look.names.get(host, host), f"{part:.0%} of days")
        for host, part in zip(look.host_names(asked), share[asked].tolist(), strict=True)
    )
    return Found(outcome, text + ".", failing, int(asked.sum()), _examples(row, look), figures)


def _known(for_whom: str) -> str:
    if for_whom.startswith("with "):
        return for_whom
    return f"known to be a {for_whom}" if for_whom else "that spoke"


def _speaks(look: Look, channel: str) -> NDArray[np.bool_]:
    host, _ = look.seen.hours_of(channel)
    return np.bincount(host, minlength=len(look.scope.hosts)) > 0


def _texts(names: Sequence[str]) -> str:
    return " and ".join(logs()[name].text for name in names)


def _examples(row: Row, look: Look) -> tuple[Evidence, ...]:
    found: tuple[Evidence, ...] = ()
    for name in row.more["logs"]:
        for line in logs()[name].lines:
            found += look.seen.examples(line.channel, line.ids, line.variant or None)[:1]
    return found


def of_field(row: Row, look: Look) -> Found:
    """Share of events that say something in a field; other logs may make up for them."""
    channel, number = fold(row.more["channel"]), row.more["id"]
    events = look.seen.events(channel, (number,)).sum(axis=1)
    filled = look.seen.events(channel, (number,), None, row.more["field"]).sum(axis=1)
    asked = look.spoke()
    by_other = look.seen_share(look.log_terms[row.more["or_logs"]]) >= HALF
    share = filled / np.maximum(events, 1)
    good = asked & (((events > 0) & (share >= row.more["pass"])) | by_other)
    failing = look.host_names(asked & ~good)
    figures = tuple(
        (look.names.get(host, host), f"{int(f):,} of {int(e):,} events")
        for host, f, e in zip(look.scope.hosts, filled.tolist(), events.tolist(), strict=True)
        if e
    )
    what = f"{row.more['field']} in event {number}"
    text = f"{good.sum():,} of {asked.sum():,} hosts fill {what}, or record as much otherwise"
    if failing:
        text += f"; not {look.named(failing)}"
    outcome = Outcome.PASS
    if failing:
        outcome = row.outcome() if good.any() else Outcome.FAIL
    evidence = look.seen.examples(channel, (number,))
    return Found(outcome, text + ".", failing, int(asked.sum()), evidence, figures)


def of_never(row: Row, look: Look) -> Found:
    """Hosts on which something was seen that should not be."""
    channel, ids = fold(row.more["channel"]), (row.more["id"],)
    asked = _speaks(look, channel)
    if not asked.any():
        return Found(Outcome.CANNOT_TELL, f"No {row.more['channel']} log is among these logs.")
    found = look.seen.events(channel, ids, row.more["variant"]).sum(axis=1)
    failing = look.host_names(found > 0)
    if not failing:
        return Found(Outcome.PASS, f"Not seen on {asked.sum():,} hosts.", (), int(asked.sum()))
    text = f"Seen {found.sum():,} times on {look.named(failing)}."
    evidence = look.seen.examples(channel, ids, row.more["variant"])
    return Found(row.outcome(), text, failing, int(asked.sum()), evidence)


def of_matrix(row: Row, look: Look) -> Found:
    """Event ids of one log by host."""
    channel = fold(row.more["channel"])
    asked = _speaks(look, channel)
    if not asked.any():
        return Found(Outcome.INFO, f"No host has the log {row.more['channel']}.")
    by_id = {n: look.seen.events(channel, (n,)).sum(axis=1) for n in row.more["ids"]}
    figures = tuple(
        (
            look.names.get(host, host),
            ", ".join(f"{n}: {int(found[at]):,}" for n, found in by_id.items() if found[at])
            or "none of them",
        )
        for at, host in enumerate(look.scope.hosts)
        if asked[at]
    )
    missing = [str(n) for n, found in by_id.items() if not found.any()]
    text = f"{asked.sum():,} of {len(asked):,} hosts have Sysmon"
    text += (
        f"; no host shows event {', '.join(missing)}." if missing else "; all asked ids are seen."
    )
    return Found(Outcome.INFO, text, (), int(asked.sum()), look.seen.examples(channel), figures)
