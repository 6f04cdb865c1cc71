"""Checks beyond the logs of Windows hosts: other kinds of log, roles of hosts, what logs cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.model.visibility import Outcome
from gamekeeper.visibility.checks.look import Found
from gamekeeper.visibility.coverage import no_host
from gamekeeper.visibility.tables import families

if TYPE_CHECKING:
    from gamekeeper.visibility.checks.look import Look, Row


def of_outside(row: Row, _look: Look) -> Found:
    """Kinds of log that this version does not read: never a pass, never a failure."""
    found = [families()[name] for name in row.more["families"]]
    texts = " and ".join(one.text for one in found)
    give = "; ".join(one.give for one in found)
    return Found(
        Outcome.CANNOT_TELL, f"This version does not read logs of {texts}. Needed: {give}."
    )


def of_nothing(row: Row, _look: Look) -> Found:
    """Questions that logs do not answer."""
    return Found(Outcome.CANNOT_TELL, f"Logs alone do not tell. Needed: {row.more['give']}.")


def of_roles(row: Row, look: Look) -> Found:
    """Hosts of some roles, which only an asset list can name."""
    asked = look.of_roles(row.more["roles"])
    if not asked.any():
        return Found(
            Outcome.CANNOT_TELL,
            f"{no_host(tuple(row.more['roles'])).capitalize()}. Needed: {row.more['give']}.",
        )
    silent = look.host_names(asked & ~look.spoke())
    if silent:
        text = f"No log is from {look.named(silent)}."
        return Found(row.outcome(), text, silent, int(asked.sum()))
    return Found(Outcome.PASS, f"All {asked.sum():,} send logs.", (), int(asked.sum()))


def of_value(row: Row, look: Look) -> Found:
    """Hosts that an asset list names: are their logs here?"""
    if not look.assets_given:
        return Found(Outcome.CANNOT_TELL, f"Needed: {row.more['give']}.")
    silent = look.host_names(~look.spoke())
    figures = tuple(
        (role, f"{(mask & look.spoke()).sum():,} of {mask.sum():,} hosts send logs")
        for role, mask in sorted(look.hosts_of.items())
    )
    if silent:
        text = f"{len(silent):,} hosts of the asset list send no log: {look.named(silent)}."
        return Found(Outcome.WARN, text, silent, len(look.scope.hosts), (), figures)
    text = "Every host that the asset list names by itself sends logs."
    return Found(Outcome.PASS, text, (), len(look.scope.hosts), (), figures)
