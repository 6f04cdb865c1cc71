"""What a hunt gives people: matches with their evidence, findings, and the accounts behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.context import Account, AddressPlace, Asset
from gamekeeper.model.events import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

#: One match: a rule that is true for an event, with all that leads back to the bytes.
#: ``rule`` is the position in ``HuntResult.rules``; ``fields`` is a JSON object {field: value or list of
#: values} of the fields that the rule's true predicates name; ``why`` a JSON list of those predicates.
#: ``contributing`` is null but for matches of correlations, and of scripts put together of parts: a JSON list
#: of the ids of all records that they rest on, ``"source:offset"``, in order of time or of parts; the other
#: columns are then those of the last one.
MATCH_SCHEMA: Final = pa.schema(
    [
        pa.field("rule", pa.int32(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("record_id", pa.int64()),
        pa.field("state", pa.int8(), nullable=False),
        pa.field("filetime", pa.int64()),
        pa.field("time_assumed", pa.bool_(), nullable=False),
        pa.field("host", TEXT),
        pa.field("user", TEXT),
        pa.field("channel", TEXT),
        pa.field("event_code", pa.int32()),
        pa.field("event_record_id", pa.int64()),
        pa.field("fingerprint", pa.binary(16), nullable=False),
        pa.field("fields", pa.utf8(), nullable=False),
        pa.field("why", TEXT, nullable=False),
        pa.field("contributing", pa.utf8()),
    ]
)

#: Matches that an allow-list takes out of the findings; ``allowance`` is the position of the entry.
SUPPRESSED_SCHEMA: Final = MATCH_SCHEMA.append(pa.field("allowance", pa.int32(), nullable=False))

#: Severity order, most severe first: Sigma's levels.
LEVELS: Final = ("critical", "high", "medium", "low", "informational")


@dataclass(frozen=True, slots=True)
class Finding:
    """Matches of one rule on one entity with one shape: 4,000 equal hits are one finding."""

    id: str  # stable over reruns: a digest of rule, host, account and shape
    rule_id: str
    title: str
    level: str
    tactics: tuple[str, ...]  # ATT&CK tactic names, lower case with hyphens
    techniques: tuple[str, ...]  # "T1059.001"
    host: str
    account: str
    shape: str  # the matched fields with ids, numbers and paths folded, for people and for grouping
    count: int  # matching records
    events: int  # distinct events (fingerprints); equals count where no copy was met
    first_seen: int | None  # FILETIME
    last_seen: int | None
    samples: Sequence[dict[str, object]] = ()  # up to 5 matches as in matches.jsonl, first and last
    severity: str = ""  # the level, moved by the criticality of the host; the level where not given
    asset: Asset | None = None  # what the asset lists say of the host
    known_account: Account | None = None  # what the account lists say of the account
    places: tuple[AddressPlace, ...] = ()  # of public addresses in the samples

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", self.level)


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One input file, accounted for: ``records_present == events + rejects``."""

    number: int
    path: str
    sha256: str
    size_bytes: int
    format: str  # "evtx", "json", "xml", "csv", or "" where nothing recognised it
    shape: str
    fidelity: str
    records_present: int
    events: int
    rejects: int
    recovered: int = 0
    fields_lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldMissing:
    """A field that a rule asks for and that events of its log source lack (absent or empty)."""

    field: str
    share: float  # of the rule's events, 0 to 1
    kills_rule: bool  # without it the rule cannot become true


@dataclass(frozen=True, slots=True)
class RuleAccount:
    """One rule, accounted for. ``status`` is matched, no_match, partial, no_such_log, field_absent or
    unsupported; ``reason`` says in one sentence why."""

    id: str
    title: str
    level: str
    status: str
    reason: str = ""
    matches: int = 0  # all of them, those that an allow-list took included
    events_evaluated: int = 0
    hosts_evaluated: int = 0
    hosts_total: int = 0
    fields_missing: tuple[FieldMissing, ...] = ()
    tags: tuple[str, ...] = ()
    path: str = ""
    description: str = ""
    author: str = ""
    false_positives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()  # ids of the Sigma filters that narrow it
    suppressed: int = 0  # matches that an allow-list took out of the findings


@dataclass(frozen=True, slots=True)
class FilterAccount:
    """A Sigma filter that narrows rules of a hunt; ``missing`` says which ones it could not, and why."""

    id: str
    title: str
    path: str
    rules: tuple[str, ...]  # ids
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PipelineAccount:
    """A Sigma pipeline that changes rules of a hunt; ``ignored`` says what of it has no meaning here."""

    path: str
    name: str
    applied: int  # rules, correlations and filters that some transformation took
    failed: int  # those that it made unusable
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """One entry of an allow-list, accounted for. ``status`` is applied, unused, expired or unknown_rule;
    ``remark`` says in a sentence what a person should know of it."""

    place: str  # "allow.yml, line 3"
    rules: tuple[str, ...]  # as written
    when: str
    reason: str
    owner: str
    expires: str  # the last day, ISO
    status: str
    matches: int = 0  # taken out of the findings
    by_rule: tuple[tuple[str, int], ...] = ()  # rule id, matches
    remark: str = ""
