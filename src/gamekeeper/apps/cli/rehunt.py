"""``gamekeeper rehunt``: rules over a case."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import exit_of, folder_for, requested, show
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.hunt.api import Hunt
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.hunt.request import Request
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    case = Case.open(values.word("case"))
    request = request_of(values)
    out = folder_for(values.word("out")) if values.text("out") else None
    work = WorkFolder(request.temp_dir)
    with progress(quiet=values.is_on("quiet")) as shown:
        found = Hunt(rehunt(request, case, work, shown, values.text("since")), work)
    with found:
        show(found, out, as_json=values.is_on("json"))
        return exit_of(found.result, values.word("fail_level"))


def request_of(values: Values) -> Request:
    """Return what was asked for."""
    return requested(values, (values.word("case"),))
