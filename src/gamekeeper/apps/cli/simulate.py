"""``gamekeeper simulate``: logs of an organisation that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for
from gamekeeper.apps.cli.values import Values
from gamekeeper.apps.cli.world import write_world
from gamekeeper.errors import UsageError
from gamekeeper.simulate import Setting

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Write the logs and say what they are."""
    values = Values(typed)
    setting = Setting(
        forwarded=values.is_on("collector"),
        tamper=values.texts("tamper"),
        lives=values.texts("lives"),
    )
    intrusion = values.text("intrusion") or None
    out = folder_for(values.word("target"))
    if any(out.iterdir()):
        raise UsageError(f"{out} is not empty; name a new folder, or remove what is there")
    world = write_world(out, values, intrusion, setting)
    made = world.summary
    if values.is_on("quiet"):
        return Exit.OK
    print(f"{made.events:,} events in {len(made.files)} files below {world.logs}")
    if made.intrusion:
        print(f"The intrusion {made.intrusion} in {made.steps} steps; the truth: {world.truth}")
    if made.acts:
        print(
            f"Logs were changed or lost something {made.acts} times; the truth: {world.tampering}"
        )
    print(f"Now try: gamekeeper hunt {world.logs} --out report")
    return Exit.OK
