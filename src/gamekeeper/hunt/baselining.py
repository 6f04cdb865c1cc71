"""The stage of a hunt that says what is new here: rows of all units, and a case's memory, to anomalies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.analytics.baselines.habits import Cast, Learnt, kept, learn
from gamekeeper.analytics.baselines.judging import judge
from gamekeeper.analytics.baselines.marks import CONTROLLER, SERVER, WORKSTATION
from gamekeeper.analytics.baselines.merging import Seen, merge
from gamekeeper.analytics.baselines.refolding import refolded
from gamekeeper.analytics.baselines.telling import tell
from gamekeeper.context.assets import Assets
from gamekeeper.errors import UsageError
from gamekeeper.hunt.request import filetime
from gamekeeper.model.anomalies import Baselines
from gamekeeper.model.habits import DAY, OLDER_FORMS, SEEN_SCHEMA
from gamekeeper.store import habits
from gamekeeper.store.runs import setting
from gamekeeper.visibility.roles import of_asset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.engine.runs import Run
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.sums import Sums
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.store.case import Case
    from gamekeeper.store.snapshot import Snapshot
    from gamekeeper.visibility.looking import Seeing

#: Roles that a host may have beside others: the first of these counts.
_ALL: Final = "all"
_ROLES: Final = (CONTROLLER, SERVER, WORKSTATION)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a case remembers, and which ways to domain controllers somebody confirmed."""

    snapshot: Snapshot | None = None
    confirmed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Memory:
        """Return the memory of a case."""
        return cls(snapshot, snapshot.confirmed_ways)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield what is remembered, in today's form."""
        if self.snapshot is not None:
            for form in OLDER_FORMS:
                yield from map(refolded, habits.remembered(self.snapshot, form))
            yield from habits.remembered(self.snapshot)


@dataclass(frozen=True, slots=True)
class DiskHabits:
    """A ``HabitStore``."""

    seen: Seen
    learnt: Learnt

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of all habits that are kept."""
        return kept(self.seen, self.learnt)


def baselines_of(
    request: Request, sums: Sums, seeing: Seeing | None, memory: Memory, work: WorkFolder
) -> Baselines:
    """Return what all baselines say."""
    if request.no_baselines:
        return Baselines()
    return _told(request, sums.habit_runs(), roles_of(seeing), memory, work)


def _told(
    request: Request,
    runs: Sequence[Run],
    roles: Mapping[str, str],
    memory: Memory,
    work: WorkFolder,
    *,
    is_now: bool = False,
) -> Baselines:
    """Return what is told of rows. ``is_now``: as if a run had seen what is remembered."""
    batches = (with_now(one) for one in memory.batches()) if is_now else memory.batches()
    seen = merge(runs, batches, work.folder("habits"))
    until = None if request.learn_until is None else -(-filetime(request.learn_until) // DAY)
    learnt = learn(seen, Cast.of(seen, roles))
    judged = judge(learnt, until)
    told = tell(seen, learnt, judged, learn_until=until, confirmed=memory.confirmed)
    return replace(told, remembered=seen.remembered, habits=DiskHabits(seen, learnt))


def with_now(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows as if a run had seen them itself."""
    place = SEEN_SCHEMA.get_field_index("now")
    seen = pa.repeat(pa.scalar(value=True), batch.num_rows)
    return batch.set_column(place, SEEN_SCHEMA.field(place), seen)


def remembering(request: Request, case: Case) -> Request:
    """Return a request that takes logs to be clean until when a case was last told so, if it says nothing."""
    if request.learn_until is not None:
        return request
    manifest = case.manifest()
    try:
        return replace(request, learn_until=setting(manifest, "learn_until"))
    finally:
        manifest.close()


def recalled(request: Request, case: Case, work: WorkFolder) -> Baselines:
    """Return what a case remembers, without a look at its events."""
    request = remembering(request, case)
    with case.snapshot() as snapshot:
        memory = Memory.of(snapshot)
        return _told(request, (), listed_roles(request, memory), memory, work, is_now=True)


def confirmed(request: Request, case: Case, work: WorkFolder, ways: Sequence[str]) -> int:
    """Write in a case that ways to domain controllers are in order; ``all``: all that wait for it."""
    with case.snapshot() as snapshot:
        memory = Memory.of(snapshot)
        roles = listed_roles(request, memory)
        waiting = ways_in(_told(request, (), roles, memory, work, is_now=True))
    unknown = [way for way in ways if way not in waiting and way != _ALL]
    if unknown:
        raise UsageError(
            f"the case knows no such way to a domain controller: {', '.join(unknown)}; where only a list "
            "of assets says that a host is one, name the list (--assets)"
        )
    with closing(case.manifest()) as manifest:
        return habits.confirm(manifest, waiting if _ALL in ways else ways)


def ways_in(baselines: Baselines) -> list[str]:
    """Return the ids of first ways to domain controllers."""
    return [one.id for one in baselines.anomalies if one.is_tier0]


def listed_roles(request: Request, memory: Memory) -> Mapping[str, str]:
    """Return the roles that asset lists give to the hosts of a memory."""
    if not request.assets:
        return {}
    assets = Assets.read(request.assets)
    hosts = sorted(
        {host for batch in memory.batches() for host in batch["host"].unique().to_pylist()}
    )
    rows = zip(hosts, assets.lookup(hosts), strict=True)
    said = ((host, of_asset(asset)[0]) for host, asset in rows if asset is not None)
    return {host: role for host, roles in said if (role := _first_role(roles))}


def roles_of(seeing: Seeing | None) -> Mapping[str, str]:
    """Return the roles that asset lists and whole logs tell; of others their own marks say it."""
    if seeing is None:
        return {}
    told = ((one.host, _first_role(one.roles)) for one in seeing.result.hosts)
    return {host: role for host, role in told if role}


def _first_role(roles: Sequence[str]) -> str:
    return next((role for role in _ROLES if role in roles), "")
