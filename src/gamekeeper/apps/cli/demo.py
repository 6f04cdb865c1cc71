"""``gamekeeper demo``: an intrusion simulated, hunted down and reported, without any log of one's own."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.apps.cli.world import Written, make_room, write_world
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.reports import terminal

if TYPE_CHECKING:
    from gamekeeper.settings import Value

#: The intruder that comes with every demo.
_INTRUSION: Final = "volt-typhoon"


def run(typed: dict[str, Value]) -> Exit:
    """Simulate, hunt, and say where the report is. Findings are what is wanted here: no error code."""
    values = Values(typed)
    out = folder_for(values.text("out") or tempfile.mkdtemp(prefix="gamekeeper-demo-"))
    with progress(quiet=values.is_on("quiet")) as shown:
        shown.stage("simulating", 0, "events")
        make_room(out)
        world = write_world(out, values, _INTRUSION)
        found = start(request_of(values, world), shown)
    with found:
        written = found.write(out)
        terminal.show(found.result, written)
    report = next(path for path in written if path.suffix == ".html")
    print(
        f"\nSimulated: {values.count('days')} days of {values.count('hosts')} computers, "
        f"{world.summary.events:,} events; an intruder acts {world.summary.steps} times in them.\n"
        f"Report:    {report.absolute()}\n"
        f"Truth:     {world.truth.absolute()}\n"
        f"Logs:      {world.logs.absolute()}"
    )
    return Exit.OK


def request_of(values: Values, world: Written) -> Request:
    """Return the hunt through the simulated logs."""
    return Request(
        paths=(str(world.logs),),
        accounts=(str(world.accounts),),
        rules=("builtin",),
        min_level=values.word("min_level"),
        workers=values.count("workers"),
        temp_dir=values.text("temp_dir"),
    )
