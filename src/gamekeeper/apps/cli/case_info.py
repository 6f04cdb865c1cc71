"""``gamekeeper case info``: what is in a case."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import megabytes
from gamekeeper.apps.cli.values import Values
from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case
from gamekeeper.store.info import Extent, Info, info
from gamekeeper.store.runs import StoredRun, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.settings import Value

#: Rows of a list that people are shown.
_TOP: Final = 20


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    with case.snapshot() as snapshot:
        found = info(snapshot)
    manifest = case.manifest()
    try:
        done = runs(manifest)
    finally:
        manifest.close()
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(as_json(case, found, done), pretty=True) + b"\n")
    else:
        print("\n".join(terminal_safe(line) for line in lines(case, found, done)))
    return Exit.OK


def as_json(case: Case, found: Info, done: tuple[StoredRun, ...]) -> dict[str, object]:
    """Return the whole account."""
    return {
        "case": {"id": case.id, "organisation": case.organisation, "path": str(case.layout.root)},
        "events": _extent(found.total),
        "datasets": {name: _extent(one) for name, one in found.datasets.items()},
        "hosts": {name: _extent(one) for name, one in found.hosts.items()},
        "channels": {name: _extent(one) for name, one in found.channels.items()},
        "sources": {
            "logs": found.sources,
            "bytes": found.source_bytes,
            "records_present": found.records_present,
            "copies": found.copies,
            "rejects": found.rejects,
            "recovered": found.recovered,
            "forgotten": found.forgotten,
        },
        "store": {"files": found.files, "bytes": found.bytes},
        "runs": [
            {
                "number": one.number,
                "finished_at": one.finished_at,
                "rules": one.rules,
                "totals": one.summary.get("totals"),
            }
            for one in done
        ],
    }


def _extent(one: Extent) -> dict[str, object]:
    return {
        "events": one.events,
        "first": iso_time(one.first),
        "last": iso_time(one.last),
    }


def lines(case: Case, found: Info, done: tuple[StoredRun, ...]) -> Iterator[str]:
    """Yield the account for people."""
    yield f"Case {case.layout.root}" + (f" of {case.organisation}" if case.organisation else "")
    yield f"  {found.total.events:,} events{_period(found.total)}"
    share = f", {found.bytes / found.source_bytes:.0%} of the logs" if found.source_bytes else ""
    yield f"  {found.files:,} files, {megabytes(found.bytes)}{share}"
    yield (
        f"  {found.sources:,} logs, {megabytes(found.source_bytes)}: {found.records_present:,} records, "
        f"{found.copies:,} copies of events, {found.rejects:,} that could not be read"
        + (f", {found.forgotten:,} that were taken out" if found.forgotten else "")
    )
    for title, table in (
        ("Datasets", found.datasets),
        ("Hosts", found.hosts),
        ("Channels", found.channels),
    ):
        yield ""
        yield from _table(title, table)
    yield ""
    yield (
        "Runs of rules" if done else "No rules have been run over this case yet: gamekeeper rehunt"
    )
    for one in done[-_TOP:]:
        totals = one.summary.get("totals")
        counts = totals if isinstance(totals, dict) else {}
        yield (
            f"  {one.number}  {one.finished_at}  {counts.get('rules', 0):,} rules  "
            f"{counts.get('matches', 0):,} matches  {counts.get('findings', 0):,} findings"
        )


def _table(title: str, table: Mapping[str, Extent]) -> Iterator[str]:
    yield f"{title} ({len(table):,})"
    for name, one in list(table.items())[:_TOP]:
        yield f"  {one.events:>13,}  {name or '(none)'}{_period(one)}"
    if len(table) > _TOP:
        yield f"  … {len(table) - _TOP:,} more: --json has all"


def _period(one: Extent) -> str:
    first, last = iso_time(one.first), iso_time(one.last)
    return f"  {first[:19]} to {last[:19]}" if first and last else ""
