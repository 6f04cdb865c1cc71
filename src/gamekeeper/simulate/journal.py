"""What was logged, before it becomes files: entries in any order, and what the intruder took away again."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from gamekeeper.simulate.catalog import EventKind


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an intrusion: the reason why an event is part of the truth."""

    number: int
    phase: str
    techniques: tuple[str, ...]
    account: str
    text: str
    chains: tuple[str, ...] = ()  # sequences of the actor's published playbook that it is part of


@dataclass(slots=True, eq=False)
class Entry:
    """One logged event. ``order`` settles ties of time."""

    filetime: int
    order: int
    kind: EventKind
    values: tuple[Any, ...]
    process_id: int | None
    thread_id: int | None
    user_sid: str | None
    activity_id: UUID | None
    step: Step | None
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Erasure:
    """Entries of one log that are gone: all before a clear, or the intruder's own in a window."""

    host: str
    channel: str
    start: int
    stop: int
    only_intrusion: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A time in which a host logs nothing in some channels, or in none ("*").

    Kinds that are kept are logged all the same. With tasks or kinds only events of those fall away.
    """

    host: str
    channels: frozenset[str]
    start: int
    stop: int
    keep: frozenset[str] = frozenset()
    tasks: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()

    def hides(self, entry: Entry) -> bool:
        """Say whether an entry of a log that it covers was never written."""
        kind = entry.kind
        if not self.start <= entry.filetime < self.stop or kind.key in self.keep:
            return False
        if self.tasks:
            return kind.envelope.task in self.tasks
        return not self.kinds or kind.key in self.kinds


class Journal:
    """All logs of all hosts, and the step that is being acted out at the moment."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.erasures: list[Erasure] = []
        self.silences: list[Silence] = []
        self.step: Step | None = None
        self.steps: list[Step] = []
        #: Declared sequences that do not come about in this world.
        self.unacted: set[str] = set()
        self._order = 0

    def new_step(self, phase: str, row: Mapping[str, Any], account: str, text: str) -> Step:
        """Return the next step of the intrusion; ``row`` declares its techniques and what it acts."""
        chains = tuple(one for one in row.get("acts", ()) if one not in self.unacted)
        step = Step(len(self.steps) + 1, phase, tuple(row["technique"]), account, text, chains)
        self.steps.append(step)
        return step

    def add(self, host: str, entry: Entry) -> None:
        """Keep an entry; it belongs to the current step."""
        entry.order = self._order
        entry.step = self.step
        self._order += 1
        self.logs[host, entry.kind.envelope.channel].append(entry)

    def settled(self) -> dict[tuple[str, str], list[Entry]]:
        """Return every log in order of time with erased entries marked, logs in order of their names."""
        logs = dict(sorted(self.logs.items()))
        for silence in self.silences:
            for (host, channel), entries in logs.items():
                if host == silence.host and silence.channels & {channel, "*"}:
                    entries[:] = [entry for entry in entries if not silence.hides(entry)]
        for entries in logs.values():
            entries.sort(key=lambda e: (e.filetime, e.order))
        for erasure in self.erasures:
            for entry in logs.get((erasure.host, erasure.channel), ()):
                in_window = erasure.start <= entry.filetime < erasure.stop
                if in_window and (entry.step is not None or not erasure.only_intrusion):
                    entry.is_erased = True
        return logs


class Agenda:
    """What happens when: a queue in order of time that hands each happening its moment."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._queue: list[tuple[int, int, Step | None, Callable[[int], None]]] = []
        self._count = 0

    def at(self, ticks: int, happening: Callable[[int], None]) -> None:
        """Plan a happening; what it logs belongs to the step that is current now."""
        heapq.heappush(self._queue, (ticks, self._count, self._journal.step, happening))
        self._count += 1

    def run(self, end: int) -> None:
        """Let everything happen that was planned before ``end``."""
        while self._queue and self._queue[0][0] < end:
            ticks, _, step, happening = heapq.heappop(self._queue)
            self._journal.step = step
            happening(ticks)
        self._journal.step = None
