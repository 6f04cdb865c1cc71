"""``gamekeeper case export``: the events of a case for other tools."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import megabytes, progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case
from gamekeeper.store.export import export

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    target = Path(values.word("export_to"))
    with progress(quiet=values.is_on("quiet")) as shown, case.snapshot() as snapshot:
        done = export(case, snapshot, target, values.word("export_format"), shown)
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(asdict(done), pretty=True) + b"\n")
        return Exit.OK
    how = f", {done.copied:,} of them copied" if done.copied else ", linked"
    print(
        terminal_safe(
            f"{done.rows:,} events of {len(done.datasets):,} datasets are in {target}: "
            f"{done.files:,} files ({megabytes(done.size_bytes)}){how}"
        )
    )
    return Exit.OK
