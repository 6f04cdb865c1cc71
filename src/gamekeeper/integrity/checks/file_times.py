"""Log files that were written last before their last record, as the archive says that holds them.

Sees: an EVTX file in a zip or tar archive whose time of last writing, where the archive keeps it in universal
time, lies ten minutes and more before the time of its last record, though its header says that the log was
closed. Windows writes a log's header when it closes it, behind the last record; so one of both times is not
what it was: the file's was set (timestomped), or the records'.

What else explains it: a clock that was wrong where the file was copied or packed; a program that sets times,
as much software does; a record that was written with a wrong clock. Copying and unpacking give a file new
times or keep the old ones, as one asks for. So this is never more than *possible*.

Blind: files in folders, since every copy gives them new times, which say nothing of the log; times that lie
behind the last record, as those of all copies do; zip archives with times of an unknown zone only (those
that Windows itself packs); 7z archives; logs that were open, whose file time is old by nature. When a file
was made is in no tar archive and changes with every copy, and is not looked at. Names: see
``renamed_files``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import files
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

#: Clocks are set, and files are closed a little later or earlier than their last record says.
_SLACK: Final = 10 * 60 * 10_000_000


class FileTimes:
    """Looks for files that are older than what they hold."""

    name = "file_times"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a file."""
        for file in files(facts):
            modified = file.account.evidence.get("modified")
            if not isinstance(modified, int) or file.is_dirty or file.last_time is None:
                continue
            if file.last_time <= modified + _SLACK:
                continue
            text = "the archive says that the file was written last before its last record"
            yield file.anomaly(
                self.name,
                text,
                "file time changed",
                Strength.WEAK,
                start=modified,
                stop=file.last_time,
                evidence=(
                    file.evidence("the file was written last, by its archive", time=modified),
                    file.evidence("its last record", time=file.last_time),
                ),
                innocent=("clock sync",),
                techniques=("T1070.006",),
            )
