"""What a hunt wrote into its folder, as far as an evaluation needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from gamekeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_DAY_US: Final = 86_400_000_000
_CONTEXT: Final = "context"

#: A host's short name in lower case, and microseconds since 1970.
Moment = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of an incident. ``moments``: its own, and those of what it cites as far as known."""

    time: int | None
    host: str
    text: str
    is_context: bool
    cited: tuple[str, ...]
    moments: tuple[Moment, ...]
    cited_moments: tuple[tuple[str, Moment], ...]


@dataclass(frozen=True, slots=True)
class ToldIncident:
    """One incident."""

    id: str
    rank: int
    severity: str
    score_bits: float
    first_seen: int | None
    steps: tuple[ToldStep, ...]

    @property
    def last_signal(self) -> int:
        """When its last signal was; 0 where no time is known."""
        times = [one.time for one in self.steps if one.time is not None and not one.is_context]
        return max(times, default=self.first_seen or 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Incidents, best first, every match as (event id, moment), and what the hunt cost.

    ``lines``: of matches in files of rows, the number of the row's line.
    """

    incidents: tuple[ToldIncident, ...]
    matches: tuple[tuple[str, Moment], ...]
    hosts: int
    first_event: int | None
    last_event: int | None
    seconds: float
    events: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """Days from the first event to the last, at least one."""
        if self.first_event is None or self.last_event is None:
            return 1.0
        return max((self.last_event - self.first_event) / _DAY_US, 1.0)

    @property
    def host_days(self) -> float:
        """Hosts times days."""
        return max(self.hosts, 1) * self.days


def micros(text: str | None) -> int | None:
    """Return microseconds since 1970 of an ISO time, of which a finer fraction is cut.

    >>> micros("1970-01-01T00:00:01.0000019Z")
    1000001
    """
    if not text:
        return None
    head, dot, rest = text.strip().removesuffix("Z").partition(".")
    try:
        moment = datetime.fromisoformat(head).replace(tzinfo=UTC)
        fraction = int((rest[:6]).ljust(6, "0")) if dot else 0
    except ValueError:
        raise UsageError(f"{text!r} is no time") from None
    return (moment - _EPOCH) // _US + fraction


def short(host: str) -> str:
    """Return a host's short name.

    >>> short("WS1.example.org")
    'ws1'
    """
    return host.partition(".")[0].lower()


def read_outcome(folder: Path) -> Outcome:
    """Read the folder that ``hunt --out`` wrote."""
    summary = _json(folder / "summary.json")
    totals = summary["totals"]
    seen: dict[str, Moment] = {}
    lines: dict[str, int] = {}
    for event, moment, line in _matches(folder / "matches.jsonl"):
        seen[event] = moment
        if line is not None:
            lines[event] = line
    incidents = tuple(_incident(row, seen) for row in _json(folder / "incidents.json"))
    return Outcome(
        incidents=incidents,
        matches=tuple(seen.items()),
        hosts=int(totals["hosts"]),
        first_event=micros(totals.get("first_event")),
        last_event=micros(totals.get("last_event")),
        seconds=round(sum(summary.get("timings_s", {}).values()), 3),
        events=int(totals.get("events", 0)),
        lines=lines,
    )


def _json(path: Path) -> Any:  # noqa: ANN401 - documents of other modules, read field by field
    try:
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a folder that hunt --out wrote") from None
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} is no JSON: {error}") from None


def _matches(path: Path) -> Iterator[tuple[str, Moment, int | None]]:
    """Yield event id, moment, and the number of the record where it has one."""
    if not path.is_file():
        raise UsageError(f"{path} is missing; name a folder that hunt --out wrote")
    with path.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            moment = micros(row["@timestamp"])
            if moment is not None:
                host = short(row["host.name"] or "")
                yield row["event.id"], (host, moment), row.get("record.id")


def _incident(row: dict[str, Any], seen: dict[str, Moment]) -> ToldIncident:
    return ToldIncident(
        id=row["id"],
        rank=row["rank"],
        severity=row["severity"],
        score_bits=row["score_bits"],
        first_seen=micros(row["first_seen"]),
        steps=tuple(_step(step, seen) for step in row["steps"]),
    )


def _step(row: dict[str, Any], seen: dict[str, Moment]) -> ToldStep:
    host, cited = short(row["host"]), tuple(row["event_ids"])
    own = [micros(row["time"]), micros(row.get("last_time"))]
    known = tuple((event, seen[event]) for event in cited if event in seen)
    # A step that no match stands behind cites events whose times are its own.
    first = own[0]
    if not known and first is not None:
        known = tuple((event, (host, first)) for event in cited[:1])
    moments = [(host, time) for time in own if time is not None]
    return ToldStep(
        time=first,
        host=host,
        text=row["text"],
        is_context=row.get("kind") == _CONTEXT,
        cited=cited,
        moments=tuple(dict.fromkeys([*moments, *(moment for _, moment in known)])),
        cited_moments=known,
    )
