"""Logs that stand under another log's name.

Sees: a file named as Windows names the log of one channel ("Security.evtx") whose records are all of
another channel that is a log of its own: a log put in the place of one that was taken away.

What else explains it: an export may carry any name, and people mix them up.

Blind: names that are no channel's say nothing; two logs of the same channel from different hosts or times
look alike by name (their hosts and numbers do not: see the checks on record numbers).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.files import files
from gamekeeper.integrity.natures import OWN_NUMBERS
from gamekeeper.model.breaks import Strength
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

#: "logs.zip!Windows/System32/winevt/Logs/Archive-Security-2026-01-01-00-00-00-000.evtx"
_NAME: Final = re.compile(
    r"(?:.*[/\\!])?(?:Archive-)?(?P<name>.+?)(?:-\d{4}(?:-\d+){6})?\.evtx", re.IGNORECASE
)


class RenamedFiles:
    """Looks for files whose name and records are of different channels."""

    name = "renamed_files"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a file."""
        known = {fold(c) for dataset in datasets().values() for c in dataset.channels}
        known |= facts.channels.keys()
        for file in files(facts):
            named = channel_named(file.account.path)
            if not file.channel or named == file.channel or named not in known:
                continue
            if named == "forwardedevents":  # a collector's log holds other channels by its nature
                continue
            is_own = file.kind in OWN_NUMBERS
            text = f"the file is named as the log of {named}, its records are of {file.channel}"
            yield file.anomaly(
                self.name,
                text,
                "log replaced",
                Strength.STRONG if is_own else Strength.NONE,
                start=file.first_time,
                stop=file.last_time,
                evidence=(file.evidence(text, 0),),
                innocent=("export",),
                techniques=("T1036.003",),
            )


def channel_named(path: str) -> str:
    """Return the channel after which a file is named, folded; empty where it has no such name.

    >>> channel_named("case.zip!Logs/Microsoft-Windows-Sysmon%4Operational.evtx")
    'microsoft-windows-sysmon/operational'
    """
    match = _NAME.fullmatch(path)
    return fold(match["name"].replace("%4", "/")) if match else ""
