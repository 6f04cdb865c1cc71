"""``gamekeeper case compact``: small files merged, and old events let go of on wish."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import megabytes, progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.hunt.request import filetime
from gamekeeper.incidents.json_text import dumps
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import Compacted, compact
from gamekeeper.store.forget import Forgotten, forget_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    before = values.text("before")
    gone = None
    with progress(quiet=values.is_on("quiet")) as shown, Writer(case) as writer:
        if before is not None:
            gone = forget_before(writer, filetime(before), shown)
        done = compact(writer, shown)
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(done, gone), pretty=True) + b"\n")
    else:
        print("\n".join(lines(done, gone)))
    return Exit.OK


def as_json(done: Compacted, gone: Forgotten | None) -> dict[str, object]:
    """Return what was done."""
    return {
        "files_before": done.merged,
        "bytes_before": done.merged_bytes,
        "files_after": done.made,
        "bytes_after": done.made_bytes,
        "forgotten_events": gone.events if gone else 0,
        "forgotten_copies": gone.copies if gone else 0,
    }


def lines(done: Compacted, gone: Forgotten | None) -> Iterator[str]:
    """Yield what was done, for people."""
    if gone is not None:
        yield f"{gone.events:,} events and {gone.copies:,} copies were taken out for good"
    if done.merged:
        yield (
            f"{done.merged:,} files ({megabytes(done.merged_bytes)}) became {done.made:,} "
            f"({megabytes(done.made_bytes)})"
        )
    else:
        yield "no small files are left to merge"
