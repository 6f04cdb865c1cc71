"""Small worlds of traces and matches, from which incidents are made as a hunt makes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from gamekeeper.incidents.assembling import Scope, incidents
from gamekeeper.incidents.cells import Cells
from gamekeeper.incidents.findings import group
from gamekeeper.incidents.observed import Spoken, cited_by, with_observations
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.poured import Again
from gamekeeper.incidents.proving import proved
from gamekeeper.incidents.signals import Material, signals
from gamekeeper.incidents.weighing import Covered
from gamekeeper.model.findings import MATCH_SCHEMA, RuleAccount, SourceAccount
from gamekeeper.model.incidents import Incident, SignalKind
from gamekeeper.model.observations import Cited, Observation
from gamekeeper.model.traces import TRACE_SCHEMA, Role

#: 2026-02-02T00:00:00Z as FILETIME, a second and a day in its units.
BASE = 134_144_640_000_000_000
SECOND = 10_000_000
DAY = 86_400
RULES = (
    RuleAccount(
        "r-dump",
        "LSASS dumped",
        "high",
        "matched",
        tags=("attack.credential-access", "attack.t1003.001"),
    ),
    RuleAccount(
        "r-ntds",
        "Directory copied",
        "critical",
        "matched",
        tags=("attack.credential-access", "attack.t1003.003"),
    ),
    RuleAccount(
        "r-relay",
        "Relay made",
        "high",
        "matched",
        tags=("attack.command-and-control", "attack.t1090.001"),
    ),
    RuleAccount("r-who", "Asked who", "low", "matched", tags=("attack.discovery", "attack.t1033")),
    RuleAccount("r-noise", "Everybody does it", "low", "matched", tags=("attack.execution",)),
)
SOURCES = (SourceAccount(0, "log.evtx", "ab" * 32, 1, "evtx", "", "lossless", 1, 1, 0),)
DUMP, NTDS, RELAY, WHO, NOISE = range(5)


class ListTraces:
    """A ``TraceStore`` of given rows."""

    folder: Path | None = None

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        plain = {field.name: None for field in TRACE_SCHEMA}
        full = [{**plain, **row} for row in reversed(rows)]
        self._batches = pa.Table.from_pylist(full, schema=TRACE_SCHEMA).to_batches() if full else []

    def __len__(self) -> int:
        return sum(batch.num_rows for batch in self._batches)

    def batches(self, columns: Sequence[str] = TRACE_SCHEMA.names) -> Iterator[pa.RecordBatch]:
        return (batch.select(columns) for batch in self._batches)


class ListMatches:
    """A ``MatchStore`` of given rows."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        ordered = sorted(rows, key=lambda one: (one["filetime"], one["offset"], one["rule"]))
        self._batches = [pa.RecordBatch.from_pylist(ordered, schema=MATCH_SCHEMA)] if rows else []

    def __len__(self) -> int:
        return sum(batch.num_rows for batch in self._batches)

    def batches(self) -> Iterator[pa.RecordBatch]:
        return iter(self._batches)


class World:
    """Events with the rules that are true for them; offsets are given out in turn."""

    def __init__(self) -> None:
        self.traces: list[dict[str, Any]] = []
        self.matches: list[dict[str, Any]] = []
        self.observations: list[Observation] = []
        self._offset = 0

    def event(self, at: float, host: str = "ws1", *rules: int, **trace: Any) -> int:
        """Add an event ``at`` seconds, matched by rules, and return its offset."""
        self._offset += 100
        filetime = BASE + int(at * SECOND)
        fields = trace.pop("fields", {"CommandLine": trace.get("command_line", "x")})
        why = trace.pop("why", ())
        role = trace.pop("role", 0) | (Role.MATCHED if rules else 0)
        user = trace.get("user")
        self.traces.append(
            {
                "filetime": filetime,
                "source": 0,
                "offset": self._offset,
                "role": int(role),
                "is_sysmon": True,
                "host": host,
                "text": trace.get("command_line", "an event") if rules else None,
                **trace,
            }
        )
        for rule in rules:
            self.matches.append(
                {
                    "rule": rule,
                    "source": 0,
                    "offset": self._offset,
                    "record_id": 1,
                    "state": 0,
                    "filetime": filetime,
                    "time_assumed": False,
                    "host": host,
                    "user": user,
                    "channel": "Security",
                    "event_code": 1,
                    "event_record_id": self._offset,
                    "fingerprint": hashlib.md5(f"{host}{self._offset}".encode()).digest(),
                    "fields": json.dumps(fields),
                    "why": json.dumps(why),
                }
            )
        return self._offset

    def process(self, at: float, name: str, *rules: int, **given: Any) -> int:
        """Add the start of a process; ``pid`` and ``parent`` are numbers from which its GUIDs are made."""
        pid, parent = given.pop("pid"), given.pop("parent", None)
        host = given.pop("host", "ws1")
        return self.event(
            at,
            host,
            *rules,
            role=given.pop("role", Role.START),
            pid=pid,
            guid=guid(host, pid),
            parent_pid=parent,
            parent_guid=guid(host, parent) if parent else None,
            image=f"C:\\x\\{name}",
            parent_image=given.pop("parent_image", "C:\\x\\cmd.exe"),
            command_line=given.pop("command_line", f"{name} {pid}"),
            user=given.pop("user", "ann"),
            **given,
        )

    def cited(self, offset: int, text: str = "") -> Cited:
        """Return an event that was added as an observation cites it."""
        row = next(one for one in self.traces if one["offset"] == offset)
        name = hashlib.md5(f"{row['host']}{offset}".encode()).digest()
        return Cited(0, offset, row["filetime"], name, text)

    def observe(self, kind: SignalKind, bits: float, *events: Cited, **given: Any) -> Observation:
        """Add what a chain, a break or a baseline says."""
        plain: dict[str, Any] = {
            "by": f"a-{kind}",
            "title": f"Some {kind}",
            "techniques": ("T1003.003",),
            "tactic": "",
            "host": "ws1",
            "account": "",
            "shape": "one",
            "text": f"a {kind} was seen",
            "because": "seen on 0 of 30 host-days",
        }
        found = Observation(kind=kind, bits=bits, events=events, **{**plain, **given})
        self.observations.append(found)
        return found

    def incidents(
        self, host_days: int = 30, hosts: Sequence[str] = ("ws1", "dc1")
    ) -> tuple[Incident, ...]:
        """Return what a hunt would make of it."""
        matches = ListMatches(self.matches)
        cells = Cells(cited_by(self.observations), matches)
        group(matches.batches(), RULES, SOURCES, cells=cells)
        scope = Scope(host_days, host_days, {name: name.upper() for name in hosts})
        found = incidents(
            cells, RULES, ListTraces(self.traces), scope, observations=self.observations
        )
        return proved(found, matches, RULES)

    def material(self) -> Material:
        """Return the signals of it."""
        matches = ListMatches(self.matches)
        cells = Cells(cited_by(self.observations), matches)
        group(matches.batches(), RULES, SOURCES, cells=cells)
        spoken = Spoken(*cells.found(), cells.groups, RULES)
        spoken = with_observations(spoken, self.observations, parameters())
        again = Again(matches, cells.grouper) if cells.grouper else None
        return signals(spoken, ListTraces(self.traces), Covered(1, 1), parameters(), again)


def guid(host: str, pid: int) -> str:
    """Return a ProcessGuid that belongs to a host and a process."""
    digits = hashlib.md5(f"{host}:{pid}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
