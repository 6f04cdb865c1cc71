"""Bursts that end in the middle: what always came next does not, once.

Sees: two kinds of event of one log of which the second follows the first within two seconds and three records
in 99 of a hundred cases, a hundred cases at least, is no common kind, and is not followed by the first in its
turn (what goes round ends somewhere); and a record of the first kind that it does not follow, though the log
goes on. So it looks where the second record was taken out and the rest was numbered anew.

By itself it is *possible* only: what nearly always happens does not always happen. It is likely where numbers
are missing right there in a file that holds whole stretches of the log.

What else explains it: a stop or crash of the machine (records within a minute of one are passed over), load,
an event that was lost, a rare course of events.

Blind: bursts of which all records were taken out; logs of few events; busy logs whose bursts lie in each
other by more than three records.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import pyarrow.compute as pc

from gamekeeper.integrity.gathering.frames import NO_NUMBER
from gamekeeper.integrity.ledger import WHOLE
from gamekeeper.integrity.machines import MINUTE, machines
from gamekeeper.integrity.natures import kind_of
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from gamekeeper.integrity.facts import Facts

_CASES: Final = 100
_SHARE: Final = 0.99
#: A follower that is more than this share of its log's events follows everything.
_COMMON: Final = 0.1
#: Breaks of one log that are told one by one.
_SHOWN: Final = 20
_LOG: Final = ["host", "channel", "source"]
_Log = tuple[str, str, int]
_Row = dict[str, Any]


class BrokenBursts:
    """Looks for them."""

    name = "broken_bursts"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a record."""
        table = facts.table("successions")
        learned = _learned(table)
        by_record: dict[tuple[str, str, int | None, int], list[_Row]] = defaultdict(list)
        for row in _lacking(table, learned):
            by_record[row["host"], row["channel"], row["record"], row["filetime"]].append(row)
        told: dict[tuple[str, str], int] = defaultdict(int)
        for (host, channel, _, time), rows in by_record.items():
            torn = [row for row in rows if row["torn"]]
            is_torn = any(kind_of(facts, row["source"]) in WHOLE for row in torn)
            if len(torn) == len(rows) and not is_torn:
                continue  # a filter leaves out what it likes
            if machines(facts).downtimes(host, time - MINUTE, time + MINUTE):
                continue
            told[host, channel] += 1
            if told[host, channel] <= _SHOWN:
                yield _anomaly(rows, is_torn=is_torn)


def _learned(table: pa.Table) -> dict[_Log, set[tuple[int, int]]]:
    """Return the pairs of each log that it has nearly always shown."""
    sums = table.group_by([*_LOG, "first", "second"]).aggregate([("count", "sum")])
    # Most pairs are chance: one so rare is no habit, nor half of one the other way round.
    is_habit = pc.greater_equal(sums["count_sum"], _CASES * _SHARE / 2)
    sums = sums.filter(pc.or_(pc.equal(sums["second"], NO_NUMBER), is_habit))
    cases: dict[_Log, dict[int, int]] = defaultdict(dict)
    pairs: dict[_Log, dict[tuple[int, int], int]] = defaultdict(dict)
    for row in sums.to_pylist():
        log = (row["host"], row["channel"], row["source"])
        if row["second"] == NO_NUMBER:
            cases[log][row["first"]] = row["count_sum"]
        else:
            pairs[log][row["first"], row["second"]] = row["count_sum"]
    totals = {log: sum(found.values()) for log, found in cases.items()}
    return {
        log: {
            (first, second)
            for (first, second), hits in found.items()
            if cases[log][first] >= _CASES
            and hits >= _SHARE * cases[log][first]
            and found.get((second, first), 0) * 2 < hits
            and cases[log].get(second, 0) <= _COMMON * totals[log]
        }
        for log, found in pairs.items()
    }


def _lacking(table: pa.Table, learned: dict[_Log, set[tuple[int, int]]]) -> Iterator[_Row]:
    """Yield the records without their follower: those told, and the first where none was followed."""
    for log, pairs in learned.items():
        if not pairs:
            continue
        is_own = [pc.equal(table[name], value) for name, value in zip(_LOG, log, strict=True)]
        own = table.filter(pc.and_(pc.and_(is_own[0], is_own[1]), is_own[2])).to_pylist()
        followed = {(row["first"], row["second"], row["offset"]) for row in own if row["count"]}
        for row in own:
            if not row["count"] and (row["first"], row["second"]) in pairs:
                yield row
            elif row["second"] == NO_NUMBER:
                lacking = [
                    second
                    for first, second in sorted(pairs)
                    if first == row["first"] and (first, second, row["offset"]) not in followed
                ]
                yield from ({**row, "second": second} for second in lacking)


def _anomaly(rows: list[_Row], *, is_torn: bool) -> Anomaly:
    row = rows[0]
    lacking = ", ".join(sorted({str(one["second"]) for one in rows}))
    text = f"{row['first']} is not followed by {lacking}, which nearly always comes next"
    place = (row["source"], row["offset"], row["record"], row["filetime"])
    return Anomaly(
        check=BrokenBursts.name,
        text=f"{text}; numbers are missing there" if is_torn else text,
        tampering="records removed",
        strength=Strength.STRONG if is_torn else Strength.WEAK,
        host=row["host"],
        channel=row["channel"],
        start=row["filetime"],
        stop=row["filetime"],
        source=row["source"],
        evidence=(Evidence("the record that is not followed", *place),),
        innocent=("damage", "live copy", "crash", "overload") if is_torn else ("overload",),
        techniques=("T1070.001",),
    )
