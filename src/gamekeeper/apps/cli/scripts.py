"""``gamekeeper scripts``: what PowerShell ran."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask, check_form, say, selection_of, table_of
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.questions.scripts.commands import powershell_commands
from gamekeeper.questions.scripts.scripts import scripts
from gamekeeper.reports.script_files import write_scripts
from gamekeeper.store.case import Case

if TYPE_CHECKING:
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TABLE = table_of(
    "hosts",
    "blocks",
    "@timestamp",
    "host.name",
    "host.names",
    "log.level",
    "process.pid",
    "script.size",
    "script.missing",
    "script.sha256",
    "file.path",
    "powershell.file.script_block_text",
)
_COMMANDS = table_of(
    "@timestamp",
    "hosts",
    "events",
    "event.codes",
    "user.name",
    "powershell.command.name",
    "file.path",
    "powershell.command.line",
    "process.command_line",
)


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    if values.is_on("script_commands"):
        _check_alone(values)
        return ask(typed, _commands, _COMMANDS)
    return _files(values) if values.text("script_out") else ask(typed, _question, _TABLE)


def _check_alone(values: Values) -> None:
    given = [values.is_on("script_distinct"), values.is_on("script_suspicious")]
    if any(given) or values.text("script_match") or values.text("script_out"):
        raise UsageError(
            "--commands shows other events: leave out --distinct, --suspicious, --match and --out"
        )


def _commands(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:  # noqa: ARG001
    return powershell_commands(snapshot, selection)


def _files(values: Values) -> Exit:
    check_form(values)
    if values.is_on("answer_json") or values.is_on("answer_csv") or values.text("parquet"):
        raise UsageError("--out writes files: leave out --json, --csv and --parquet")
    folder = values.word("script_out")
    with Case.open(values.word("case")).snapshot() as snapshot:
        answer = _question(snapshot, selection_of(values), values)
        count = write_scripts(answer, Path(folder))
    for note in answer.notes:
        say(note, values)
    say(f"{count:,} scripts written to {folder}; none was run", values)
    return Exit.OK


def _question(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    return scripts(
        snapshot,
        selection,
        distinct=values.is_on("script_distinct"),
        suspicious=values.is_on("script_suspicious"),
        match=values.text("script_match"),
    )
