"""``gamekeeper demo``: an intrusion simulated, hunted down and reported, without any log of one's own."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.reports import terminal
from gamekeeper.simulate import intrusions, simulate

if TYPE_CHECKING:
    from gamekeeper.settings import Value

#: What a folder has to hold before it is taken for an earlier demo and emptied.
_TRACES: Final = ("logs/world.json",)


def run(typed: dict[str, Value]) -> Exit:
    """Simulate, hunt, and say where the report is. Findings are what is wanted here: no error code."""
    values = Values(typed)
    out = folder_for(values.text("out")) or Path(tempfile.mkdtemp(prefix="gamekeeper-demo-"))
    logs = _fresh(out)
    with progress(quiet=values.is_on("quiet")) as shown:
        shown.stage("simulating", 0, "events")
        made = simulate(
            logs,
            seed=values.count("seed"),
            days=values.count("days"),
            hosts=values.count("hosts"),
            intrusion=intrusions()[0],
        )
        request = Request(
            paths=(str(logs),),
            rules=("builtin",),
            min_level=values.word("min_level"),
            workers=values.count("workers"),
            temp_dir=values.text("temp_dir"),
        )
        found = start(request, shown)
    with found:
        written = found.write(out)
        terminal.show(found.result, written)
    report = next(path for path in written if path.suffix == ".html")
    print(
        f"\nSimulated: {values.count('days')} days of {values.count('hosts')} computers, "
        f"{made.events:,} events, with the intrusion {made.intrusion} hidden in {made.steps} steps.\n"
        f"The report: {report.absolute()}\n"
        f"The truth:  {(logs / 'truth.jsonl').absolute()}",
        file=sys.stdout,
    )
    return Exit.OK


def _fresh(out: Path) -> Path:
    """Return the folder for the logs, emptied where an earlier demo has left its own there."""
    if any((out / trace).is_file() for trace in _TRACES):
        shutil.rmtree(out / "logs")
    elif (out / "logs").exists():
        raise UsageError(
            f"{out} has a folder 'logs' that is no demo's; name another folder with --out"
        )
    return out / "logs"
