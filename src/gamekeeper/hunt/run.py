"""A hunt from request to result, stage by stage."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gamekeeper.context.given import Context
from gamekeeper.engine.of_plan import forget
from gamekeeper.engine.runner import Lost
from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.errors import CaseError, NothingReadable
from gamekeeper.hunt.assessing import assess, facts_of
from gamekeeper.hunt.attributing import attributed
from gamekeeper.hunt.baselining import Memory, baselines_of
from gamekeeper.hunt.breathing import release
from gamekeeper.hunt.case_units import pack
from gamekeeper.hunt.cautioning import cautioned
from gamekeeper.hunt.census import ranked
from gamekeeper.hunt.chaining import chains_of, find_chains
from gamekeeper.hunt.correlating import correlate
from gamekeeper.hunt.filters import EventFilter
from gamekeeper.hunt.hashing import Hasher
from gamekeeper.hunt.inputs import gather
from gamekeeper.hunt.ledger import source_accounts
from gamekeeper.hunt.linking import scope_of
from gamekeeper.hunt.losses import write_losses
from gamekeeper.hunt.naming import names_of
from gamekeeper.hunt.observing import observed
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.reading import HuntStage
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.hunt.scripting import reassemble
from gamekeeper.hunt.seeing import seen_in, with_verdict
from gamekeeper.hunt.stored_rejects import stored_rejects
from gamekeeper.hunt.stores import DiskRejects, DiskTraces
from gamekeeper.hunt.sums import Sums
from gamekeeper.hunt.suppressing import sorted_matches, today
from gamekeeper.hunt.units import Unit
from gamekeeper.hunt.versions import versions
from gamekeeper.hunt.workers import workers_for
from gamekeeper.incidents.assembling import Scope, incidents
from gamekeeper.incidents.cells import Cells
from gamekeeper.incidents.findings import group
from gamekeeper.incidents.grouping import Grouper, Limits
from gamekeeper.incidents.naming import Finder
from gamekeeper.incidents.observed import cited_by
from gamekeeper.incidents.proving import proved
from gamekeeper.model.results import HuntResult, ScriptsAccount
from gamekeeper.sources.base import ReadOptions
from gamekeeper.store.records import Kind
from gamekeeper.store.selection import Selection
from gamekeeper.tuning.allowlist import AllowList
from gamekeeper.tuning.suppression import Suppressor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gamekeeper.engine.runs import Run
    from gamekeeper.hunt.correlating import Correlated
    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.suppressing import Judged
    from gamekeeper.hunt.units import Work
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.breaks import IntegrityResult
    from gamekeeper.model.chains import Chains
    from gamekeeper.model.findings import RuleAccount, SourceAccount
    from gamekeeper.model.observations import Observation
    from gamekeeper.model.results import Refusal
    from gamekeeper.model.tallies import FileTally
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.rules.plan import Plan
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.snapshot import Snapshot
    from gamekeeper.visibility.looking import Seeing


def run(request: Request, work: WorkFolder, progress: Progress | None = None) -> HuntResult:
    """Return the result of a hunt. Its matches and rejects are in ``work``, for as long as that lives.

    Raises NothingReadable where no input is in a format that is known.
    """
    with _context(request) as context:
        result = _Hunt(request, work, progress or NoProgress(), context).of_logs()
    release(result.events)
    return result


def run_on_case(
    request: Request,
    snapshot: Snapshot,
    files: Sequence[StoredFile],
    work: WorkFolder,
    progress: Progress | None = None,
) -> HuntResult:
    """Return the result of a hunt through stored events: those in ``files``, files of the snapshot."""
    with _context(request) as context:
        memory = Memory.of(snapshot)
        hunt = _Hunt(request, work, progress or NoProgress(), context, memory)
        result = hunt.of_case(snapshot, files)
    del hunt
    release(result.events)
    return result


def _context(request: Request) -> Context:
    return Context(request.assets, request.accounts, request.geoip)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, by which rules, and where its accounts come from."""

    plan: Plan
    sums: Sums
    sources: Callable[[Mapping[int, FileTally]], tuple[SourceAccount, ...]]
    refusals: tuple[Refusal, ...] = ()
    rejects: tuple[Run, ...] = ()  # beside those of the sums
    searched: int | None = None
    is_whole: bool = True  # all events that there are: what is missing is missing in the logs


@dataclass(frozen=True, slots=True)
class _Known:
    """What incidents are made of, and the result without them. Neither rules nor sums are held any more."""

    result: HuntResult
    matches: Judged
    traces: TraceStore
    scope: Scope
    observations: Sequence[Observation]
    about_logs: tuple[IntegrityResult, Seeing] | None


