"""A hunt from request to result, stage by stage."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gamekeeper.context.given import Context
from gamekeeper.engine.runner import Lost
from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.errors import NothingReadable
from gamekeeper.hunt.census import ranked
from gamekeeper.hunt.correlating import correlate
from gamekeeper.hunt.filters import EventFilter
from gamekeeper.hunt.hashing import Hasher
from gamekeeper.hunt.inputs import Inputs, gather
from gamekeeper.hunt.ledger import source_accounts
from gamekeeper.hunt.losses import write_losses
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.reading import HuntStage
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.hunt.stores import DiskRejects
from gamekeeper.hunt.sums import Sums
from gamekeeper.hunt.suppressing import sorted_matches, today
from gamekeeper.hunt.versions import versions
from gamekeeper.hunt.workers import workers_for
from gamekeeper.incidents.findings import group
from gamekeeper.model.results import HuntResult
from gamekeeper.sources.base import ReadOptions
from gamekeeper.tuning.allowlist import AllowList
from gamekeeper.tuning.suppression import Suppressor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.rules.plan import Plan


def run(request: Request, work: WorkFolder, progress: Progress | None = None) -> HuntResult:
    """Return the result of a hunt. Its matches and rejects are in ``work``, for as long as that lives.

    Raises NothingReadable where no input is in a format that is known.
    """
    return _Hunt(request, work, progress or NoProgress()).result()


class _Hunt:
    """One run, from its work folder to its result."""

    def __init__(self, request: Request, work: WorkFolder, progress: Progress) -> None:
        self._request = request
        self._work = work
        self._progress = progress
        self._timings: dict[str, float] = {}
        self._context = Context()
        self._allow = AllowList()

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._timings[name] = round(time.perf_counter() - start, 3)

    def result(self) -> HuntResult:
        """Run all stages."""
        request = self._request
        with Context(request.assets, request.accounts, request.geoip) as self._context:
            self._allow = AllowList.read(request.allow)
            return self._hunted()

    def _hunted(self) -> HuntResult:
        with self._timed("rules"):
            plan = load_plan(self._request, self._progress)
        with Hasher() as hasher:
            with self._timed("open"):
                inputs = gather(self._request, self._work.folder("spool"), self._progress)
            if not inputs.readable:
                raise NothingReadable(inputs.why_nothing())
            for file in inputs.files:
                hasher.add(file.origin)
            with self._timed("read"):
                sums = self._read(plan, inputs)
            with self._timed("hash"):
                digests = hasher.finish()
        self._work.drop("spool")
        return self._closed(plan, inputs, sums, digests)

    def _read(self, plan: Plan, inputs: Inputs) -> Sums:
        runs = self._work.folder("runs")
        stage = self._stage(plan, runs)
        units = inputs.units()
        workers = workers_for(self._request.workers, inputs.size_bytes, len(units))
        runner = LocalRunner(workers, runs)
        sums = Sums(plan)
        self._progress.stage("searching", inputs.size_bytes, "bytes")
        for outcome in runner.map_batches(stage, units):
            events = matches = 0
            if isinstance(outcome, Lost):
                sums.lost.append(outcome)
            else:
                sums.add(outcome.unit, outcome.result)
                events = sum(tally.events for tally in outcome.result.tallies)
                matches = outcome.result.match_counts.total()
            self._progress.advance(outcome.unit.size_bytes, events=events, matches=matches)
        if sums.lost:
            sums.add_losses(write_losses(sums.lost, runner, runs))
        return sums

    def _stage(self, plan: Plan, runs: Path) -> HuntStage:
        request = self._request
        options = ReadOptions(request.source_tz, request.recover, request.paranoid)
        return HuntStage(plan, runs, options, EventFilter.of(request))

    def _closed(
        self, plan: Plan, inputs: Inputs, sums: Sums, digests: Mapping[int, str]
    ) -> HuntResult:
        runs = self._work.folder("runs")
        tallies = sums.close_books(runs)
        hosts = ranked(sums.census.hosts)
        accounts = sums.account.finish(plan, sums.match_counts, len(hosts))
        with self._timed("correlate"):
            correlated = correlate(plan, sums, accounts, runs)
        self._progress.stage("sorting", sums.match_counts.total(), "matches")
        with self._timed("sort"):
            matches = sorted_matches(
                self._work,
                [*sums.match_runs(), *correlated.runs],
                Suppressor(self._allow.entries, correlated.rules, today()),
            )
            rejects = DiskRejects(self._work, sums.reject_runs())
        self._work.drop("runs")
        files = [(file.origin, file.format) for file in inputs.files]
        sources = source_accounts(files, tallies, digests)
        self._progress.stage("grouping", len(matches.kept), "matches")
        with self._timed("group"):
            findings = group(matches.kept.batches(), matches.rules, sources, context=self._context)
        return HuntResult(
            matches=matches.kept,
            findings=findings,
            rules=matches.rules,
            sources=sources,
            rejects=rejects,
            refusals=inputs.refusals,
            hosts=hosts,
            channels=ranked(sums.census.channels),
            first_event=sums.census.first,
            last_event=sums.census.last,
            filtered_events=sums.filtered,
            timings_s=self._timings,
            versions={**versions(), "rules": plan.rules.digest},
            settings=self._request.shown(),
            filters=plan.rules.filters,
            context=(*self._context.files, *self._allow.files),
            suppressed=matches.taken,
            allowances=matches.allowances,
        )
