"""``gamekeeper hunt``: search, show, write, and say with the exit code how it went."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli import ingest_account
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.ingest_account import case_for
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import Hunt, start
from gamekeeper.hunt.ingest import ingest
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import findings_json, summary_json, terminal
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.settings import LEVEL_NAMES

if TYPE_CHECKING:
    from gamekeeper.hunt.progress import Progress
    from gamekeeper.model.results import HuntResult
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    request = request_of(values)
    out = folder_for(values.word("out")) if values.text("out") else None
    with progress(quiet=values.is_on("quiet")) as shown:
        found = found_in(request, values, shown)
    with found:
        show(found, out, as_json=values.is_on("json"))
        return exit_of(found.result, values.word("fail_level"))


def found_in(request: Request, values: Values, shown: Progress) -> Hunt:
    """Search logs, or take them into a case and search all that it holds."""
    folder = values.text("hunt_case")
    if folder is None:
        if values.text("organisation"):
            raise UsageError("--organisation says whose case it is: give --case, too")
        return start(request, shown)
    case = case_for(folder, values.text("organisation"))
    work = WorkFolder(request.temp_dir)
    try:
        done = ingest(request, case, work, shown)
        if not values.is_on("quiet"):
            for line in ingest_account.lines(done):
                print(terminal_safe(line), file=sys.stderr)
        return Hunt(rehunt(request, case, work, shown), work)
    except BaseException:
        work.close()
        raise


def request_of(values: Values) -> Request:
    """Return what was asked for."""
    return replace(
        requested(values, values.texts("paths")),
        source_tz=values.word("source_tz"),
        recover=values.is_on("recover"),
        passwords=(*values.texts("password"), *passwords_in(values.text("password_file"))),
    )


def requested(values: Values, paths: tuple[str, ...]) -> Request:
    """Return what a hunt and a hunt over a case may both be asked for."""
    return Request(
        paths=paths,
        rules=values.texts("rules"),
        pipelines=values.texts("pipeline"),
        placeholders=values.text("placeholders"),
        time_from=values.text("from"),
        time_to=values.text("to"),
        min_level=values.word("min_level"),
        include=values.texts("include"),
        exclude=values.texts("exclude"),
        paranoid=values.is_on("paranoid"),
        workers=values.count("workers"),
        temp_dir=values.text("temp_dir"),
        assets=values.texts("assets"),
        accounts=values.texts("accounts"),
        geoip=values.texts("geoip"),
        allow=values.texts("allow"),
        chains=values.texts("chains"),
        no_chains=values.is_on("no_chains"),
        no_baselines=values.is_on("no_baselines"),
        learn_until=values.text("learn_until"),
    )


def passwords_in(path: str | None) -> tuple[str, ...]:
    """Return the lines of a file of passwords; blanks at their ends belong to them."""
    if path is None:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"the file of passwords {path} cannot be read: {error}") from None
    return tuple(line for line in text.splitlines() if line)


def folder_for(out: str) -> Path:
    """Return a folder for results, made now: better to fail before an hour of work than after it."""
    path = Path(out)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"nothing can be written to {out}: {error.strerror}") from None
    return path


def show(found: Hunt, out: Path | None, *, as_json: bool) -> None:
    """Write the reports, then say what was found: as one JSON document, or to people."""
    written = found.write(out) if out else []
    if as_json:
        document = summary_json.as_json(found.result)
        document["findings"] = [findings_json.as_json(finding) for finding in found.findings]
        document["reports"] = [str(path) for path in written]
        sys.stdout.buffer.write(dumps(document, pretty=True) + b"\n")
        sys.stdout.flush()
        return
    terminal.show(found.result, written)


def is_incomplete(result: HuntResult) -> bool:
    """Say whether some input could not be read completely.

    Other files between the logs are no such input, neither in a folder nor in an archive.
    """
    refused = any(refusal.reason != "unrecognised" for refusal in result.refusals)
    return refused or any(source.rejects for source in result.sources)


def exit_of(result: HuntResult, fail_level: str) -> Exit:
    """Return the exit code of a hunt."""
    if not result.events:
        return Exit.NOTHING_READABLE
    lowest = LEVEL_NAMES.index(fail_level)
    levels = [finding.level for finding in result.findings]
    levels += [chain.level for chain in result.chains.accounts if chain.hits]
    has_findings = any(
        level in LEVEL_NAMES and LEVEL_NAMES.index(level) <= lowest for level in levels
    )
    if is_incomplete(result):
        return Exit.FINDINGS_INCOMPLETE if has_findings else Exit.INCOMPLETE
    return Exit.FINDINGS if has_findings else Exit.OK
