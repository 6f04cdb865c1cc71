"""Remains behind the end of a chunk's records that contradict the log.

A chunk is written over an earlier one, so that behind its free-space offset old records often stand whole.
Most belong to the log's previous life: lower numbers, nothing odd.

Sees, in logs that number their own records: remains with numbers that lie within the log's but that no live
record has (records were taken out after they had been written); remains that follow the last record at once
(the log was cut back); remains that live on under another number (the log was numbered anew).

What else explains it: an export, whose chunks are filled from memory that held other logs (always explained);
the chunk that was being written when the log was copied; chunks that are blank or damaged in this copy.

Blind: remains are overwritten by chance, and easily wiped; that there are none says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import and_more, few, files, filetime
from gamekeeper.integrity.natures import OWN_NUMBERS
from gamekeeper.integrity.telling_remains import told
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import Found, LogFile
    from gamekeeper.model.breaks import Anomaly

_INNOCENT: Final = ("live copy", "damage")


class StaleRecords:
    """Looks at what stands behind the records."""

    name = "stale_records"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield what remains contradict; of an export that it has remains at all."""
        for file in files(facts):
            if file.kind not in OWN_NUMBERS:
                yield from self._foreign(file)
                continue
            odd = [one for run in file.found("stale_records") for one in _odd(file, run)]
            for found, left_out in few(odd):
                yield self._contradicts(file, found, left_out)

    def _contradicts(self, file: LogFile, found: Found, left_out: int) -> Anomaly:
        first, last = found["records"]
        run = found["run"]
        held = f"; it held {told(run['held'])}" if "held" in run else ""
        text = f"{found['text']}{held}{and_more(left_out)}"
        start, stop = (filetime(time) for time in run["times"])
        evidence = [file.evidence(text, run["offset"], run["ids"][0], run["times"][0])]
        if "held" in run:
            one = run["held"]
            evidence.append(file.evidence(told(one), one["offset"], one["record"], one["time"]))
        return file.anomaly(
            self.name,
            text,
            found["tampering"],
            Strength.STRONG,
            start=start,
            stop=stop,
            records=(first, last),
            evidence=tuple(evidence),
            innocent=_INNOCENT,
            techniques=("T1070.001",),
        )

    def _foreign(self, file: LogFile) -> Iterator[Anomaly]:
        runs = file.found("stale_records")
        if not runs:
            return
        count = file.account.evidence.get("stale_records_count", len(runs))
        first, last = runs[0]["ids"]
        text = f"behind the records lie remains of {count} others, such as {first} to {last}"
        yield file.anomaly(
            self.name,
            text,
            "records removed",
            Strength.WEAK,
            evidence=(file.evidence(text, runs[0]["offset"], first, runs[0]["times"][0]),),
            innocent=("export",),
        )


def _odd(file: LogFile, run: Found) -> Iterator[Found]:
    """Yield how one run of remains contradicts the log."""
    first, last = run["ids"]
    if clash := run.get("clash"):
        was, now = clash["stale_id"], clash["live_id"]
        text = f"record {now} stood here as {was} before: the log was numbered anew"
        yield {"run": run, "records": (now, was), "text": text, "tampering": "records renumbered"}
    if not len(file.live) or file.newest is None:
        return
    lowest, highest = int(file.live.first[0]), int(file.live.last[-1])
    is_of_this_life = (file.first_time or 0) <= run["times"][1] <= (file.last_time or 0)
    holes = file.missing(max(first, lowest), min(last, highest)) if is_of_this_life else []
    for start, stop in holes:
        text = f"records {start} to {stop} are gone from the log while their remains stand"
        yield {"run": run, "records": (start, stop), "text": text, "tampering": "records removed"}
    # Numbers begin again where a log is made anew: remains of the life before are older.
    is_later = run["times"][1] >= (file.last_time or 0)
    if first <= highest + 1 <= last and is_later and file.is_newest(run["offset"]):
        text = f"records {highest + 1} to {last} stand behind the end of the log"
        records = (highest + 1, last)
        yield {"run": run, "records": records, "text": text, "tampering": "log cut back"}
