"""The lists of gatherers, checks and causes. A new one is one line here and one file."""

from __future__ import annotations

from typing import Final

from gamekeeper.integrity.base import Cause, Check, Gatherer
from gamekeeper.integrity.causes.damage import Damage
from gamekeeper.integrity.causes.export import Export
from gamekeeper.integrity.causes.live_copy import LiveCopy
from gamekeeper.integrity.checks.blanked_records import BlankedRecords
from gamekeeper.integrity.checks.checksums import Checksums
from gamekeeper.integrity.checks.chunk_headers import ChunkHeaders
from gamekeeper.integrity.checks.clears import Clears
from gamekeeper.integrity.checks.file_headers import FileHeaders
from gamekeeper.integrity.checks.hidden_records import HiddenRecords
from gamekeeper.integrity.checks.renamed_files import RenamedFiles
from gamekeeper.integrity.checks.stale_records import StaleRecords
from gamekeeper.integrity.checks.torn_files import TornFiles
from gamekeeper.integrity.gathering.hours import Hours
from gamekeeper.integrity.gathering.rendered import Rendered
from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.integrity.gathering.telling import Telling

GATHERERS: Final[tuple[Gatherer, ...]] = (
    Spans(),
    Hours(),
    Telling(),
    Rendered(),
)

#: In the order in which their breaks are listed where all else is equal.
CHECKS: Final[tuple[Check, ...]] = (
    Clears(),
    HiddenRecords(),
    BlankedRecords(),
    ChunkHeaders(),
    StaleRecords(),
    Checksums(),
    FileHeaders(),
    TornFiles(),
    RenamedFiles(),
)

CAUSES: Final[tuple[Cause, ...]] = (
    LiveCopy(),
    Export(),
    Damage(),
)
