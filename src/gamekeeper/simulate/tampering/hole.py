"""Records taken out of a log as if the log had been written without them; all checksums and headers are
right.

``hole`` leaves the ids of the others alone. ``header-renumbered`` moves the ids in the record headers
down, but not the EventRecordIDs in the events, as tools do that edit a file by its structure alone;
``renumbered`` moves both and leaves nothing in the log itself: only what the log had sent elsewhere before
tells. In the world's remaining time the log goes on from the id that its header then has. That a running
service takes the edited file is assumed; published tools stop it, suspend its threads or edit a copy.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import MINUTE
from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, SYSTEM, Act, Deed
from gamekeeper.simulate.files import FORWARDED_CHANNELS, file_of
from gamekeeper.simulate.placing import log_of

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.placing import Placed

CHANNELS: Final = (SECURITY, SECURITY, SYSTEM, SYSMON, POWERSHELL)
HOLE, HEADERS, ALL_IDS = "hole", "header-renumbered", "renumbered"


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice(CHANNELS)
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel])
    moment = stage.moment(wish)
    count = wish.number("records", 2, 40)
    acted = moment + wish.number("minutes", 5, 90) * MINUTE
    stage.on_placed.append(partial(_cut, stage, act, moment, count, acted))


def _cut(stage: Stage, act: Act, moment: int, count: int, acted: int, placed: list[Placed]) -> None:
    [channel] = act.channels
    log = log_of(placed, act.host, channel)
    if len(log) < 3:
        stage.acts.remove(act)  # nothing could be taken out of it
        return
    count = min(count, len(log) - 2)
    live = [n for n, item in enumerate(log) if not item.entry.is_erased]
    after = next((n for n in live if log[n].entry.filetime >= moment), live[-1])
    # Neither the first nor the last record: both have a neighbour that stays.
    first = max(min(after, len(log) - count - 1), 1)
    gone, later = log[first : first + count], log[first + count :]
    for item in gone:
        item.entry.is_erased = True
    _renumber(act, later, len(gone), max(acted, gone[-1].entry.filetime + 1))
    act.start, act.stop = log[first - 1].entry.filetime, _time_after(gone, later)
    act.record_from, act.record_to = gone[0].record_id, gone[-1].record_id
    act.files = [file_of(act.host, channel)]
    _judge(stage, act, gone, later)


def _time_after(gone: list[Placed], later: list[Placed]) -> int:
    return later[0].entry.filetime if later else gone[-1].entry.filetime


def _renumber(act: Act, later: list[Placed], count: int, acted: int) -> None:
    if act.method == HOLE:
        return
    for item in later:
        if item.entry.filetime >= acted:  # logged on top of the edited file
            item.record_id -= count
        elif act.method == HEADERS:
            item.header_id = item.record_id - count
        else:
            item.local_id = item.record_id - count


def _judge(stage: Stage, act: Act, gone: list[Placed], later: list[Placed]) -> None:
    [channel] = act.channels
    if act.method == HOLE:
        act.because = "the ids of the records that stayed leave a gap"
    elif any(item.header_id is not None for item in later):
        act.because = "header ids and EventRecordIDs part where the records were"
    elif stage.is_forwarded and channel in FORWARDED_CHANNELS and gone[0].is_collected:
        act.because = "the collector has the records, under ids that other records now bear here"
    else:
        act.provable = False
        act.because = "every id, number and checksum is right, and no other copy is given"
        if act.method == HEADERS:
            act.because = "no record came before the edit whose header was moved; " + act.because


DEEDS: Final = tuple(
    Deed(name, _play, tells, frozenset({"records", "minutes"}))
    for name, tells in (
        (HOLE, "records are gone and their ids with them"),
        (HEADERS, "records are gone, later record headers renumbered, EventRecordIDs not"),
        (ALL_IDS, "records are gone and all later ids moved down"),
    )
)
