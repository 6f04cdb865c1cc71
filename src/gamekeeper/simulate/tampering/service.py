"""The event log service stopped while the host runs: ``service-stopped`` for a while, ``recreated`` to
delete a file.

At the stop Security gets 1100 and System 6006, at the start System gets 6005, as at every boot, but
without the kernel's and the session manager's events around them. Whether 6009 comes with 6005 at a mere
restart, whether 7036 tells of the service itself and whether 1101 counts what was dropped differs between
descriptions; each comes in some worlds. A file deleted meanwhile is made anew and counts from 1.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import MINUTE, SECOND
from gamekeeper.simulate.deeds import ALL, SECURITY, SYSMON, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.placing import log_of
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from random import Random

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.placing import Placed

STOPPED, RECREATED = "service-stopped", "recreated"
_MARK: Final = "EventLog/4".encode("utf-16-le") + b"\0\0"


def _play_stop(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish)
    act = stage.act(wish, machine.host.name, [ALL])
    act.because = "1100 and 6006, then 6005, and no boot in between"
    lasts = wish.number("minutes", 10, 300) * MINUTE
    moment = stage.moment(wish, 0.2, 0.75)
    stage.site.agenda.at(moment, partial(_stop, stage, act, machine, lasts, wish.rng))


def _play_recreate(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish)
    channels = [c for c in (SECURITY, SYSTEM, SYSMON) if c not in machine.host.lacks]
    channel = wish.options.get("channel") or wish.rng.choice(channels)
    act = stage.act(wish, machine.host.name, [channel])
    act.because = "ids begin at 1 in the middle of a host's life, and the service was stopped"
    lasts = wish.number("seconds", 8, 90) * SECOND
    moment = stage.moment(wish, 0.2, 0.75)
    stage.site.agenda.at(moment, partial(_stop, stage, act, machine, lasts, wish.rng))
    stage.on_placed.append(partial(_begin_anew, stage, act))


def _stop(stage: Stage, act: Act, machine: Machine, lasts: int, rng: Random, ticks: int) -> None:
    """Stop the service for a while."""
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("net", "net stop eventlog /y")
        now = intruder.now + SECOND
        machine.log("security_1100", now)
        machine.note("system_6006", now, binary=b"\x01" + bytes(7))
        stage.silence(Silence(machine.host.name, frozenset({ALL}), now + 1, now + lasts))
        # The session goes on unseen and ends afterwards.
        intruder.now = now + lasts + SECOND
    act.start, act.stop = now, now + lasts
    started = now + lasts
    if rng.random() < 0.5:
        strings = ("10.00.", str(machine.host.build), "", "Multiprocessor Free", "5458")
        machine.note("system_6009", started, *strings)
    machine.note("system_6005", started, binary=bytes(24))
    if rng.random() < 0.4:
        state = {"param1": "Windows Event Log", "param2": "running", "binary": _MARK}
        machine.log("system_7036", started + SECOND, **state)
    if rng.random() < 0.3:
        machine.log("security_1101", started + SECOND // 2)
    name = machine.host.name
    act.files = [file_of(name, SECURITY), file_of(name, SYSTEM)]


def _begin_anew(stage: Stage, act: Act, placed: list[Placed]) -> None:
    """Let the file hold only what came after the start, counted from 1."""
    [channel] = act.channels
    log = log_of(placed, act.host, channel)
    gone = [item for item in log if item.entry.filetime < act.stop]
    later = log[len(gone) :]
    for item in gone:
        item.entry.is_erased = True
    for number, item in enumerate(later, start=1):
        item.record_id = number
    if gone:
        act.record_from, act.record_to = gone[0].record_id, gone[-1].record_id
    act.start = stage.world.start
    if not later:  # then there is no file of this log
        act.files = [name for name in act.files if name != file_of(act.host, channel)]
    elif file_of(act.host, channel) not in act.files:
        act.files.append(file_of(act.host, channel))


DEEDS: Final = (
    Deed(STOPPED, _play_stop, "the event log service stands still", frozenset({"minutes"})),
    Deed(
        RECREATED, _play_recreate, "a log's file is deleted and made anew", frozenset({"seconds"})
    ),
)
