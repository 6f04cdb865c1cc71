"""The account of every log in a case: what was there, what became an event, a copy, a reject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.model.findings import SourceAccount
from gamekeeper.model.tallies import FileTally

if TYPE_CHECKING:
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.records import StoredSource

#: The note of a source whose events were taken out.
FORGOTTEN: Final = "this log was forgotten: its events are not part of the case"


def tally_text(tally: FileTally) -> str:
    """Return a tally as the manifest keeps it."""
    return orjson.dumps(tally, option=orjson.OPT_SORT_KEYS, default=str).decode()


def tally_of(text: str) -> FileTally:
    """Return the tally that a text stands for."""
    fields = orjson.loads(text)
    for name in ("shapes", "fields_lacking", "notes"):
        fields[name] = tuple(fields[name])
    return FileTally(**fields)


def source_accounts(manifest: Manifest) -> tuple[SourceAccount, ...]:
    """Return the account of every source by number, as far as it has been taken in."""
    tallies: dict[int, FileTally] = {}
    for source, _, text in manifest.tallies():
        tallies.setdefault(source, FileTally(source)).merge(tally_of(text))
    return tuple(
        _account(source, tallies.get(source.number, FileTally(source.number)))
        for source in manifest.sources()
    )


def _account(source: StoredSource, tally: FileTally) -> SourceAccount:
    if source.forgotten is not None:
        tally.notes += (FORGOTTEN,)
    return tally.account(
        path=source.path,
        sha256=source.sha256,
        size_bytes=source.size_bytes,
        format_name=source.format,
    )
