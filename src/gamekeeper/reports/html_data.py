"""What the HTML report's page works on: columns of JSON, every distinct text once.

Times are microseconds since 1970, which a browser's numbers hold exactly; other integers that they
cannot hold are text. The page's ``data.js`` reads what is written here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from gamekeeper.incidents import columns
from gamekeeper.incidents.json_text import dumps
from gamekeeper.incidents.samples import cut_value
from gamekeeper.model.events import FILETIME_EPOCH, RecordState
from gamekeeper.reports import answer, tactics
from gamekeeper.reports.inert import script_safe
from gamekeeper.rules.attack import attack_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from gamekeeper.model.context import Account, Asset
    from gamekeeper.model.results import HuntResult
    from gamekeeper.reports.embedding import Embedded

#: Characters of one value of a match that the page carries.
VALUE_LIMIT: Final = 1_500
#: Bytes of all values; once spent, further matches come without their fields.
VALUE_BUDGET: Final = 80 << 20
#: Rejects that are listed one by one; all of them are counted by reason.
REJECTS_SHOWN: Final = 1_000
#: Contributing records that are listed with a match; all of them are counted.
CONTRIBUTING_SHOWN: Final = 50
_EXACT: Final = 2**53

Columns = dict[str, object]


def page_json(result: HuntResult, embedded: Embedded) -> str:
    """Return all but the matches, inert for a ``<script>`` element."""
    return script_safe(dumps(_page(result, embedded)).decode())


def matches_json(embedded: Embedded) -> str:
    """Return the embedded matches, inert for a ``<script>`` element."""
    return script_safe(dumps(_matches(embedded)).decode())


def _page(result: HuntResult, embedded: Embedded) -> Columns:
    return {
        "levels": list(answer.by_severity(result.findings)),
        "statuses": answer.STATUSES,
        "tactics": _tactic_titles(result),
        "matches_total": len(result.matches),
        "matches_embedded": embedded.matches.num_rows,
        "per_finding": embedded.per_finding,
        "findings": _findings(result, embedded),
        "assets": _numbered(f.asset for f in result.findings)[0],
        "known_accounts": _numbered(f.known_account for f in result.findings)[0],
        "points": _points(embedded),
        "rules": _rules(result),
        "sources": _sources(result),
        "rejects": _rejects(result),
        "matches_suppressed": len(result.suppressed),
        "allowances": [asdict(one) for one in result.allowances],
        "context": [[f.kind, f.path, f.entries, f.remarks, f.sha256] for f in result.context],
        "refusals": [[r.path, r.reason, r.detail] for r in result.refusals],
        "hosts": result.hosts,
        "channels": result.channels,
        "timings_s": result.timings_s,
        "versions": result.versions,
        "settings": result.settings,
    }


def micros(filetime: int | None) -> int | None:
    """Return microseconds since 1970."""
    return None if filetime is None else (filetime - FILETIME_EPOCH) // 10


def _tactic_titles(result: HuntResult) -> list[list[str]]:
    named = {name for finding in result.findings for name in finding.tactics or (tactics.NONE,)}
    return [[name, tactics.title(name)] for name in tactics.in_order(named)]


def _findings(result: HuntResult, embedded: Embedded) -> Columns:
    found = result.findings
    places: dict[str, int] = {}
    for place, rule in enumerate(result.rules):
        places.setdefault(rule.id, place)
    shown = np.bincount(embedded.finding, minlength=len(found))
    return {
        "id": [f.id for f in found],
        "rule": [places.get(f.rule_id, -1) for f in found],
        "title": [f.title for f in found],
        "level": [f.severity for f in found],
        "rule_level": [f.level for f in found],
        "tactics": [f.tactics or (tactics.NONE,) for f in found],
        "techniques": [f.techniques for f in found],
        "host": [f.host for f in found],
        "account": [f.account for f in found],
        "shape": [f.shape for f in found],
        "count": [f.count for f in found],
        "events": [f.events for f in found],
        "first": [micros(f.first_seen) for f in found],
        "last": [micros(f.last_seen) for f in found],
        "shown": shown.tolist(),
        "asset": _numbered(f.asset for f in found)[1],
        "known_account": _numbered(f.known_account for f in found)[1],
        "places": [[list(asdict(p).values()) for p in f.places] for f in found],
    }


def _numbered(known: Iterable[Asset | Account | None]) -> tuple[list[Columns], list[int]]:
    """Return each distinct row of a list once, as an object, and the findings' places among them."""
    seen: dict[Asset | Account, int] = {}
    codes = [-1 if one is None else seen.setdefault(one, len(seen)) for one in known]
    return [asdict(one) for one in seen], codes


