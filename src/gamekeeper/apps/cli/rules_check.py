"""``gamekeeper rules check``: what is wrong with rules, in the manner of a compiler."""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gamekeeper.apps.cli.asked import changes_of
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress, stepwise
from gamekeeper.apps.cli.values import Values
from gamekeeper.authoring.lint import check_rules
from gamekeeper.authoring.remarks import Severity
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.rules.changes import Changes

if TYPE_CHECKING:
    from gamekeeper.authoring.lint import Checked
    from gamekeeper.authoring.remarks import Remark
    from gamekeeper.settings import Value

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def run(typed: dict[str, Value]) -> Exit:
    """Check, and say how it went: a note alone is no failure."""
    values = Values(typed)
    changes = Changes.of(changes_of(values))
    with progress(quiet=values.is_on("quiet")) as shown:
        tell = stepwise(shown, "checking rules")
        checked = check_rules(values.texts("rule_paths"), tell, changes)
    if values.is_on("json"):
        for remark in checked.remarks:
            sys.stdout.buffer.write(dumps(asdict(remark)) + b"\n")
    elif sys.stdout.isatty():
        _table(checked)
    else:
        for remark in checked.remarks:
            print(_line(remark))
    if not values.is_on("quiet") and sys.stderr.isatty():
        print(_sum(checked), file=sys.stderr)
    is_clean = not checked.count(Severity.ERROR) + checked.count(Severity.WARNING)
    return Exit.OK if is_clean else Exit.FINDINGS


def _line(remark: Remark) -> str:
    place = f":{remark.line}:{remark.column}" if remark.line else ""
    said = f"{remark.severity}: {remark.message} [{remark.check}]"
    return terminal_safe(f"{remark.path}{place}: {said}")


def _table(checked: Checked) -> None:
    console = Console(file=sys.stdout, highlight=False)
    for path, remarks in groupby(checked.remarks, key=lambda remark: remark.path):
        console.print(Text(terminal_safe(path), style="bold"))
        table = Table(box=None, show_header=False, pad_edge=True)
        for remark in remarks:
            colour = _COLOURS[remark.severity]
            place = f"{remark.line}:{remark.column}" if remark.line else ""
            table.add_row(
                Text(place),
                Text(remark.severity, style=colour),
                Text(terminal_safe(remark.message)),
                Text(remark.check, style="dim"),
            )
        console.print(table)


def _sum(checked: Checked) -> str:
    counts = ", ".join(f"{checked.count(severity):,} {severity}s" for severity in Severity)
    return f"{checked.rules:,} rules in {checked.files:,} files: {counts}"
