"""The runner that needs nothing but this machine: processes, or this very process for small work."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from gamekeeper.engine.pool import Ended, Hung, Pool, Worker
from gamekeeper.engine.runner import Done, Loss, Lost, Stage
from gamekeeper.engine.runs import fold_sorted
from gamekeeper.engine.worker import Failure, attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

U = TypeVar("U")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Try(Generic[U]):
    """A unit on its way; ``is_last`` once it has killed a worker, alone or in company."""

    unit: U
    is_last: bool = False


class _Queue(Generic[U]):
    """Units to do: those to try again first, so that their outcome is not far from their neighbours'."""

    def __init__(self, stage: Stage[U, R], units: Iterable[U]) -> None:
        self._stage = stage
        self._fresh = iter(units)
        self._again: deque[_Try[U]] = deque()

    def next(self) -> _Try[U] | None:
        """Return the next unit, or None where nothing waits at the moment."""
        if self._again:
            return self._again.popleft()
        return next((_Try(unit) for unit in self._fresh), None)

    def lost(self, item: _Try[U], loss: Loss, detail: str) -> Lost[U] | None:
        """Queue the parts of a lost unit, or the unit once more; say so where it is lost for good."""
        parts = self._stage.split(item.unit)
        if len(parts) > 1:
            self._again.extend(_Try(part, is_last=True) for part in parts)
            return None
        if item.is_last:
            return Lost(item.unit, loss, detail)
        self._again.append(_Try(item.unit, is_last=True))
        return None


class LocalRunner:
    """Runs stages in ``workers`` processes, or in this one where ``workers`` is 0.

    Inside this process nothing protects against a crash or a hang, and no memory is capped.
    """

    def __init__(self, workers: int, work: Path, *, memory_bytes: int = 768 << 20) -> None:
        self.workers = workers
        self._work = work
        self._memory_bytes = memory_bytes

    def map_batches(self, stage: Stage[U, R], units: Iterable[U]) -> Iterator[Done[U, R] | Lost[U]]:
        """Yield the outcome of every unit, in the order in which they finish."""
        waiting = _Queue(stage, units)
        if self.workers:
            return self._map_in_pool(stage, waiting)
        return self._map_here(stage, waiting)

    def fold_groups(
        self,
        key: Sequence[str],
        fn: Callable[[pa.Table], pa.RecordBatch],
        batches: Iterable[pa.RecordBatch],
    ) -> Iterator[pa.RecordBatch]:
        """Yield ``fn`` of the rows of each value of ``key``; sorts on disk, one group in memory."""
        return fold_sorted(key, fn, batches, self._work)

    def _map_here(self, stage: Stage[U, R], waiting: _Queue[U]) -> Iterator[Done[U, R] | Lost[U]]:
        fn = stage.prepare()
        while (item := waiting.next()) is not None:
            outcome = attempt(fn, item.unit)
            lost = _settle(waiting, item, outcome)
            if lost is not None:
                yield lost
            elif not isinstance(outcome, Failure):
                yield Done(item.unit, outcome)

    def _map_in_pool(
        self, stage: Stage[U, R], waiting: _Queue[U]
    ) -> Iterator[Done[U, R] | Lost[U]]:
        with Pool(stage, self.workers, self._memory_bytes) as pool:
            backlog: _Try[U] | None = waiting.next()
            while backlog is not None or pool.busy():
                if backlog is not None:
                    pool.fill(self.workers)
                backlog = _feed(pool, stage, waiting, backlog)
                for worker, message in pool.answers():
                    item = cast("_Try[U]", worker.task)
                    worker.task = None
                    worker.deadline = float("inf")
                    lost = _settle(waiting, item, message)
                    if _has_to_go(message):
                        pool.discard(worker)
                    if lost is not None:
                        yield lost
                    elif not isinstance(message, Failure | Ended | Hung):
                        yield Done(item.unit, cast("R", message))
                backlog = backlog or waiting.next()


def _feed(
    pool: Pool, stage: Stage[U, R], waiting: _Queue[U], backlog: _Try[U] | None
) -> _Try[U] | None:
    """Give a unit to every idle worker; return the unit for which none was left."""
    worker: Worker | None
    while backlog is not None and (worker := pool.idle()) is not None:
        limit_s = stage.limit_s(backlog.unit, is_first=worker.is_fresh)
        worker.feed(backlog.unit, limit_s, backlog)
        backlog = waiting.next()
    return backlog


def _has_to_go(message: object) -> bool:
    """A worker that failed may have half-changed state; one that ran out of memory is fragmented."""
    return isinstance(message, Failure | Ended | Hung)


def _settle(waiting: _Queue[U], item: _Try[U], message: object) -> Lost[U] | None:
    """Queue what has to be tried again; return what is lost for good."""
    if isinstance(message, Failure):
        if message.error is not None:
            raise message.error
        return waiting.lost(item, message.loss, message.detail)
    if isinstance(message, Ended):
        return waiting.lost(item, Loss.CRASHED, message.detail)
    if isinstance(message, Hung):
        detail = f"it was not done after {message.limit_s:.0f} seconds"
        return waiting.lost(item, Loss.TIMED_OUT, detail)
    return None
