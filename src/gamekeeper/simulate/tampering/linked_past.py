"""Records linked past: the one before says a size that takes them in, so that readers step over them.

This is how DanderSpritz's eventlogedit hides records: nothing is overwritten, checksums are repaired, and
what was hidden still stands in the file. ``linked-past`` leaves all ids alone; ``linked-past-renumbered``
also moves the ids of later record headers, of chunk headers and the file's next id down, as that tool and
those after it do. EventRecordIDs within events stay in both. The log is edited after its last record, as
on a copy.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.deeds import EDITED, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.surgery import LogFile
from gamekeeper.simulate.tampering.choice import choose_log, choose_records, describe_records

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.surgery import Record

KEPT, RENUMBERED = "linked-past", "linked-past-renumbered"


def _play(stage: Stage, wish: Wish) -> None:
    act = choose_log(stage, wish)
    act.because = "the hidden records stand whole inside the one before"
    share = wish.rng.random()
    stage.on_written.append((EDITED, act, partial(_edit, act, share, wish.number("records", 1, 6))))


def _edit(act: Act, share: float, count: int, out: Path, written: dict[str, int]) -> None:
    name = file_of(act.host, act.channels[0])
    log = LogFile(out / name)
    at, before, hidden = choose_records(log, share, count)
    describe_records(act, log, name, [before, *hidden])
    log.resize(before, before.size + sum(record.size for record in hidden))
    head = log.chunk_head(at)
    if hidden[-1].at == at + head.last_offset:
        head.last_offset = before.at - at
        if act.method == KEPT:
            head.last_id = before.record_id
    if act.method == RENUMBERED:
        _move_ids(log, hidden)
        head.last_id -= len(hidden)
    head.last_number -= len(hidden)
    log.set_chunk_head(at, head)
    log.seal(at)
    log.save()
    written[name] -= len(hidden)


def _move_ids(log: LogFile, hidden: list[Record]) -> None:
    """Move the ids of all later records down, in their headers, their chunks and the file's header."""
    count, last = len(hidden), hidden[-1]
    for at in log.chunk_offsets:
        later = [record for record in log.records(at) if record.record_id > last.record_id]
        for record in later:
            log.set_id(record, record.record_id - count)
        head = log.chunk_head(at)
        if later and head.first_id > last.record_id:
            head.first_id, head.last_id = head.first_id - count, head.last_id - count
            head.first_number, head.last_number = (
                head.first_number - count,
                head.last_number - count,
            )
            log.set_chunk_head(at, head)
        log.seal(at)
    top = log.head()
    top.next_id -= count
    log.set_head(top)


DEEDS: Final = (
    Deed(KEPT, _play, "records are stepped over, ids left alone", frozenset({"records"})),
    Deed(RENUMBERED, _play, "records are stepped over, header ids moved", frozenset({"records"})),
)
