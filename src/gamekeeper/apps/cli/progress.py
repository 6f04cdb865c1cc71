"""How far a hunt is, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from gamekeeper.hunt.progress import NoProgress

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TextIO

    from gamekeeper.hunt import progress as told

#: Seconds between two lines where standard error is a file.
_QUIET_S: Final = 10.0


def megabytes(size: float) -> str:
    """Return a number of bytes as people say it.

    >>> megabytes(1_500_000), megabytes(12_345_678_900)
    ('1.5 MB', '12.3 GB')
    """
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


class _Counts:
    """What a stage has done so far."""

    def __init__(self, name: str, total: int, unit: str) -> None:
        self.name = name
        self.total = total
        self.unit = unit
        self.done = 0
        self.events = 0
        self.matches = 0
        self.started = time.monotonic()

    def add(self, amount: int, events: int, matches: int) -> None:
        self.done += amount
        self.events += events
        self.matches += matches

    @property
    def figures(self) -> str:
        """What was done, in words: amount, rate, matches."""
        if self.unit != "bytes":
            return f"{self.done:,} {self.unit}" if self.done else ""
        if not self.events:  # it only looks at bytes
            return megabytes(self.done)
        seconds = max(time.monotonic() - self.started, 0.001)
        return (
            f"{megabytes(self.done)}, {self.events:,} events ({self.events / seconds:,.0f}/s), "
            f"{self.matches:,} matches"
        )


class _Figures(ProgressColumn):
    """The figures of the stage that a task stands for."""

    def render(self, task: Task) -> Text:
        """Return the figures."""
        counts = task.fields.get("counts")
        return Text(counts.figures if isinstance(counts, _Counts) else "")


class BarProgress:
    """A bar for the current stage; finished stages leave nothing behind."""

    def __init__(self, stream: TextIO) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            _Figures(),
            TimeRemainingColumn(compact=True),
            console=Console(file=stream),
            transient=True,
            expand=True,
        )
        self._task = self._bar.add_task("starting", total=None)
        self._counts = _Counts("starting", 0, "files")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stage(self, name: str, total: int, unit: str) -> None:
        """Start the bar anew."""
        self._counts = _Counts(name, total, unit)
        self._bar.remove_task(self._task)
        self._task = self._bar.add_task(name, total=total or None, counts=self._counts)

    def advance(self, amount: int, *, events: int = 0, matches: int = 0) -> None:
        """Move the bar."""
        self._counts.add(amount, events, matches)
        self._bar.advance(self._task, amount)


class LineProgress:
    """One line for a stage that takes long, and another every ten seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._counts = _Counts("starting", 0, "files")
        self._next = time.monotonic() + _QUIET_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing has to be taken down."""

    def stage(self, name: str, total: int, unit: str) -> None:
        """Note the stage; it is named with its first line."""
        self._counts = _Counts(name, total, unit)

    def advance(self, amount: int, *, events: int = 0, matches: int = 0) -> None:
        """Say how far it is, if the last line is old."""
        counts = self._counts
        counts.add(amount, events, matches)
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _QUIET_S
        share = f" {100 * counts.done // counts.total}%" if counts.total else ""
        print(f"{counts.name}:{share} {counts.figures}", file=self._stream, flush=True)


class SilentProgress(NoProgress):
    """Nothing, for ``-q``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing has to be taken down."""


def progress(*, quiet: bool) -> BarProgress | LineProgress | SilentProgress:
    """Return what suits standard error."""
    if quiet:
        return SilentProgress()
    return BarProgress(sys.stderr) if sys.stderr.isatty() else LineProgress(sys.stderr)


def stepwise(shown: told.Progress, name: str) -> Callable[[int, int], None]:
    """Return what a function wants that tells how many of its files it has done."""
    last = 0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if done == 0:
            shown.stage(name, total, "files")
        shown.advance(done - last)
        last = done

    return tell
