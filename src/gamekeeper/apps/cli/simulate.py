"""``gamekeeper simulate``: logs of an organisation that does not exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.simulate import simulate

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Write the logs and say what they are."""
    values = Values(typed)
    out = Path(values.word("target"))
    made = simulate(
        out,
        seed=values.count("seed"),
        days=values.count("days"),
        hosts=values.count("hosts"),
        intrusion=values.text("intrusion") or None,
    )
    if values.is_on("quiet"):
        return Exit.OK
    print(f"{made.events:,} events in {len(made.files)} files below {out}")
    if made.intrusion:
        print(f"The intrusion {made.intrusion} in {made.steps} steps: the truth is in truth.jsonl")
    print(f"Now try: gamekeeper hunt {out} --out report")
    return Exit.OK
