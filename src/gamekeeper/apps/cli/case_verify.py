"""``gamekeeper case verify``: whether a case is as it was written."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import passwords_in
from gamekeeper.apps.cli.progress import megabytes, progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case
from gamekeeper.store.verify import Originals, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.settings import Value
    from gamekeeper.store.verify import Remark, Verdict

#: Remarks that people are shown.
_TOP: Final = 20


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    with progress(quiet=values.is_on("quiet")) as shown:
        if values.is_on("verify_sources"):
            passwords = (*values.texts("password"), *passwords_in(values.text("password_file")))
            with closing(WorkFolder(values.text("temp_dir"))) as work:
                verdict = verify(case, Originals(work.folder("spool"), passwords), shown)
        else:
            verdict = verify(case, None, shown)
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(case, verdict), pretty=True) + b"\n")
    else:
        print("\n".join(terminal_safe(line) for line in lines(case, verdict)))
    return Exit.OK if verdict.is_sound else Exit.DAMAGED


def as_json(case: Case, verdict: Verdict) -> dict[str, object]:
    """Return the whole verdict."""
    return {
        "case": str(case.layout.root),
        "is_sound": verdict.is_sound,
        "last_batch": verdict.last_batch,
        "files": verdict.files,
        "bytes": verdict.size_bytes,
        "events": verdict.events,
        "copies": verdict.copies,
        "logs": verdict.sources,
        "logs_same": verdict.logs_same,
        "logs_gone": verdict.logs_gone,
        "faults": [asdict(one) for one in verdict.faults],
        "remarks": [asdict(one) for one in verdict.remarks],
    }


def lines(case: Case, verdict: Verdict) -> Iterator[str]:
    """Yield the verdict for people."""
    yield (
        f"{case.layout.root}: {verdict.files:,} files ({megabytes(verdict.size_bytes)}), "
        f"{verdict.events:,} events, {verdict.copies:,} copies, {verdict.sources:,} logs"
    )
    if verdict.logs_same or verdict.logs_gone:
        yield (
            f"{verdict.logs_same:,} logs are as they were taken in, {verdict.logs_gone:,} are no longer there"
        )
    yield from _listed(verdict.remarks, "note")
    yield from _listed(verdict.faults, "WRONG")
    if verdict.is_sound:
        yield "Sound: every byte, count and pointer is as it was written."
    else:
        yield (
            f"NOT SOUND: {len(verdict.faults):,} faults. What to do: docs/how-to/work-on-a-case.md, "
            "'When a case is damaged'"
        )


def _listed(remarks: list[Remark], word: str) -> Iterator[str]:
    for one in remarks[:_TOP]:
        yield f"{word}: {one.place}: {one.detail}"
    if len(remarks) > _TOP:
        yield f"{word}: … {len(remarks) - _TOP:,} more: --json has all"
