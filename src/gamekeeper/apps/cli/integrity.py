"""``gamekeeper integrity``: ask logs, or a case, whether they are whole."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for, passwords_in
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.hunt.api import Hunt, start
from gamekeeper.hunt.rehunt import look
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.breaks import Standing
from gamekeeper.reports import integrity_jsonl, terminal
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.hunt.progress import Progress
    from gamekeeper.model.results import HuntResult
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    out = folder_for(values.word("out")) if values.text("out") else None
    with progress(quiet=values.is_on("quiet")) as shown:
        found = looked_at(request_of(values), shown)
    with found:
        written = found.write(out) if out else []
        if values.is_on("json"):
            integrity_jsonl.write(found.result, sys.stdout.buffer)
            sys.stdout.flush()
        else:
            terminal.show_integrity(found.result, written)
        return exit_of(found.result)


def looked_at(request: Request, shown: Progress) -> Hunt:
    """Look at a case, where the one path is one, else at logs."""
    if len(request.paths) == 1 and Case.is_case(Path(request.paths[0])):
        work = WorkFolder(request.temp_dir)
        try:
            return Hunt(look(request, Case.open(request.paths[0]), work, shown), work)
        except BaseException:
            work.close()
            raise
    return start(request, shown)


def request_of(values: Values) -> Request:
    """Return what was asked for."""
    return Request(
        paths=values.texts("paths"),
        source_tz=values.word("source_tz"),
        passwords=(*values.texts("password"), *passwords_in(values.text("password_file"))),
        workers=values.count("workers"),
        temp_dir=values.text("temp_dir"),
        ruleless=True,
        no_baselines=True,
    )


def exit_of(result: HuntResult) -> Exit:
    """Return 10 where a break is proved or likely."""
    if not result.events:
        return Exit.NOTHING_READABLE
    grave = {Standing.PROVED, Standing.LIKELY}
    breaks = result.integrity.breaks if result.integrity else ()
    return Exit.FINDINGS if any(one.standing in grave for one in breaks) else Exit.OK
