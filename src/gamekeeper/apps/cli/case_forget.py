"""``gamekeeper case forget``: the events of one log taken out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.forget import Forgotten, forget, source_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.settings import Value
    from gamekeeper.store.records import StoredSource

#: Logs that people are shown.
_TOP: Final = 20


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    with progress(quiet=values.is_on("quiet")) as shown, Writer(case) as writer:
        source = source_named(writer.manifest, values.word("forget_source"))
        if source.forgotten is not None:
            raise UsageError(f"log {source.number}, {source.path}, was forgotten before")
        done = forget(writer, source, shown)
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(source, done), pretty=True) + b"\n")
    else:
        print("\n".join(terminal_safe(line) for line in lines(source, done)))
    return Exit.OK


def as_json(source: StoredSource, done: Forgotten) -> dict[str, object]:
    """Return what was done."""
    return {
        "source": {"number": source.number, "path": source.path, "sha256": source.sha256},
        "events": done.events,
        "copies_elsewhere": done.copies,
        "habit_days": done.habits,
        "reread": [
            {"number": one.number, "path": one.path, "sha256": one.sha256} for one in done.reread
        ],
    }


def lines(source: StoredSource, done: Forgotten) -> Iterator[str]:
    """Yield what was done, for people."""
    yield f"{done.events:,} events of log {source.number}, {source.path}, were taken out"
    if done.reread:
        yield (
            f"{done.copies:,} records of other logs were copies of them. Take these logs in again "
            "(gamekeeper ingest) to have those back:"
        )
        yield from (f"  {one.path}" for one in done.reread[:_TOP])
    if len(done.reread) > _TOP:
        yield f"  … {len(done.reread) - _TOP:,} more: --json has all"
    if done.habits:
        yield (
            f"{done.habits:,} days of habits that it was the first to show went from the memory of "
            "baselines. What other logs show as well comes back with the next run over the whole case: "
            "gamekeeper rehunt"
        )
    yield "What rules found in them stays until they are run again: gamekeeper rehunt"
