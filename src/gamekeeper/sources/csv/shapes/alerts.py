"""Alerts of other tools, one a row, as AIT-ADS has them: seconds since 1970, name, address and host.

What an alert says of the logs behind it is its name; those logs are not in the file. The address is the
host's own. Columns of labels are somebody's answers: they never become fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, require
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Pairs, Record

CHANNEL: Final = "Gamekeeper-Alerts"
#: Columns that say what an alert turned out to be.
LABELS: Final = frozenset({"time_label", "event_label"})
_COLUMNS: Final = frozenset({"time", "name", "ip", "host", "short"})
_FIELDS: Final = {"short": "ShortName", "ip": "HostAddress"}
_TOOL: Final = re.compile(r"([A-Za-z][\w.-]{1,39}): (?=\S)", re.ASCII)
_VARIANT: Final = Variant(
    "alerts",
    Fidelity.LOSSY,
    ("the logs behind the alerts", "accounts", "processes", "addresses of others", "EventID"),
)


def _claims(header: Header) -> float:
    return 0.9 if header.known >= _COLUMNS else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    require(record, "name")
    name = text_of(record["name"])
    tool = _TOOL.match(name)
    system = {"Channel": CHANNEL, "Computer": text_of(record.get("host"))}
    if tool:
        system["Provider_Name"], name = tool[1], name[tool.end() :]
    data: Pairs = [("AlertName", name)]
    for key, value in record.items():
        if key not in ("time", "name", "host"):
            flat.add(data, _FIELDS.get(key, key), value)
    identity = flat.Identity(record.get("time"), None)
    return flat.event_of(record, place, identity, system, data), _VARIANT


SHAPE: Final = CsvShape("alerts", _claims, _read, held_back=LABELS)
