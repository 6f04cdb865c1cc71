"""A full Security log that is put away (``archive``) or that takes no more records (``log-full``).

The archive is named by its moment in UTC; 1105 is the first record of the new file and names the old one.
A log that must not overwrite and is not put away ends with 1104.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import to_datetime
from gamekeeper.simulate.deeds import SECURITY, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.placing import log_of

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.placing import Placed

_FOLDER: Final = "C:\\Windows\\System32\\Winevt\\Logs\\"


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, SECURITY)
    act = stage.act(wish, machine.host.name, [SECURITY], cause="archive")
    act.because = (
        "1105 names the file that holds what was before, and its ids end where these begin"
    )
    count = wish.number("times", 1, 3)
    moments = [stage.moment(wish, 0.15, 0.85) for _ in range(count)]
    act.start, act.stop = min(moments), max(moments)
    for moment in moments:
        stage.site.agenda.at(moment, partial(_put_away, machine))
    stage.on_placed.append(partial(_name_files, act))


def _put_away(machine: Machine, ticks: int) -> None:
    stamp = to_datetime(ticks).strftime("%Y-%m-%d-%H-%M-%S-") + f"{ticks // 10_000 % 1000:03d}"
    machine.log("security_1105", ticks, BackupPath=f"{_FOLDER}Archive-Security-{stamp}.evtx")


def _name_files(act: Act, placed: list[Placed]) -> None:
    act.files = [file_of(act.host, SECURITY)]
    for item in log_of(placed, act.host, SECURITY):
        if item.entry.kind.key == "security_1105":
            name = item.entry.values[1].rpartition("\\")[2]
            item.put_away = f"{act.host}/{name}"
            act.files.append(item.put_away)


def _play_full(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, SECURITY)
    act = stage.act(wish, machine.host.name, [SECURITY], cause="log full")
    act.because = "1104 says that the log is full, and nothing comes after it"
    act.files = [file_of(machine.host.name, SECURITY)]
    act.start, act.stop = stage.moment(wish, 0.4, 0.8), stage.world.end
    stage.site.agenda.at(act.start, partial(machine.log, "security_1104"))
    channels, keep = frozenset({SECURITY}), frozenset({"security_1104"})
    stage.silence(Silence(machine.host.name, channels, act.start, act.stop, keep=keep))


DEEDS: Final = (
    Deed("archive", _play, "a full log is put away as a file of its own", frozenset({"times"})),
    Deed("log-full", _play_full, "a full log takes no more records"),
)
