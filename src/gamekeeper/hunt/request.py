"""What a person asks of a hunt, checked and in the units of the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.settings import check_level, check_selector, check_zone, parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def filetime(text: str) -> int:
    """Return the FILETIME of a moment as a person writes it.

    >>> filetime("1970-01-01T00:00:01Z") - FILETIME_EPOCH
    10000000
    """
    since = parse_time(text) - _EPOCH
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return FILETIME_EPOCH + micros * 10


@dataclass(frozen=True, slots=True)
class Request:
    """One hunt as asked for. ``rules`` empty: the built-in ones and what was fetched; ``chains`` empty: the
    built-in ones."""

    paths: tuple[str, ...]
    rules: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    placeholders: str | None = None
    time_from: str | None = None  # events at or after
    time_to: str | None = None  # events before
    source_tz: str = "UTC"
    min_level: str = "informational"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    recover: bool = False
    paranoid: bool = False
    passwords: tuple[str, ...] = ()
    workers: int = 0
    temp_dir: str | None = None
    assets: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    geoip: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    no_chains: bool = False
    no_baselines: bool = False
    learn_until: str | None = None  # nothing before is judged by baselines
    ruleless: bool = False  # the logs are asked about themselves alone

    def __post_init__(self) -> None:
        if not self.paths:
            raise UsageError("nothing to search was named: give files, folders or archives")
        check_level(self.min_level)
        check_zone(self.source_tz)
        if self.learn_until is not None:
            filetime(self.learn_until)
        start, stop = self.span
        if start is not None and stop is not None and start >= stop:
            raise UsageError(f"--from {self.time_from} is not before --to {self.time_to}")
        for selector in (*self.include, *self.exclude):
            check_selector(selector)

    @property
    def span(self) -> tuple[int | None, int | None]:
        """The period asked for, as FILETIMEs: from (inclusive) and to (exclusive)."""
        start = None if self.time_from is None else filetime(self.time_from)
        stop = None if self.time_to is None else filetime(self.time_to)
        return start, stop

    @property
    def is_whole(self) -> bool:
        """Whether all events are asked for: no period, host or channel is left out."""
        narrowed = any(s.startswith(("host:", "channel:")) for s in (*self.include, *self.exclude))
        return not narrowed and self.span == (None, None)

    def patterns(self, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what is included and what is excluded for one kind of selector."""
        prefix = f"{kind}:"

        def of(selectors: Sequence[str]) -> tuple[str, ...]:
            return tuple(s.removeprefix(prefix) for s in selectors if s.startswith(prefix))

        return of(self.include), of(self.exclude)

    def shown(self) -> dict[str, object]:
        """Return the request as reports print it: without passwords, paths made absolute."""
        values = asdict(self)
        values["passwords"] = len(self.passwords)
        values["paths"] = [p if p == "-" else str(Path(p).absolute()) for p in self.paths]
        return values
