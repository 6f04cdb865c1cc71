"""``gamekeeper ingest``: take logs into a case, and say what became of them."""

from __future__ import annotations

import gc
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import passwords_in
from gamekeeper.apps.cli.ingest_account import case_for, lines
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.hunt.ingest import Ingested, ingest
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    request = request_of(values)
    with progress(quiet=values.is_on("quiet")) as shown:
        case = case_for(values.word("case"), values.text("organisation"))
        work = WorkFolder(request.temp_dir)
        try:
            done = ingest(request, case, work, shown)
        finally:
            work.close()
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(done), pretty=True) + b"\n")
    else:
        print("\n".join(terminal_safe(line) for line in lines(done)))
    is_incomplete = done.refusals or any(source.rejects for source in done.sources)
    return Exit.INCOMPLETE if is_incomplete else Exit.OK


def request_of(values: Values) -> Request:
    """Return what was asked for, as far as reading goes."""
    return Request(
        paths=values.texts("paths"),
        source_tz=values.word("source_tz"),
        recover=values.is_on("recover"),
        passwords=(*values.texts("password"), *passwords_in(values.text("password_file"))),
        workers=values.count("workers"),
        temp_dir=values.text("temp_dir"),
    )


def as_json(done: Ingested) -> dict[str, object]:
    """Return all that an ingest has to say."""
    return {
        "events": done.events,
        "copies": done.copies,
        "unread_files": done.unread,
        "sources": [asdict(source) for source in done.sources],
        "known": [{"path": path, "same_as": other} for path, other in done.known],
        "refusals": [asdict(refusal) for refusal in done.refusals],
    }
