"""Matches built by hand: a batch from rows that name only what a test is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest

from gamekeeper.model.findings import MATCH_SCHEMA, RuleAccount, SourceAccount

#: 2026-02-01T00:00:00Z as FILETIME.
BASE = 134_143_776_000_000_000

MakeBatch = Callable[[Sequence[dict[str, Any]]], pa.RecordBatch]


def row(**given: Any) -> dict[str, Any]:
    """One match; ``time`` counts seconds from the first of February 2026, ``event`` names the event."""
    time = given.pop("time", 0)
    event = given.pop("event", repr(sorted(given.items())) + repr(time))
    fields = given.pop("fields", {"Image": r"C:\Windows\System32\cmd.exe"})
    return {
        "rule": 0,
        "source": 0,
        "offset": 4096,
        "record_id": 7,
        "state": 0,
        "filetime": None if time is None else BASE + int(time * 10_000_000),
        "time_assumed": False,
        "host": "DC01.corp.example",
        "user": "CORP\\ann",
        "channel": "Security",
        "event_code": 4688,
        "event_record_id": 70,
        "fingerprint": hashlib.md5(event.encode()).digest(),
        "fields": fields if isinstance(fields, str) else json.dumps(fields, separators=(",", ":")),
        "why": r'["Image|endswith: \'\\\\cmd.exe\'"]'.replace("\\'", "'"),
        **given,
    }


@pytest.fixture
def batch() -> MakeBatch:
    """Make a batch of ``MATCH_SCHEMA`` from the arguments of :func:`row`."""

    def make(rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([row(**given) for given in rows], schema=MATCH_SCHEMA)

    return make


@pytest.fixture
def rules() -> tuple[RuleAccount, ...]:
    tags = ("attack.execution", "attack.t1059.003")
    return (
        RuleAccount("r-0", "A shell", "medium", "matched", tags=tags),
        RuleAccount("r-1", "A dump of LSASS", "critical", "matched", tags=("attack.t1003.001",)),
    )


@pytest.fixture
def sources() -> tuple[SourceAccount, ...]:
    return (
        SourceAccount(0, "logs/Security.evtx", "ab" * 32, 1, "evtx", "", "lossless", 9, 9, 0),
        SourceAccount(1, "copy/Security.evtx", "cd" * 32, 1, "evtx", "", "lossless", 9, 9, 0),
    )
