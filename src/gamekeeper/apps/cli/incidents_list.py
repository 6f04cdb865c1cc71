"""``gamekeeper incidents list``: the incidents of a case."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import incident_parts, terminal
from gamekeeper.reports.parts import Cell, Part
from gamekeeper.store.case import Case
from gamekeeper.store.incidents import latest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.settings import Value

_TOP: Final = 1_000


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    found = incidents_of(Case.open(values.word("case")))
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(found, pretty=True) + b"\n")
        sys.stdout.flush()
        return Exit.OK
    part = incident_parts.listed(found, _TOP)
    terminal.draw(
        [part if found else Part(lines=(Cell("no run has kept an incident in this case"),))]
    )
    return Exit.OK


def incidents_of(case: Case) -> list[dict[str, Any]]:
    """Return the incidents of a case with what was decided about them."""
    manifest = case.manifest()
    try:
        return latest(manifest)
    finally:
        manifest.close()


def chosen(found: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """Return the incident that is meant: by rank, by its id or by the beginning of that."""
    if not found:
        raise UsageError("this case has no incidents: 'gamekeeper rehunt' looks for them")
    hits = [one for one in found if one["id"] == name or name in one["supersedes"]]
    if not hits and name.isdecimal() and len(name) < 4:
        hits = [one for one in found if one["rank"] == int(name)]
    if not hits:
        hits = [one for one in found if one["id"].startswith(name)]
    if len(hits) == 1:
        return hits[0]
    many = ", ".join(one["id"] for one in (hits or found)[:5])
    raise UsageError(
        f"{'more than one' if hits else 'no'} incident is called {name!r}; there are {many}"
    )
