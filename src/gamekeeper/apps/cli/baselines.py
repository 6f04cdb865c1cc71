"""``gamekeeper baselines``: what is normal in logs, or in what a case remembers."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.analytics.baselines.registry import MODULES
from gamekeeper.analytics.baselines.showing import Known, known, named
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.integrity import request_of
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import start
from gamekeeper.hunt.baselining import confirmed, recalled
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import habits, terminal
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.analytics.baselines.base import Baseline
    from gamekeeper.hunt.request import Request
    from gamekeeper.model.anomalies import Baselines
    from gamekeeper.settings import Value

#: Keys that are shown to people; --json prints all.
_SHOWN = 50


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    gc.set_threshold(GC_THRESHOLD)
    values = Values(typed)
    name = values.text("show_baseline")
    asked = named(name) if name else None
    request = replace(
        request_of(values),
        no_baselines=False,
        learn_until=values.text("learn_until"),
        assets=values.texts("assets"),
    )
    ways = values.texts("confirm")
    if ways:
        return _confirm(request, ways)
    with _learnt(request, quiet=values.is_on("quiet")) as result:
        if asked is not None:
            _show(asked, result, as_json=values.is_on("json"))
        elif values.is_on("json"):
            sys.stdout.buffer.write(dumps(habits.as_json(result), pretty=True) + b"\n")
        else:
            terminal.draw(habits.parts(result))
        return Exit.OK if any(one.entities for one in result.accounts) else Exit.NOTHING_READABLE


@contextmanager
def _learnt(request: Request, *, quiet: bool) -> Iterator[Baselines]:
    """Give what a case remembers, where the one path is one, else what logs show."""
    if len(request.paths) == 1 and Case.is_case(Path(request.paths[0])):
        work = WorkFolder(request.temp_dir)
        try:
            yield recalled(request, Case.open(request.paths[0]), work)
        finally:
            work.close()
        return
    with progress(quiet=quiet) as shown:
        found = start(request, shown)
    with found:
        yield found.result.baselines


def _confirm(request: Request, ways: tuple[str, ...]) -> Exit:
    if len(request.paths) != 1 or not Case.is_case(Path(request.paths[0])):
        raise UsageError("what is confirmed is kept in a case: name one")
    work = WorkFolder(request.temp_dir)
    try:
        count = confirmed(request, Case.open(request.paths[0]), work, ways)
    finally:
        work.close()
    print(f"{count:,} ways to domain controllers are confirmed now")
    return Exit.OK


def _show(baseline: Baseline, result: Baselines, *, as_json: bool) -> None:
    found = known(baseline, result.habits.batches() if result.habits else ())
    if as_json:
        for one in found:
            sys.stdout.buffer.write(dumps(_as_json(one)) + b"\n")
        return
    module = next(module for module in MODULES if module.BASELINE is baseline)
    print((module.__doc__ or "").strip(), end="\n\n")
    for one in found[:_SHOWN]:
        whom = ", ".join(one.whom[:3]) + (", ..." if len(one.whom) > 3 else "")
        key = " | ".join(value for _, value in one.parts)
        print(
            terminal_safe(
                f"{one.days:>7,} days  {len(one.whom):>5,} {baseline.whose}s  {key}  ({whom})"
            )
        )
    if len(found) > _SHOWN:
        print(f"and {len(found) - _SHOWN:,} more; --json prints all")


def _as_json(one: Known) -> dict[str, object]:
    return {
        "key": dict(one.parts),
        "whom": one.whom,
        "days": one.days,
        "first_day": iso_time(one.first_day),
        "last_day": iso_time(one.last_day),
    }
