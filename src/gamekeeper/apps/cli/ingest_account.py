"""What commands that take logs in share: whose case it is, and the account for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.progress import megabytes
from gamekeeper.errors import UsageError
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.hunt.ingest import Ingested


def case_for(path: str, organisation: str | None) -> Case:
    """Return the case in a folder, made where it is absent; refuse logs of another organisation."""
    case = Case.open_or_create(path, organisation or "")
    if organisation is not None and organisation != case.organisation:
        whose = repr(case.organisation) if case.organisation else "nobody that was named"
        raise UsageError(
            f"the case {path} belongs to {whose}, not to {organisation!r}: give another --case, "
            "since logs of two organisations do not mix"
        )
    return case


def lines(done: Ingested) -> Iterator[str]:
    """Yield the account for people."""
    size = sum(source.size_bytes for source in done.sources)
    yield (
        f"{done.events:,} new events from {len(done.sources):,} logs ({megabytes(size)}); "
        f"{done.copies:,} copies of events that the case has already"
    )
    if done.known:
        path, other = done.known[0]
        yield f"{len(done.known):,} logs were in the case already: {path} is {other}"
    rejects = sum(source.rejects for source in done.sources)
    if rejects:
        worst = max(done.sources, key=lambda source: source.rejects)
        yield f"{rejects:,} records could not be read; most of them in {worst.path}"
    if done.unread:
        yield f"{done.unread:,} files are in no format that is known, and were left alone"
    for refusal in done.refusals:
        yield f"not read: {refusal.path}: {refusal.detail}"
