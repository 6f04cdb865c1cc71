"""``gamekeeper incidents explain``: why an incident scored so."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.incidents_list import chosen, incidents_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.accounting import accounting
from gamekeeper.incidents.json_text import dumps
from gamekeeper.incidents.parameters import parameters
from gamekeeper.reports import incident_accounts, incidents_json, terminal
from gamekeeper.reports.exports.documents import incident_of
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.incidents.accounting import Accounting
    from gamekeeper.model.incidents import Incident
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    found = incidents_of(Case.open(values.word("case")))
    one = incident_of(chosen(found, values.word("incident")))
    if values.is_on("json"):
        document = _as_json(one, accounting(one, parameters()))
        sys.stdout.buffer.write(dumps(document, pretty=True) + b"\n")
        sys.stdout.flush()
    else:
        terminal.draw(incident_accounts.explained(one, values.count("steps")))
    return Exit.OK


def _as_json(one: Incident, found: Accounting) -> dict[str, object]:
    entries = [
        {
            "counted": entry.counted,
            "bits": entry.bits,
            "sort": entry.sort,
            "place": entry.place,
            "step": incidents_json.step_json(entry.step),
        }
        for entry in found.entries
    ]
    return {
        "id": one.id,
        "score_bits": one.score_bits,
        "severity": one.severity,
        **asdict(found),
        "entries": entries,
        "links": dict(found.links),
    }
