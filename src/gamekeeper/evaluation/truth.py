"""What is known to have happened: of a simulated world, of a campaign by windows of time, or by processes."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PureWindowsPath
from typing import IO, TYPE_CHECKING, Any, Final, cast

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.evaluation.alert_labels import COLUMNS, Labels, labels_of
from gamekeeper.evaluation.outcome import Moment, micros, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_ALL: Final = "intrusion"  # the one story of a truth that tells only one


class Shape(StrEnum):
    """How a truth says which events are meant."""

    EVENTS = "events"  # each one, by host and time
    WINDOWS = "windows"  # hosts and times between two; each is a story of its own
    PROCESSES = "processes"  # starts of programs
    ALERTS = "alerts"  # alerts of other tools, each labelled by phase; all phases are one story


@dataclass(frozen=True, slots=True)
class TrueStep:
    """One thing that happened. ``story`` says what belongs together."""

    name: str
    story: str
    text: str
    first: int  # microseconds since 1970
    last: int
    hosts: frozenset[str]
    moments: frozenset[Moment] = frozenset()
    program: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """All of it, in order of time."""

    shape: Shape
    steps: tuple[TrueStep, ...]
    by_moment: dict[Moment, int] = field(default_factory=dict)
    labels: Labels = field(default_factory=lambda: Labels({}))

    @property
    def has_windows(self) -> bool:
        """Whether true steps are spans of time, which a window alone may meet by chance."""
        return self.shape in (Shape.WINDOWS, Shape.ALERTS)


def read_truth(path: Path) -> Truth:
    """Read a truth in any of the shapes that it comes in; say what is wrong with others."""
    if not path.is_file():
        raise UsageError(
            f"{path} is no file; name truth.jsonl, steps.csv, truth_processes.csv or a file of labels"
        )
    if path.suffix == ".jsonl":
        return of_world(path.read_bytes().splitlines())
    with _opened(path) as lines:
        rows = csv.DictReader(lines)
        names = set(rows.fieldnames or ())
        if {"step", "first", "last", "hosts"} <= names:
            return of_windows(rows)
        if {"time", "image", "process_guid"} <= names:
            return of_processes(rows)
        if names >= COLUMNS:
            return of_alerts(rows)
    raise UsageError(f"{path} is no truth in a known shape; its columns are {', '.join(names)}")


def _opened(path: Path) -> IO[str]:
    opens = gzip.open if path.suffix == ".gz" else open
    return cast("IO[str]", opens(path, "rt", newline="", encoding="utf-8-sig"))


def of_world(lines: Iterable[bytes]) -> Truth:
    """Return the truth of a simulated world, one line for each event."""
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        row = orjson.loads(line)
        rows[row["step"]].append(row)
    steps = tuple(_world_step(number, rows[number]) for number in sorted(rows))
    by_moment = {moment: position for position, step in enumerate(steps) for moment in step.moments}
    return Truth(Shape.EVENTS, steps, by_moment)


def _world_step(number: int, rows: list[dict[str, Any]]) -> TrueStep:
    moments = frozenset((short(row["host"]), micros(row["time"]) or 0) for row in rows)
    times = [time for _, time in moments]
    return TrueStep(
        name=str(number),
        story=_ALL,
        text=rows[0]["text"],
        first=min(times),
        last=max(times),
        hosts=frozenset(host for host, _ in moments),
        moments=moments,
    )


def of_windows(rows: Iterable[dict[str, str]]) -> Truth:
    """Return the truth of a campaign of captures; a window's last second belongs to it."""
    steps = tuple(
        TrueStep(
            name=row["step"],
            story=row["step"],
            text=row.get("title") or row.get("capture", ""),
            first=micros(row["first"]) or 0,
            last=(micros(row["last"]) or 0) + 999_999,
            hosts=frozenset(short(part.partition(":")[0]) for part in row["hosts"].split(";")),
        )
        for row in rows
    )
    return Truth(Shape.WINDOWS, steps)


def of_processes(rows: Iterable[dict[str, str]]) -> Truth:
    """Return the truth of a tree of processes."""
    steps = tuple(
        TrueStep(
            name=row["process_guid"],
            story=_ALL,
            text=row.get("command_line") or row["image"],
            first=micros(row["time"]) or 0,
            last=micros(row["time"]) or 0,
            hosts=frozenset(),
            program=PureWindowsPath(row["image"]).name.lower(),
        )
        for row in rows
    )
    return Truth(Shape.PROCESSES, steps)


def of_alerts(rows: Iterable[dict[str, str]]) -> Truth:
    """Return the truth of alerts that are labelled by phase."""
    labels = labels_of(rows)
    steps = tuple(
        TrueStep(
            name=phase,
            story=_ALL,
            text=f"{len(moments)} alerts",
            first=min(time for _, time in moments),
            last=max(time for _, time in moments),
            hosts=frozenset(host for host, _ in moments),
        )
        for phase, moments in labels.phases().items()
    )
    return Truth(Shape.ALERTS, steps, labels=labels)


def key_of(matches: Iterable[bytes], steps: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the events (lines of ``matches.jsonl``) for which rules of a key are true, with their steps."""
    rows = map(orjson.loads, matches)
    return frozenset(
        (row["event.id"], steps[row["rule.id"]]) for row in rows if row["rule.id"] in steps
    )


def key_steps(text: str) -> dict[str, str]:
    """Return which step of a truth each rule of a key stands for: rule id to step name.

    >>> key_steps("title: T\\nid: a\\nstep: 3\\n---\\nid: b\\n")
    {'a': '3'}
    """
    found: dict[str, str] = {}
    for document in re.split(r"^---\s*$", text, flags=re.MULTILINE):
        names = dict(re.findall(r"^(id|step):\s*(\S+)\s*$", document, flags=re.MULTILINE))
        if "id" in names and "step" in names:
            found[names["id"]] = names["step"]
    return found
