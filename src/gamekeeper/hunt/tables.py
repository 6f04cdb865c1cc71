"""What a hunt found as Arrow tables, for people who go on in Python."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.hunt import rejects
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.findings import MATCH_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.model.findings import Finding, RuleAccount, SourceAccount
    from gamekeeper.model.results import MatchStore, RejectStore

_WORDS: Final = pa.list_(pa.utf8())

FINDING_SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.utf8()),
        pa.field("rule_id", pa.utf8()),
        pa.field("title", pa.utf8()),
        pa.field("level", pa.utf8()),
        pa.field("tactics", _WORDS),
        pa.field("techniques", _WORDS),
        pa.field("host", pa.utf8()),
        pa.field("account", pa.utf8()),
        pa.field("shape", pa.utf8()),
        pa.field("count", pa.int64()),
        pa.field("events", pa.int64()),
        pa.field("first_seen", pa.int64()),  # FILETIME
        pa.field("last_seen", pa.int64()),
        pa.field("samples", _WORDS),  # JSON objects as in matches.jsonl
        pa.field("severity", pa.utf8()),
        pa.field("asset", pa.utf8()),  # JSON objects as in findings.json
        pa.field("known_account", pa.utf8()),
        pa.field("places", _WORDS),
    ]
)
RULE_SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.utf8()),
        pa.field("title", pa.utf8()),
        pa.field("level", pa.utf8()),
        pa.field("status", pa.utf8()),
        pa.field("reason", pa.utf8()),
        pa.field("matches", pa.int64()),
        pa.field("events_evaluated", pa.int64()),
        pa.field("hosts_evaluated", pa.int64()),
        pa.field("hosts_total", pa.int64()),
        pa.field("tags", _WORDS),
        pa.field("path", pa.utf8()),
        pa.field("suppressed", pa.int64()),
    ]
)
SOURCE_SCHEMA: Final = pa.schema(
    [
        pa.field("number", pa.int32()),
        pa.field("path", pa.utf8()),
        pa.field("sha256", pa.utf8()),
        pa.field("size_bytes", pa.int64()),
        pa.field("format", pa.utf8()),
        pa.field("shape", pa.utf8()),
        pa.field("fidelity", pa.utf8()),
        pa.field("records_present", pa.int64()),
        pa.field("events", pa.int64()),
        pa.field("rejects", pa.int64()),
        pa.field("recovered", pa.int64()),
        pa.field("fields_lacking", _WORDS),
        pa.field("notes", _WORDS),
    ]
)


def matches_table(matches: MatchStore) -> pa.Table:
    """Return every match; millions of them take gigabytes, so prefer ``batches()`` there."""
    return pa.Table.from_batches(matches.batches(), MATCH_SCHEMA)


def rejects_table(found: RejectStore) -> pa.Table:
    """Return every reject."""
    return pa.Table.from_pylist([asdict(reject) for reject in found], rejects.SCHEMA)


def findings_table(findings: Iterable[Finding]) -> pa.Table:
    """Return one row a finding; the samples are JSON text."""
    return pa.Table.from_pylist([_finding(finding) for finding in findings], FINDING_SCHEMA)


def _finding(finding: Finding) -> dict[str, object]:
    row = asdict(finding)
    for name in ("samples", "places"):
        row[name] = [dumps(one).decode() for one in row[name]]
    for name in ("asset", "known_account"):
        row[name] = None if row[name] is None else dumps(row[name]).decode()
    return row


def rules_table(rules: Iterable[RuleAccount]) -> pa.Table:
    """Return one row a rule, in the order in which matches point at them."""
    return _table(rules, RULE_SCHEMA)


def sources_table(sources: Iterable[SourceAccount]) -> pa.Table:
    """Return one row a file."""
    return _table(sources, SOURCE_SCHEMA)


def _table(items: Iterable[object], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(
        [{name: getattr(item, name) for name in schema.names} for item in items], schema
    )
