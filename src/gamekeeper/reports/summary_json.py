"""``summary.json``: every file read and every rule run, accounted for.

The keys are a contract: scripts compare runs by them. ``timings_s`` alone differs between equal runs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.breaks import Standing
from gamekeeper.model.findings import LEVELS
from gamekeeper.reports import answer, habits

if TYPE_CHECKING:
    from gamekeeper.model.chains import ChainAccount
    from gamekeeper.model.findings import Allowance, FilterAccount, RuleAccount, SourceAccount
    from gamekeeper.model.results import HuntResult

NAME = "summary.json"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write the summary, indented for people."""
    stream.write(dumps(as_json(result), pretty=True) + b"\n")


def as_json(result: HuntResult) -> dict[str, object]:
    """Return the whole summary."""
    said = answer.answer(result)
    return {
        "headline": said.headline,
        "not_seen": said.not_seen,
        "totals": _totals(result),
        "findings_by_level": answer.by_level(result.findings),
        "findings_by_severity": answer.by_severity(result.findings),
        "rules_by_status": answer.by_status(result.rules),
        "sources": [_source(source) for source in result.sources],
        "rules": [_rule(rule) for rule in result.rules],
        "filters": [_filter(one) for one in result.filters],
        "pipelines": [asdict(one) for one in result.pipelines],
        "scripts": asdict(result.scripts),
        "chains": {
            "looked_for": result.chains.is_on,
            "hits": len(result.chains.hits),
            "kinds": [_chain(one) for one in result.chains.accounts],
        },
        "baselines": habits.as_json(result.baselines),
        "incidents": {
            "total": len(result.incidents),
            "by_severity": _by_severity(result),
        },
        "breaks": _breaks(result),
        "context": [asdict(file) for file in result.context],
        "allowances": [_allowance(one) for one in result.allowances],
        "refusals": [asdict(refusal) for refusal in result.refusals],
        "hosts": [{"name": name, "events": events} for name, events in result.hosts],
        "channels": [{"name": name, "events": events} for name, events in result.channels],
        "names": {
            "hosts": sorted(result.names.hosts),
            "accounts": sorted(result.names.accounts),
        },
        "timings_s": result.timings_s,
        "versions": result.versions,
        "settings": result.settings,
    }


def _totals(result: HuntResult) -> dict[str, object]:
    return {
        "sources": len(result.sources),
        "refusals": len(result.refusals),
        "records_present": sum(source.records_present for source in result.sources),
        "events": result.events,
        "rejects": sum(source.rejects for source in result.sources),
        "recovered": sum(source.recovered for source in result.sources),
        "filtered_events": result.filtered_events,
        "rules": len(result.rules),
        "matches": len(result.matches),
        "suppressed": len(result.suppressed),
        "findings": len(result.findings),
        "hosts": len(result.hosts),
        "channels": len(result.channels),
        "first_event": iso_time(result.first_event),
        "last_event": iso_time(result.last_event),
    }


def _source(source: SourceAccount) -> dict[str, object]:
    return {
        "number": source.number,
        "path": source.path,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "format": source.format,
        "shape": source.shape,
        "fidelity": source.fidelity,
        "records_present": source.records_present,
        "events": source.events,
        "rejects": source.rejects,
        "recovered": source.recovered,
        "fields_lacking": source.fields_lacking,
        "notes": source.notes,
        "evidence": source.evidence,
    }


def _rule(rule: RuleAccount) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "status": rule.status,
        "reason": rule.reason,
        "matches": rule.matches,
        "suppressed": rule.suppressed,
        "events_evaluated": rule.events_evaluated,
        "hosts_evaluated": rule.hosts_evaluated,
        "hosts_total": rule.hosts_total,
        "fields_missing": [asdict(missing) for missing in rule.fields_missing],
        "tags": rule.tags,
        "path": rule.path,
        "filters": rule.filters,
    }


def _chain(one: ChainAccount) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "level": one.level,
        "status": one.status,
        "reason": one.reason,
        "hits": one.hits,
        "steps": [asdict(step) for step in one.steps],
    }


def _by_severity(result: HuntResult) -> dict[str, int]:
    counts = Counter(one.severity for one in result.incidents)
    return {level: counts[level] for level in LEVELS if level in counts}


def _breaks(result: HuntResult) -> dict[str, object]:
    """Return how many breaks of logs have each verdict; ``looked_for`` is false where nobody looked."""
    found = result.integrity.breaks if result.integrity is not None else ()
    counts = Counter(one.standing for one in found)
    return {
        "looked_for": result.integrity is not None,
        "total": len(found),
        "by_verdict": {str(standing): counts[standing] for standing in Standing},
    }


def _filter(one: FilterAccount) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "path": one.path,
        "rules": one.rules,
        "missing": one.missing,
    }


def _allowance(one: Allowance) -> dict[str, object]:
    by_rule = [{"rule": identity, "matches": count} for identity, count in one.by_rule]
    return {**asdict(one), "by_rule": by_rule}
