"""Records blanked in place: ``blanked`` zeroes what a record says and keeps its head and size,
``overwritten`` zeroes the whole record, so that readers that go from record to record stop there.
Checksums are repaired.
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

BLANKED, OVERWRITTEN = "blanked", "overwritten"
_HEAD_BYTES: Final = 24
_TAIL_BYTES: Final = 4


def _play(stage: Stage, wish: Wish) -> None:
    act = choose_log(stage, wish)
    act.because = (
        "a record with nothing in it stands in the log"
        if act.method == BLANKED
        else "nothing stands where records must be"
    )
    share = wish.rng.random()
    stage.on_written.append((EDITED, act, partial(_edit, act, share, wish.number("records", 1, 5))))


def _edit(act: Act, share: float, count: int, out: Path, written: dict[str, int]) -> None:
    name = file_of(act.host, act.channels[0])
    log = LogFile(out / name)
    at, before, records = choose_records(log, share, count)
    describe_records(act, log, name, [before, *records])
    head, tail = (_HEAD_BYTES, _TAIL_BYTES) if act.method == BLANKED else (0, 0)
    for record in records:
        first, last = record.at + head, record.at + record.size - tail
        log.data[first:last] = bytes(last - first)
    log.seal(at)
    log.save()
    written[name] -= len(records)


DEEDS: Final = (
    Deed(BLANKED, _play, "what records say is zeroed", frozenset({"records"})),
    Deed(OVERWRITTEN, _play, "whole records are zeroed", frozenset({"records"})),
)
