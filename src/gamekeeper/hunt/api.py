"""What ``import gamekeeper as gk`` offers for hunting from Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from gamekeeper import settings
from gamekeeper.engine import reference
from gamekeeper.engine.registry import engine
from gamekeeper.errors import NothingReadable, UsageError
from gamekeeper.hunt import run as running
from gamekeeper.hunt import tables
from gamekeeper.hunt.inputs import gather
from gamekeeper.hunt.one_event import event_of
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.rulebook import load_cached
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.reports import files
from gamekeeper.rules.changes import wanted
from gamekeeper.rules.ir import LogSource
from gamekeeper.rules.routing import build_plan
from gamekeeper.sources.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import pyarrow as pa

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.model.findings import Finding, RuleAccount, SourceAccount
    from gamekeeper.model.results import HuntResult, MatchStore, RejectStore
    from gamekeeper.rules.ir import RuleSet

PathLike = str | os.PathLike[str]
Paths = PathLike | Iterable[PathLike]


class HuntOptions(TypedDict, total=False):
    """The options of :func:`hunt`; each means what it means on the command line."""

    rules: Paths
    pipelines: Paths
    placeholders: PathLike | None
    time_from: str | None
    time_to: str | None
    source_tz: str
    min_level: str
    include: str | Iterable[str]
    exclude: str | Iterable[str]
    recover: bool
    paranoid: bool
    passwords: str | Iterable[str]
    workers: int
    temp_dir: str | None
    assets: Paths
    accounts: Paths
    geoip: Paths
    allow: Paths
    chains: Paths
    no_chains: bool
    no_baselines: bool
    learn_until: str | None


def _listed(paths: Paths) -> tuple[str, ...]:
    if isinstance(paths, str | os.PathLike):
        return (os.fspath(paths),)
    return tuple(os.fspath(path) for path in paths)


def _path(path: PathLike | None) -> str | None:
    return None if path is None else os.fspath(path)


class Hunt:
    """A finished hunt. Its matches are on disk until it is closed or forgotten."""

    def __init__(self, result: HuntResult, work: WorkFolder) -> None:
        self.result = result
        self._work = work

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        result = self.result
        return (
            f"<Hunt: {result.events} events, {len(result.matches)} matches, "
            f"{len(result.findings)} findings>"
        )

    @property
    def matches(self) -> MatchStore:
        """Every match in order of time; ``matches.batches()`` streams them."""
        return self.result.matches

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings, most severe first."""
        return self.result.findings

    @property
    def rules(self) -> tuple[RuleAccount, ...]:
        """The account of every rule."""
        return self.result.rules

    @property
    def sources(self) -> tuple[SourceAccount, ...]:
        """The account of every file."""
        return self.result.sources

    @property
    def rejects(self) -> RejectStore:
        """What could not become an event."""
        return self.result.rejects

    def matches_table(self) -> pa.Table:
        """Return every match as one Arrow table."""
        return tables.matches_table(self.result.matches)

    def findings_table(self) -> pa.Table:
        """Return the findings as an Arrow table."""
        return tables.findings_table(self.result.findings)

    def rules_table(self) -> pa.Table:
        """Return the accounts of the rules as an Arrow table."""
        return tables.rules_table(self.result.rules)

    def sources_table(self) -> pa.Table:
        """Return the accounts of the files as an Arrow table."""
        return tables.sources_table(self.result.sources)

    def rejects_table(self) -> pa.Table:
        """Return the rejects as an Arrow table."""
        return tables.rejects_table(self.result.rejects)

    def write(self, out: PathLike) -> list[Path]:
        """Write all reports into a folder and return their paths."""
        return files.write_all(self.result, Path(out))

    def close(self) -> None:
        """Remove the temporary files now; matches and rejects are gone then."""
        self._work.close()


def hunt(paths: Paths, *, progress: Progress | None = None, **options: Unpack[HuntOptions]) -> Hunt:
    """Search logs and return what was found; ``options`` are those of the command line.

    Use the result in a ``with`` statement, or keep it as long as you read its matches.
    """
    for name in options:
        known = HuntOptions.__annotations__
        if name not in known:
            raise UsageError(f"hunt has no option {name!r}{settings.near(name, known)}")
    request = Request(
        _listed(paths),
        rules=_listed(options.get("rules", ())),
        pipelines=_listed(options.get("pipelines", ())),
        placeholders=_path(options.get("placeholders")),
        time_from=options.get("time_from"),
        time_to=options.get("time_to"),
        source_tz=options.get("source_tz", "UTC"),
        min_level=options.get("min_level", "informational"),
        include=_listed(options.get("include", ())),
        exclude=_listed(options.get("exclude", ())),
        recover=options.get("recover", False),
        paranoid=options.get("paranoid", False),
        passwords=_listed(options.get("passwords", ())),
        workers=options.get("workers", 0),
        temp_dir=options.get("temp_dir"),
        assets=_listed(options.get("assets", ())),
        accounts=_listed(options.get("accounts", ())),
        geoip=_listed(options.get("geoip", ())),
        allow=_listed(options.get("allow", ())),
        chains=_listed(options.get("chains", ())),
        no_chains=options.get("no_chains", False),
        no_baselines=options.get("no_baselines", False),
        learn_until=options.get("learn_until"),
    )
    return start(request, progress)


def start(request: Request, progress: Progress | None = None) -> Hunt:
    """Run a request whose options have been read already."""
    work = WorkFolder(request.temp_dir)
    try:
        return Hunt(running.run(request, work, progress), work)
    except BaseException:
        work.close()
        raise


def read_events(
    paths: Paths, *, source_tz: str = "UTC", recover: bool = False, passwords: Iterable[str] = ()
) -> Iterator[EventBatch]:
    """Yield the events of files, folders and archives as batches, one dataset a batch.

    What cannot be read is passed over here; :func:`hunt` accounts for it.
    """
    request = Request(
        _listed(paths), source_tz=source_tz, recover=recover, passwords=tuple(passwords)
    )
    options = ReadOptions(source_tz, recover)
    work = WorkFolder()
    try:
        inputs = gather(request, work.folder("spool"), NoProgress())
        if not inputs.readable:
            raise NothingReadable(inputs.why_nothing())
        for unit in inputs.units():
            for item in unit.read(options):
                if isinstance(item, EventBatch):
                    yield item
    finally:
        work.close()


def load_rules(
    paths: Paths = "builtin", *, pipelines: Paths = (), placeholders: PathLike | None = None
) -> RuleSet:
    """Return the Sigma rules of files, folders, zip archives or the word ``builtin``.

    ``pipelines`` and ``placeholders`` are files that change them first, as on the command line.
    """
    return load_cached(_listed(paths), NoProgress(), wanted(_listed(pipelines), placeholders))


def match_event(
    rules: RuleSet,
    fields: Mapping[str, object],
    *,
    logsource: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the ids of the rules that are true for one event: the slow truth, for trying rules.

    ``fields`` is {field: value or list of values}. With ``logsource`` (Sigma's ``product``, ``category``,
    ``service``) the fields are those that rules name and only rules for such a source are asked; without it
    they are an event's own, its envelope (``Channel``, ``EventID``, …) among them, and the event goes where
    a hunt would send it.
    """
    if logsource is not None:
        return reference.match_event(rules, fields, logsource=LogSource(**logsource))
    builder = BatchBuilder()
    batches = [*builder.add(event_of(fields)), *builder.flush()]
    truth = engine("reference", build_plan(rules))
    found = {number for batch in batches for number in truth.match(batch).rule.tolist()}
    return [rules.rules[number].id for number in sorted(found)]