def _points(embedded: Embedded) -> Columns | None:
    points = embedded.points
    if points is None:
        return None
    return {
        "finding": points.finding.tolist(),
        "time": ((points.time - FILETIME_EPOCH) // 10).tolist(),
        "count": points.count.tolist(),
    }


def _rules(result: HuntResult) -> Columns:
    rules = result.rules
    return {
        "id": [r.id for r in rules],
        "title": [r.title for r in rules],
        "level": [r.level for r in rules],
        "status": [r.status for r in rules],
        "reason": [r.reason for r in rules],
        "matches": [r.matches for r in rules],
        "suppressed": [r.suppressed for r in rules],
        "events": [r.events_evaluated for r in rules],
        "hosts": [r.hosts_evaluated for r in rules],
        "hosts_total": [r.hosts_total for r in rules],
        "missing": [[[m.field, m.share, m.kills_rule] for m in r.fields_missing] for r in rules],
        "techniques": [attack_of(r.tags).techniques for r in rules],
        "path": [r.path for r in rules],
        "author": [r.author for r in rules],
        # Prose is read beside evidence alone, and is half of the accounts' bytes.
        "description": [r.description if r.matches else "" for r in rules],
        "false_positives": [r.false_positives if r.matches else () for r in rules],
        "references": [r.references if r.matches else () for r in rules],
    }


def _sources(result: HuntResult) -> Columns:
    sources = result.sources
    return {
        "path": [s.path for s in sources],
        "sha256": [s.sha256 for s in sources],
        "size": [s.size_bytes for s in sources],
        "format": [s.format for s in sources],
        "shape": [s.shape for s in sources],
        "fidelity": [s.fidelity for s in sources],
        "present": [s.records_present for s in sources],
        "events": [s.events for s in sources],
        "rejects": [s.rejects for s in sources],
        "recovered": [s.recovered for s in sources],
        "lacking": [s.fields_lacking for s in sources],
        "notes": [s.notes for s in sources],
    }


def _rejects(result: HuntResult) -> Columns:
    reasons: Counter[str] = Counter()
    for reject in result.rejects:
        reasons[reject.reason] += reject.count
    rows = [
        [r.source, r.offset, r.count, r.reason, r.detail]
        for r in islice(result.rejects, REJECTS_SHOWN)
    ]
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return {"total": len(result.rejects), "reasons": ranked, "rows": rows}


def _matches(embedded: Embedded) -> Columns:
    table = embedded.matches
    if not table.num_rows:
        return {"rows": 0}
    filetimes = columns.times(table["filetime"].combine_chunks())
    known = filetimes != columns.NO_TIME
    times = (filetimes - FILETIME_EPOCH) // 10
    base = int(times[known].min()) if known.any() else 0
    data: Columns = {
        "rows": table.num_rows,
        "time_base": base,
        "time": [t - base if k else None for t, k in zip(times.tolist(), known, strict=True)],
        "fingerprint": "".join(
            columns.hexadecimal(table["fingerprint"].combine_chunks()).to_pylist()
        ),
        "states": [state.name.lower() for state in RecordState],
        "state": table["state"].to_pylist(),
        "assumed": [int(value) for value in table["time_assumed"].to_pylist()],
        "source": table["source"].to_pylist(),
        "event_code": table["event_code"].to_pylist(),
    }
    data |= {name: _exact(table[name].to_pylist()) for name in ("offset", "record_id")}
    data |= {name: _coded(table[name].to_pylist()) for name in ("host", "user", "channel")}
    data["why"] = _parsed(table["why"].to_pylist())
    data["fields"] = _evidence(table["fields"])
    data["contributing"] = _contributing(table["contributing"])
    return data


def _contributing(column: pa.ChunkedArray) -> dict[str, list[object]]:
    """Return for rows of correlations how many records they rest on, and the ids of the first ones."""
    found: dict[str, list[object]] = {}
    for row, text in enumerate(column.to_pylist()):
        if text is not None:
            ids = orjson.loads(text)
            found[str(row)] = [len(ids), ids[:CONTRIBUTING_SHOWN]]
    return found


def _exact(numbers: Iterable[int | None]) -> list[int | str | None]:
    return [str(n) if n is not None and abs(n) >= _EXACT else n for n in numbers]


def _coded(values: Iterable[str | None]) -> dict[str, object]:
    """Return each distinct text once and the rows' places among them, -1 for none."""
    seen: dict[str, int] = {}
    codes = [-1 if value is None else seen.setdefault(value, len(seen)) for value in values]
    return {"values": list(seen), "codes": codes}


def _parsed(texts: Iterable[str]) -> dict[str, object]:
    coded = _coded(texts)
    values = coded["values"]
    assert isinstance(values, list)
    return coded | {"values": [orjson.loads(text) for text in values]}


def _evidence(column: pa.ChunkedArray) -> dict[str, object]:
    """Return the fields of matches as flat lists (name code, value, …), long values cut."""
    names: dict[str, int] = {}
    seen: dict[str, int] = {}
    values: list[list[object]] = []
    codes: list[int] = []
    spent = 0
    for text in column.to_pylist():
        code = seen.get(text)
        if code is None and spent < VALUE_BUDGET:
            code = seen[text] = len(values)
            pairs = orjson.loads(text).items()
            values.append(
                [
                    part
                    for name, value in pairs
                    for part in (names.setdefault(name, len(names)), cut_value(value, VALUE_LIMIT))
                ]
            )
            spent += min(len(text), len(pairs) * VALUE_LIMIT)
        codes.append(-1 if code is None else code)
    return {"names": list(names), "values": values, "codes": codes}
