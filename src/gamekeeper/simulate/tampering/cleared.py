"""A log cleared with wevtutil: all before is gone, ids go on, and one event says who did it.

1102 stands in the Security log as its first record; of other logs 104 in System tells. That System itself
begins with its own 104 is as seen on real hosts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, SYSTEM, TASKS, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Erasure
from gamekeeper.simulate.placing import log_of
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.placing import Placed


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice(
        (SECURITY, SECURITY, SYSTEM, SYSMON, POWERSHELL, TASKS)
    )
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel])
    act.because = "1102 or 104 says it, and the ids do not begin at 1"
    moment = stage.moment(wish)
    stage.site.agenda.at(moment, partial(_clear, stage, act, machine))
    stage.on_placed.append(partial(_judge, act))


def _clear(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    [channel] = act.channels
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("wevtutil", f'wevtutil cl "{channel}"')
        now = intruder.now
    erasure = Erasure(machine.host.name, channel, 0, now, only_intrusion=False)
    stage.site.journal.erasures.append(erasure)
    act.start, act.stop = stage.world.start, now
    session = intruder.session
    if channel == SECURITY:
        machine.log("security_1102", now, **session.subject())
        return
    machine.log(
        "system_104",
        now,
        user_sid=session.sid,
        SubjectUserName=session.user,
        SubjectDomainName=session.domain,
        Channel=channel,
    )


def _judge(act: Act, placed: list[Placed]) -> None:
    [channel] = act.channels
    log = log_of(placed, act.host, channel)
    gone = [item.record_id for item in log if item.entry.is_erased]
    if gone:
        act.record_from, act.record_to = gone[0], gone[-1]
    act.files = [file_of(act.host, channel)]
    if channel not in (SECURITY, SYSTEM):
        act.files.append(file_of(act.host, SYSTEM))
    act.start = act.stop - SECOND if not gone else act.start


DEEDS: Final = (Deed("cleared", _play, "a log is cleared, and 1102 or 104 says by whom"),)
