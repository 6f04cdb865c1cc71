"""The clock set wrong while something is done, and right again: ``way=back`` or ``way=ahead``.

Records keep their order and ids, their times jump. 4616 names the process and the account, Kernel-General
1 both times. That tickets fail beyond five minutes is not simulated.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import MINUTE, SECOND
from gamekeeper.simulate.deeds import ALL, SECURITY, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.moves import move_times
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.placing import Placed

_MS: Final = 10_000


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish)
    act = stage.act(wish, machine.host.name, [ALL])
    act.because = "times jump between records in order; 4616 and Kernel-General 1 say who did it"
    way = -1 if wish.one_of("way", ("back", "ahead")) == "back" else 1
    off = way * wish.number("minutes", 40, 600) * MINUTE
    lasts = wish.number("lasts", 5, 90) * MINUTE
    moment = stage.moment(wish)
    act.start, act.stop = moment, moment + lasts
    at = stage.site.agenda.at
    # The machine logs true times; what is told while the clock is wrong is moved afterwards.
    at(moment, partial(_set, stage, machine, 0, off))
    at(moment + lasts, partial(_set, stage, machine, off, 0))
    stage.on_placed.append(partial(_move, act, off))


def _set(stage: Stage, machine: Machine, before: int, after: int, ticks: int) -> None:
    """Let the clock that was off by ``before`` be off by ``after``."""
    with Intruder(stage, machine, ticks - 2 * SECOND) as intruder:
        intruder.now = ticks - 400 * _MS
        shell = intruder.run(
            "powershell", f"powershell Set-Date (Get-Date).AddMinutes({(after - before) // MINUTE})"
        )
    session = intruder.session
    fields = {"NewTime": ticks + after, "OldTime": ticks + before}
    machine.log("system_time_1", ticks, shell, user_sid=session.sid, **fields)
    machine.log(
        "security_4616",
        ticks,
        **session.subject(),
        PreviousTime=ticks + before,
        NewTime=ticks + after,
        ProcessId=shell.pid,
        ProcessName=shell.image,
    )


def _move(act: Act, off: int, placed: list[Placed]) -> None:
    """Move what was logged meanwhile, and say between which times the moved records stand."""
    move_times(placed, act.host, act.start, act.stop, lambda _: off)
    act.files = [file_of(act.host, SECURITY), file_of(act.host, SYSTEM)]
    act.start, act.stop = min(act.start, act.start + off), max(act.stop, act.stop + off)


DEEDS: Final = (
    Deed(
        "clock-changed",
        _play,
        "the clock is set wrong for a while",
        frozenset({"way", "minutes", "lasts"}),
    ),
)
