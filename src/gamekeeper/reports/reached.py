"""Hosts that an incident went on to or asked for, a line each, as pages and Markdown show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gamekeeper.incidents.columns import iso_time
from gamekeeper.reports.exports.documents import incident_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.incidents import Incident

TITLE = "Also reached or asked for: look there first"


def of_incident(one: Incident) -> tuple[str, ...]:
    """Return the lines of an incident."""
    return tuple(
        _line(iso_time(way.time), way.host, way.role, way.way, way.from_host, way.account)
        for way in one.reached
    )


def of_document(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the lines of an entry of ``incidents.json``; earlier versions have none."""
    return of_incident(incident_of(one)) if one.get("reached") else ()


def _line(time: str | None, *said: str) -> str:
    host, role, how, origin, account = said
    when = (time or "at a time unknown")[:16].replace("T", " ")
    who = f" as {account}" if account else ""
    return f"{when} {host}{f' ({role})' if role else ''}: {how} from {origin}{who}"
