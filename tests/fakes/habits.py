"""Days of ordinary work that a test writes down, and what baselines make of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from tests.fakes.facts import DAY, HOUR, NEW_YEAR, event

from gamekeeper.analytics.baselines.gather import HabitRows
from gamekeeper.analytics.baselines.habits import Cast, Learnt, learn
from gamekeeper.analytics.baselines.judging import Judged, judge
from gamekeeper.analytics.baselines.merging import Seen, merge
from gamekeeper.analytics.baselines.telling import tell
from gamekeeper.engine.runs import Run
from gamekeeper.integrity.gathering.frames import frame_of
from gamekeeper.model.anomalies import Anomaly, Baselines
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch

SYSMON = "Microsoft-Windows-Sysmon/Operational"
#: Days since 1601 of the first day.
FIRST_DAY = NEW_YEAR // DAY


class Diary:
    """Numbers events by themselves. ``day`` counts from zero."""

    def __init__(self) -> None:
        self._record = 0
        self.events: list[Event] = []

    def note(self, day: float, code: int, host: str, **data: str) -> None:
        self._add(day, code, host, "Security", data)

    def _add(self, day: float, code: int, host: str, channel: str, data: dict[str, str]) -> None:
        self._record += 1
        time = NEW_YEAR + int(day * DAY) + 9 * HOUR
        self.events.append(event(self._record, time, code, channel=channel, host=host, data=data))

    def start(
        self, day: float, host: str, command: str, user: str = "anna", parent: str = "explorer.exe"
    ) -> None:
        """Tell of a process by Sysmon."""
        image = f"C:\\Windows\\System32\\{command.split(maxsplit=1)[0]}.exe"
        parent = f"C:\\Windows\\{parent}"
        data = {
            "Image": image,
            "CommandLine": command,
            "User": f"CORP\\{user}",
            "ParentImage": parent,
        }
        self._add(day, 1, host, SYSMON, data)

    def logon(
        self, day: float, host: str, user: str, source: str = "10.0.0.5", kind: str = "3"
    ) -> None:
        data = {"TargetUserName": user, "IpAddress": source, "LogonType": kind}
        self.note(day, 4624, host, **data)

    def controller(self, host: str) -> None:
        """Let a host deal out tickets."""
        self.note(0, 4768, host, TargetUserName="anna")


def office(days: int, hosts: Sequence[str] = ("ws01", "ws02", "ws03", "ws04")) -> Diary:
    """Hosts on which somebody does the same every day."""
    diary = Diary()
    for day in range(days):
        for host in hosts:
            diary.start(day, host, "notepad")
            diary.logon(day, host, "anna", kind="7")
    return diary


def batches(events: Iterable[Event], size: int = 16) -> list[EventBatch]:
    builder = BatchBuilder(size)
    found = [batch for one in events for batch in builder.add(one)]
    return [*found, *builder.flush()]


def runs(units: Iterable[Iterable[EventBatch]], folder: Path) -> list[Run]:
    """Return what workers leave of some units."""
    found: list[Run] = []
    folder.mkdir(parents=True, exist_ok=True)
    for number, unit in enumerate(units):
        rows = HabitRows(folder, f"u{number}")
        for batch in unit:
            rows.add(batch, frame_of)
        found += rows.finish()
    return found


def seen_in(events: Iterable[Event], folder: Path, memory: Iterable[pa.RecordBatch] = ()) -> Seen:
    return merge(runs([batches(events)], folder / "runs"), memory, folder)


def judged_in(
    events: Iterable[Event], folder: Path, until: int | None = None
) -> tuple[Seen, Learnt, Judged]:
    seen = seen_in(events, folder)
    learnt = learn(seen, Cast.of(seen, {}))
    return seen, learnt, judge(learnt, until)


def told_of(
    events: Iterable[Event],
    folder: Path,
    until: int | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Baselines:
    """Return what baselines say of events; ``until`` counts days from the first."""
    day = None if until is None else FIRST_DAY + until
    seen, learnt, judged = judged_in(events, folder, day)
    return tell(seen, learnt, judged, learn_until=day, confirmed=confirmed)


def of(told: Baselines, baseline: str) -> Iterator[Anomaly]:
    yield from (one for one in told.anomalies if one.baseline == baseline)
