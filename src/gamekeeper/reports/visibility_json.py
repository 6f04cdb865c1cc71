"""``visibility.json``: what the logs could have shown, and what change would open most."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.visibility import SIGHT_WORDS
from gamekeeper.reports.evidence_json import evidence_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.results import HuntResult
    from gamekeeper.model.visibility import (
        Change,
        CheckResult,
        Coverage,
        HostRole,
        Kept,
        Opened,
        Stretch,
        VisibilityResult,
    )

NAME = "visibility.json"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all; an empty object where nobody looked."""
    stream.write(dumps(as_json(result), pretty=True) + b"\n")


def as_json(result: HuntResult) -> dict[str, object]:
    """Return the whole of visibility as scripts read it."""
    seen = result.visibility
    if seen is None:
        return {}
    names = _Names(seen.names)
    sources = {source.number: source for source in result.sources}
    return {
        "scope": {
            "from": day(seen.first_day),
            "to": day(seen.last_day),
            "hosts": len(seen.hosts),
            "remarks": seen.remarks,
        },
        "answers": [
            {"question": one.question, "answer": one.answer, "verdict": one.outcome}
            for one in seen.replies
        ],
        "cheapest_fix": _opened(seen.cheapest_fix, names) if seen.cheapest_fix else None,
        "fixes": [_opened(one, names) for one in seen.changes],
        "checks": [_check(one, names, sources) for one in seen.checks],
        "chains": [_coverage(one, names) for one in seen.chains],
        "techniques": [_coverage(one, names) for one in seen.techniques],
        "behaviours": [_coverage(one, names) for one in seen.behaviours],
        "hosts": [_host(one, names) for one in seen.hosts],
        "days": _days(seen, names),
    }


class _Names:
    """Hosts as they are written most often."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, host: str) -> str:
        """Return one host's name."""
        return self._names.get(host, host)

    def all(self, hosts: Iterable[str]) -> list[str]:
        """Return the names of hosts."""
        return [self.of(host) for host in hosts]


def day(filetime: int | None) -> str | None:
    """Return the day of a moment."""
    return (iso_time(filetime) or "")[:10] or None


def _opened(one: Opened, names: _Names) -> dict[str, object]:
    return {
        **_change(one.change),
        "opens_chains": one.chains,
        "opens_behaviours": one.behaviours,
        "hosts": names.all(one.hosts),
        "host_days": one.host_days,
        "host_days_per_effort": one.per_effort,
    }


def _change(one: Change) -> dict[str, object]:
    return {
        "setting": one.id,
        "text": one.text,
        "effort": one.effort,
        "commands": one.commands,
        "policy": one.policy,
    }


def _check(
    one: CheckResult, names: _Names, sources: Mapping[int, SourceAccount]
) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "verdict": one.outcome,
        "text": one.text,
        "hosts": names.all(one.hosts),
        "hosts_asked": one.of,
        "figures": dict(one.figures),
        "evidence": [evidence_json(e, sources) for e in one.evidence],
        "fix": _change(one.change) if one.change else None,
        "blind_behaviours": one.behaviours,
        "blind_chains": one.chains,
        "needed": one.give or None,
    }


def _coverage(one: Coverage, names: _Names) -> dict[str, object]:
    blind, partly, seen = one.host_days
    return {
        "id": one.id,
        "name": one.name,
        "host_days": {"seen": seen, "partly": partly, "blind": blind},
        "techniques": one.techniques,
        "outside": one.outside,
        "because": one.because or None,
        "where": [_stretch(each, names) for each in one.stretches],
    }


def _stretch(one: Stretch, names: _Names) -> dict[str, object]:
    return {
        "coverage": SIGHT_WORDS[one.sight],
        "hosts": names.all(one.hosts),
        "from": day(one.first_day),
        "to": day(one.last_day),
        "lacking": one.lacking,
    }


def _host(one: HostRole, names: _Names) -> dict[str, object]:
    return {
        "host.name": names.of(one.host),
        "roles": one.roles,
        "because": one.because,
        "first_event": iso_time(one.first),
        "last_event": iso_time(one.last),
    }


def _days(seen: VisibilityResult, names: _Names) -> list[dict[str, object]]:
    return [_kept(one, names) for one in seen.retention]


def _kept(one: Kept, names: _Names) -> dict[str, object]:
    return {
        "host.name": names.of(one.host),
        "channel": one.channel,
        "from": iso_time(one.first),
        "to": iso_time(one.last),
        "days": one.days,
        "events_per_day": one.events_per_day,
        "bytes_per_day": one.bytes_per_day,
        "wanted_days": one.wanted_days,
        "forecast_days": one.forecast_days,
        "verdict": one.outcome,
    }
