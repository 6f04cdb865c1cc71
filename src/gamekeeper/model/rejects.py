"""Rejects: what could not become an event, and the account of every file read.

``events + rejects = records present`` holds for every file. *Present* is counted by a pass that does not
share the decoder's eyes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Bytes of a rejected record that are kept.
RAW_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Reject:
    """Records that could not be read: where, how many, why, and their first bytes."""

    source: int
    offset: int
    reason: str  # a stable word: "bad_chunk", "bad_json", "truncated"
    detail: str = ""  # one sentence for people
    record_id: int | None = None
    count: int = 1  # records lost at this place
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Tally:
    """The account of one range of one file, given when the reader has finished it. Tallies add up."""

    source: int
    records_present: int
    events: int
    rejects: int
    recovered: int = 0  # stale and carved records, never part of ``events``
    shape: str = ""  # the export shape, for text formats: "winlogbeat7"
    fidelity: str = ""  # Fidelity; the worst one wins when ranges disagree
    fields_lacking: tuple[str, ...] = ()  # fields that a lossy shape cannot carry
    notes: tuple[str, ...] = ()  # findings about the file itself, for people
    evidence: dict[str, object] = field(default_factory=dict)  # headers and checksums as read
