"""The one list of log formats. A new format is one new line here and one new file beside this one.

Formats are imported when a run first asks about one: the command line's help must not wait for them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from gamekeeper.errors import ContentError

if TYPE_CHECKING:
    from gamekeeper.sources.base import Source

#: Bytes of a file that :func:`recognise` wants to see.
HEAD_BYTES: Final = 64 << 10

#: Format, and the class that reads it; where two formats are equally sure of a file, the first has it.
SOURCES: Final = (
    ("evtx", "gamekeeper.sources.evtx.source:EvtxSource"),
    ("json", "gamekeeper.sources.json.source:JsonSource"),
    ("xml", "gamekeeper.sources.xml:XmlSource"),
    ("csv", "gamekeeper.sources.csv.source:CsvSource"),
    ("hive", "gamekeeper.sources.windows_state.hive:HiveSource"),
    ("reg", "gamekeeper.sources.windows_state.export:ExportSource"),
    ("psreadline", "gamekeeper.sources.windows_state.history:HistorySource"),
    ("ual", "gamekeeper.sources.windows_state.access:AccessSource"),
)


@cache
def source(name: str) -> Source:
    """Return the reader of a format; one object a process, so that it may keep what it has learnt."""
    places = dict(SOURCES)
    if name not in places:
        raise ContentError(f"there is no source {name!r}")
    module, _, attribute = places[name].partition(":")
    return cast("Source", getattr(import_module(module), attribute)())


def recognise(head: bytes, path: str) -> Source | None:
    """Return the reader that is surest of a file, or None where every format declines it.

    ``head`` is the beginning of the file, up to :data:`HEAD_BYTES`.
    """
    best: Source | None = None
    best_score = 0.0
    for name, _ in SOURCES:
        candidate = source(name)
        score = candidate.sniff(head, path)
        if score >= 1:  # certain: magic numbers need no second opinion
            return candidate
        # Zero is a guess without a reason, and still better than not to read the file at all.
        if score > best_score or (score == 0 and best is None):
            best, best_score = candidate, score
    return best