class _Hunt:
    """One run, from its work folder to its result."""

    def __init__(
        self,
        request: Request,
        work: WorkFolder,
        progress: Progress,
        context: Context,
        memory: Memory | None = None,
    ) -> None:
        self._request = request
        self._context = context
        self._allow = AllowList.read(request.allow)
        self._work = work
        self._progress = progress
        self._timings: dict[str, float] = {}
        self._chains = chains_of(request, context.accounts)
        self._memory = memory or Memory()
        self._events = 0

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        release(self._events)
        start = time.perf_counter()
        try:
            yield
        finally:
            self._timings[name] = round(time.perf_counter() - start, 3)

    def of_logs(self) -> HuntResult:
        """Run all stages on logs."""
        return self._linked(self._without_rules(self._read_logs()))

    def of_case(self, snapshot: Snapshot, files: Sequence[StoredFile]) -> HuntResult:
        """Run all stages on stored events."""
        return self._linked(self._without_rules(self._read_case(snapshot, files)))

    def _read_logs(self) -> _Read:
        with self._timed("rules"):
            plan = load_plan(self._request, self._progress, self._chains.rules)
        with Hasher() as hasher:
            with self._timed("open"):
                inputs = gather(self._request, self._work.folder("spool"), self._progress)
            if not inputs.readable:
                raise NothingReadable(inputs.why_nothing())
            for file in inputs.files:
                hasher.add(file.origin)
            with self._timed("read"):
                sums, runner = self._read(plan, inputs.units(), inputs.size_bytes)
                if sums.lost:
                    runs = self._work.folder("runs")
                    lost = [
                        Lost(item.unit, item.loss, item.detail)
                        for item in sums.lost
                        if isinstance(item.unit, Unit)
                    ]
                    sums.add_losses(write_losses(lost, runner, runs))
            with self._timed("hash"):
                digests = hasher.finish()
        self._work.drop("spool")
        files = [(file.origin, file.format) for file in inputs.files]

        def sources(tallies: Mapping[int, FileTally]) -> tuple[SourceAccount, ...]:
            return source_accounts(files, tallies, digests)

        return _Read(plan, sums, sources, inputs.refusals)

    def _read_case(self, snapshot: Snapshot, files: Sequence[StoredFile]) -> _Read:
        with self._timed("rules"):
            plan = load_plan(self._request, self._progress, self._chains.rules)
        with self._timed("read"):
            units = list(pack(snapshot.layout, files, Selection()))
            sums, _ = self._read(plan, units, sum(unit.size_bytes for unit in units))
        if sums.lost:
            first = sums.lost[0]
            raise CaseError(
                f"{len(sums.lost)} parts of the case could not be searched; the first: {first.detail}; "
                "'gamekeeper case verify' tells whether its files are whole"
            )
        is_whole = {file.number for file in snapshot.of_kind(Kind.EVENTS)} == {
            file.number for file in files
        }
        rejects = stored_rejects(snapshot, self._work.folder("runs"))
        return _Read(plan, sums, lambda _: snapshot.sources(), (), rejects, sums.events, is_whole)

    def _read(self, plan: Plan, units: Sequence[Work], size_bytes: int) -> tuple[Sums, LocalRunner]:
        runs = self._work.folder("runs")
        stage = self._stage(plan, runs)
        workers = workers_for(self._request.workers, size_bytes, len(units))
        runner = LocalRunner(workers, runs)
        sums = Sums(plan)
        self._progress.stage("searching", size_bytes, "bytes")
        for outcome in runner.map_batches(stage, units):
            events = matches = 0
            if isinstance(outcome, Lost):
                sums.lost.append(outcome)
            else:
                sums.add(outcome.unit, outcome.result)
                events = outcome.result.events
                matches = outcome.result.match_counts.total()
            self._progress.advance(outcome.unit.size_bytes, events=events, matches=matches)
        self._events = sums.events
        return sums, runner

    def _stage(self, plan: Plan, runs: Path) -> HuntStage:
        request = self._request
        options = ReadOptions(request.source_tz, request.recover, request.paranoid)
        keep, learns = EventFilter.of(request), not request.no_baselines
        return HuntStage(plan, runs, options, keep, self._chains, learns)

    def _chained(self, plan: Plan, sums: Sums, accounts: Sequence[RuleAccount]) -> Chains:
        paranoid = self._request.paranoid
        with self._timed("chains"):
            return find_chains(self._chains, plan, sums, accounts, self._work, paranoid=paranoid)

    def _scripts(self, plan: Plan, sums: Sums) -> ScriptsAccount:
        runs, paranoid = self._work.folder("runs"), self._request.paranoid
        with self._timed("scripts"):
            scripts = reassemble(plan, sums.part_runs(), runs, paranoid=paranoid)
        if scripts is None:
            return ScriptsAccount()
        sums.add_scripts(scripts)
        return scripts.account

    def _about_logs(
        self, read: _Read, sources: Sequence[SourceAccount]
    ) -> tuple[IntegrityResult, Seeing] | None:
        """Return what the logs say of themselves, and what they could have shown."""
        if not read.is_whole:
            return None
        self._progress.stage("looking for breaks", 0, "logs")
        with self._timed("integrity"):
            facts = facts_of(read.sums, sources, self._work.folder("facts"))
            release(self._events)
            integrity = assess(facts, self._work.path / "timeline.arrow")
        with self._timed("visibility"):
            seeing = seen_in(self._request, facts, integrity, self._context)
        del facts
        self._work.drop("facts")
        return integrity, seeing

    def _without_rules(self, read: _Read) -> _Known:
        """Run all stages that need rules or what units add up to; nothing of these is kept."""
        known = self._known(read)
        forget()
        return known

    def _known(self, read: _Read) -> _Known:
        plan, sums, runs = read.plan, read.sums, self._work.folder("runs")
        tallies = sums.close_books(runs)
        scripts = self._scripts(plan, sums)
        hosts = ranked(sums.census.hosts)
        accounts = sums.account.finish(plan, sums.match_counts, len(hosts))
        with self._timed("correlate"):
            paranoid = self._request.paranoid
            correlated = correlate(plan, sums, accounts, runs, paranoid=paranoid)
        chains = self._chained(plan, sums, accounts)
        matches, rejects = self._sorted(read, correlated)
        sources = read.sources(tallies)
        about_logs = self._about_logs(read, sources)
        with self._timed("baselines"):
            seeing = about_logs[1] if about_logs else None
            baselines = baselines_of(self._request, sums, seeing, self._memory, self._work)
        traces = DiskTraces(self._work, sums.trace_runs())
        self._work.drop("runs")
        integrity = about_logs[0] if about_logs else None
        result = HuntResult(
            matches=matches.kept,
            findings=(),
            rules=matches.rules,
            sources=sources,
            rejects=rejects,
            refusals=read.refusals,
            hosts=hosts,
            channels=ranked(sums.census.channels),
            first_event=sums.census.first,
            last_event=sums.census.last,
            filtered_events=sums.filtered,
            timings_s=self._timings,
            versions={**versions(), "rules": plan.rules.digest},
            settings=self._request.shown(),
            filters=plan.rules.filters,
            pipelines=plan.rules.pipelines,
            scripts=scripts,
            searched=read.searched,
            context=(*self._context.files, *self._allow.files),
            suppressed=matches.taken,
            allowances=matches.allowances,
            chains=chains,
            baselines=baselines,
        )
        scope = scope_of(sums.census, integrity)
        observations = observed(chains, integrity, baselines)
        return _Known(result, matches, traces, scope, observations, about_logs)

    def _linked(self, known: _Known) -> HuntResult:
        """Add findings, and the incidents that they add up to; then the verdict."""
        matches = known.matches
        cells = Cells(cited_by(known.observations), matches.kept)
        self._progress.stage("grouping", len(matches.kept), "matches")
        with self._timed("group"):
            finder = Finder(names_of(known.scope.hosts, known.traces))
            findings = group(
                matches.kept.batches(),
                matches.rules,
                known.result.sources,
                grouper=Grouper(matches.rules, Limits(), finder),
                context=self._context,
                cells=cells,
            )
        self._progress.stage("linking", len(findings), "findings")
        with self._timed("link"):
            found = incidents(
                cells, matches.rules, known.traces, known.scope, self._context, known.observations
            )
            found = proved(found, matches.kept, matches.rules)
        with self._timed("attribute"):
            told = replace(known.result, findings=findings, names=finder.met())
            result = replace(told, incidents=attributed(found))
        return self._judged(result, known.about_logs)

    def _sorted(self, read: _Read, correlated: Correlated) -> tuple[Judged, DiskRejects]:
        sums = read.sums
        self._progress.stage("sorting", sums.match_counts.total(), "matches")
        with self._timed("sort"):
            matches = sorted_matches(
                self._work,
                [*sums.match_runs(), *correlated.runs],
                Suppressor(self._allow.entries, correlated.rules, today()),
            )
            return matches, DiskRejects(self._work, [*sums.reject_runs(), *read.rejects])

    def _judged(
        self, result: HuntResult, about_logs: tuple[IntegrityResult, Seeing] | None
    ) -> HuntResult:
        """Add what the logs say of themselves, and the verdict that follows from all."""
        if about_logs is None:
            return result
        integrity, seeing = about_logs
        with self._timed("verdict"):
            visibility = with_verdict(self._request, seeing, integrity, result)
        told = cautioned(result.incidents, integrity)
        return replace(result, integrity=integrity, visibility=visibility, incidents=told)
