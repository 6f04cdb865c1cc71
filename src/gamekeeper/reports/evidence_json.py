"""What a statement rests on, as every JSON output writes it: the record, its log and where it lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.incidents.columns import iso_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.breaks import Evidence
    from gamekeeper.model.findings import SourceAccount


def evidence_json(one: Evidence, sources: Mapping[int, SourceAccount]) -> dict[str, object]:
    """Return evidence with the path and hash of its log; nothing for these where no log is meant."""
    source = sources.get(one.source) if one.source is not None else None
    return {
        "text": one.text,
        "source.path": source.path if source else None,
        "source.sha256": source.sha256 if source else None,
        "offset": one.offset,
        "record": one.record,
        "time": iso_time(one.filetime),
    }
