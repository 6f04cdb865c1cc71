"""Ranges that killed their reader: counted as far as their format can say, and written down as rejects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.runner import Done, Loss, Lost
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.hunt.units import Unit
from gamekeeper.model.rejects import RAW_LIMIT_BYTES, Reject, Tally
from gamekeeper.model.tallies import FileTally
from gamekeeper.sources import registry
from gamekeeper.sources.salvage import Countable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gamekeeper.engine.runner import Runner
    from gamekeeper.engine.runs import Run
    from gamekeeper.sources.base import Range

_LIMIT_S: Final = 60.0
_WORDS: Final = {
    Loss.CRASHED: "the reader crashed",
    Loss.TIMED_OUT: "the reader hung",
    Loss.OUT_OF_MEMORY: "the reader ran out of memory",
    Loss.FAILED: "the reader failed",
}


@dataclass(frozen=True, slots=True)
class CountStage:
    """Counts the records of lost units; in the same kind of worker, since counting may crash, too."""

    def prepare(self) -> Callable[[Unit], int | None]:
        """Nothing has to be built."""
        return _counted

    def split(self, unit: Unit) -> list[Unit]:
        """A lost unit is not divided any more."""
        return [unit]

    def limit_s(self, unit: Unit, *, is_first: bool) -> float:  # noqa: ARG002 - the same for any range
        """Return the time for one range."""
        return _LIMIT_S


def _counted(unit: Unit) -> int | None:
    source = registry.source(unit.format)
    if not isinstance(source, Countable):
        return None
    return sum(source.count(part) for part in unit.ranges)


@dataclass(frozen=True, slots=True)
class Written:
    """The rejects of lost units, in runs, and the account of each file that they belong to."""

    rejects: tuple[Run, ...]
    tallies: tuple[FileTally, ...]


def write_losses(lost: Iterable[Lost[Unit]], runner: Runner, folder: Path) -> Written:
    """Write one reject for every lost unit, with the number of records that went with it."""
    by_key = {item.unit.key: item for item in lost}
    counts: dict[tuple[int, ...], int | None] = dict.fromkeys(by_key)
    for outcome in runner.map_batches(CountStage(), [item.unit for item in by_key.values()]):
        if isinstance(outcome, Done):
            counts[outcome.unit.key] = outcome.result
    writer = RejectWriter(folder, "lost")
    tallies = []
    for key, item in sorted(by_key.items()):
        for reject in _rejects(item, counts[key]):
            writer.add(reject)
            tallies.append(_tally(reject))
    return Written(writer.finish(), tuple(tallies))


def _rejects(item: Lost[Unit], count: int | None) -> Iterator[Reject]:
    """Yield one reject: a unit that is lost for good is one range. The first one carries the count."""
    for part in item.unit.ranges:
        known = "" if count is not None else "; how many records it held is not known"
        yield Reject(
            source=part.origin.number,
            offset=part.start,
            reason="reader_crashed",
            detail=f"{_WORDS[item.loss]} on bytes {part.start} to {part.stop}: {item.detail}{known}",
            count=1 if count is None else count,
            raw=_first_bytes(part),
        )
        count = 0 if count is not None else None


def _tally(reject: Reject) -> FileTally:
    tally = FileTally(reject.source)
    tally.add(Tally(reject.source, reject.count, 0, reject.count))
    return tally


def _first_bytes(part: Range) -> bytes:
    try:
        with part.origin.local.open("rb") as stream:
            stream.seek(part.start)
            return stream.read(min(RAW_LIMIT_BYTES, part.stop - part.start))
    except OSError:
        return b""
