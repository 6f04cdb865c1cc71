"""Who moves the work: a runner takes units to processes and groups to functions, and decides nothing else.

The logic of a hunt is written once against this protocol. The local runner uses processes of this
machine; a cluster's runner would use ``mapInArrow`` and ``groupBy().applyInArrow`` for the two verbs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

U = TypeVar("U")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Stage(Protocol[U, R_co]):
    """Work on units. It is pickled once for each process, and so are units and results: keep them small."""

    def prepare(self) -> Callable[[U], R_co]:
        """Return the function for one unit; called once in each process, so it may be slow."""

    def split(self, unit: U) -> Sequence[U]:
        """Return the parts of a unit that killed its worker; one part or none means it is the culprit."""

    def limit_s(self, unit: U, *, is_first: bool) -> float:
        """Return the seconds after which a worker on this unit counts as hung.

        The first unit of a process may have to wait for a compiler.
        """


class Loss(StrEnum):
    """Why a unit has no result."""

    CRASHED = "crashed"  # the process died
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FAILED = "failed"  # an exception that nobody expected


@dataclass(frozen=True, slots=True)
class Done(Generic[U, R]):
    """A unit and what came of it."""

    unit: U
    result: R


@dataclass(frozen=True, slots=True)
class Lost(Generic[U]):
    """A unit that cannot be done, alone and in a fresh process; the run goes on without it."""

    unit: U
    loss: Loss
    detail: str  # one sentence for people


class Runner(Protocol):
    """Two verbs; both are lazy, and both give the same content however many processes work."""

    def map_batches(self, stage: Stage[U, R], units: Iterable[U]) -> Iterator[Done[U, R] | Lost[U]]:
        """Yield the outcome of every unit, in the order in which they finish."""

    def fold_groups(
        self,
        key: Sequence[str],
        fn: Callable[[pa.Table], pa.RecordBatch],
        batches: Iterable[pa.RecordBatch],
    ) -> Iterator[pa.RecordBatch]:
        """Yield ``fn`` of the rows of each value of ``key``, in the order of the values.

        ``fn`` sees one group whole, its rows in the order in which they came.
        """
