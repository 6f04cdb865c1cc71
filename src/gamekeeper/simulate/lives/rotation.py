"""A full log that overwrites its oldest chunks: what is gone was overwritten, and ids begin somewhere.

The file is a ring; its header says which chunk is the oldest. Where an age limit comes from other settings
is not simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.deeds import ROTATED, SECURITY, SYSMON, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.ring import turn

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice((SECURITY, SYSMON))
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel], cause="rotation")
    act.because = "the file is full and its oldest chunk is not the first"
    act.files = [file_of(machine.host.name, channel)]
    act.start = act.stop = stage.world.start
    share = wish.number("percent", 40, 90) / 100
    stage.on_written.append((ROTATED, act, lambda out, written: turn(act, share, out, written)))


DEEDS: Final = (
    Deed("rotation", _play, "a full log overwrites its oldest records", frozenset({"percent"})),
)
