"""Records that another one reaches over: cut out of the log, still in the file.

Sees: a record that goes on far behind its own text, because its size was raised until it swallowed those that
followed. Viewers step over them. Windows pads a record by at most eight bytes. The headers of the swallowed
records, and mostly all of their text, still stand there and are read; where they were wiped, the room that
they took is left. The way of the tool that came with DanderSpritz, and of its imitators, who mend checksums,
counts and the numbers behind the hole.

What else explains it: nothing that Windows writes.

Blind: the first record of a chunk has none before it that could reach over it. A log that was exported after
the removal holds only what a viewer saw: nothing is left there. Records rewritten in place (other text of the
same length) leave no room behind their text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.files import and_more, few, files, filetime
from gamekeeper.integrity.telling_remains import told
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.files import Found, LogFile
    from gamekeeper.model.breaks import Anomaly


class HiddenRecords:
    """Looks for records that are longer than what they say."""

    name = "hidden_records"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a record that reaches too far."""
        for file in files(facts):
            for found, left_out in few(file.found("hidden_records")):
                yield self._hidden(file, found, left_out)

    def _hidden(self, file: LogFile, found: Found, left_out: int) -> Anomaly:
        inside = found.get("swallowed", [])
        record = found["record"]
        if inside:
            what = f"record {record} reaches over {len(inside)} other(s), which no viewer shows"
            text = f"{what}: {'; '.join(told(one) for one in inside[:3])}"
        else:
            rest = "wiped" if found.get("fill") is not None else "not readable"
            text = f"record {record} goes on for {found['bytes']} bytes behind its text; they are {rest}"
        times = [one["time"] for one in inside if filetime(one["time"])] or [found["time"]]
        numbers = [one["record"] for one in inside] or [None]
        return file.anomaly(
            self.name,
            text + and_more(left_out),
            "records linked past",
            Strength.CERTAIN if inside else Strength.STRONG,
            start=filetime(min(times)),
            stop=filetime(max(times)),
            records=(numbers[0], numbers[-1]),
            evidence=(
                file.evidence(
                    f"record {record} is too long", found["offset"], record, found["time"]
                ),
                *(
                    file.evidence(told(one), one["offset"], one["record"], one["time"])
                    for one in inside
                ),
            ),
            techniques=("T1070.001",),
        )
