"""Rules over a case: all of its events, or those that came since the last run. The run is kept."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import CaseBusy, NothingReadable, UsageError
from gamekeeper.hunt.baselining import remembering
from gamekeeper.hunt.run import run_on_case
from gamekeeper.incidents.continuity import Earlier, known_again
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import findings_json, incidents_json, summary_json
from gamekeeper.settings import parse_time
from gamekeeper.store import incidents
from gamekeeper.store.commit import Writer
from gamekeeper.store.records import Kind
from gamekeeper.store.runs import NewRun, RuleName, publish, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.incidents import Disposition
    from gamekeeper.model.results import HuntResult
    from gamekeeper.store.case import Case
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.snapshot import Snapshot

#: The word for "since the last run".
LAST: Final = "last"
_WAIT_S: Final = 60.0
_PAUSE_S: Final = 0.5


def rehunt(
    request: Request,
    case: Case,
    work: WorkFolder,
    progress: Progress | None = None,
    since: str | None = None,
) -> HuntResult:
    """Search a case and keep the run in it.

    ``since`` is the moment after which events must have come into the case, or ``last`` for the last run.
    What an earlier run said to be known as clean (``learn_until``) stays so until another one says otherwise.
    """
    request = remembering(request, case)
    with case.snapshot() as snapshot:
        files = since_files(case, snapshot, since)
        if not files:
            raise NothingReadable(
                "there is nothing to search: "
                + ("no events came into the case since then" if since else "the case has no events")
            )
        result = run_on_case(request, snapshot, files, work, progress)
        before, decided = _before(case)
        found = known_again(result.incidents, before)
        result = replace(result, incidents=found, dispositions=decided)
        seen = max((file.batch for file in snapshot.files), default=0)
    is_whole = since is None and request.is_whole
    _keep(case, result, seen, is_whole=is_whole)
    return result


def _before(case: Case) -> tuple[list[Earlier], dict[str, Disposition]]:
    """Return what is kept of the last run's incidents, and what was ever decided."""
    manifest = case.manifest()
    try:
        earlier = [Earlier.of(one) for one in incidents.latest(manifest)]
        return earlier, incidents.dispositions(manifest)
    finally:
        manifest.close()


def look(
    request: Request, case: Case, work: WorkFolder, progress: Progress | None = None
) -> HuntResult:
    """Search a whole case and keep nothing in it: for questions about the logs themselves."""
    with case.snapshot() as snapshot:
        files = snapshot.of_kind(Kind.EVENTS)
        if not files:
            raise NothingReadable("there is nothing to look at: the case has no events")
        return run_on_case(request, snapshot, files, work, progress)


def since_files(case: Case, snapshot: Snapshot, since: str | None) -> Sequence[StoredFile]:
    """Return the files of events that came into the case after a moment."""
    files = snapshot.of_kind(Kind.EVENTS)
    if since is None:
        return files
    manifest = case.manifest()
    try:
        batch = _batch_of(manifest, since)
    finally:
        manifest.close()
    return tuple(file for file in files if file.batch > batch)


def _batch_of(manifest: Manifest, since: str) -> int:
    """Return the last batch that is not wanted."""
    if since == LAST:
        done = runs(manifest)
        if not done:
            raise UsageError("no rules have been run over this case yet: leave --since out")
        return done[-1].batch
    moment = parse_time(since).isoformat(timespec="seconds")
    ((number,),) = manifest.connection.execute(
        "SELECT coalesce(max(number), 0) FROM batches WHERE committed_at < ?", (moment,)
    )
    return int(number)


def _keep(case: Case, result: HuntResult, seen: int, *, is_whole: bool) -> None:
    run = NewRun(
        batch=seen,
        rules=str(result.versions.get("rules", "")),
        is_whole=is_whole,
        summary=dumps(summary_json.as_json(result)),
        findings=[(one.id, dumps(findings_json.as_json(one))) for one in result.findings],
        names=[RuleName(rule.id, rule.title, rule.level) for rule in result.rules],
        matches=result.matches.batches(),
        habits=result.baselines.habits.batches() if result.baselines.habits else None,
        incidents=[(one.id, dumps(incidents_json.as_json(one))) for one in result.incidents],
    )
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            with Writer(case) as writer:
                publish(writer, run)
                return
        except CaseBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)
