"""What all questions on a case have in common: the case, the selection, and how the answer is shown."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

import pyarrow as pa

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.values import Values
from gamekeeper.context.beside import ENDINGS as CONTEXT_ENDINGS
from gamekeeper.context.beside import with_context
from gamekeeper.context.given import Context
from gamekeeper.errors import UsageError
from gamekeeper.hunt.request import filetime
from gamekeeper.model.folding import fold
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.reports.rows import write_csv, write_json, write_parquet, write_table
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

if TYPE_CHECKING:
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.snapshot import Snapshot


Word = TypeVar("Word", bound=StrEnum)


class Writer(Protocol):
    """Writes an answer for people; ``reports.rows.write_table`` is one."""

    def __call__(
        self, answer: Answer, stream: TextIO, limit: int, width: int | None
    ) -> tuple[int, bool]:
        """Write at most ``limit`` rows (0: all); return how many, and whether there are more."""


class Question(Protocol):
    """A question of the library, with the options that are its own read from ``values``."""

    def __call__(self, snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
        """Return the answer."""


def ask(typed: dict[str, Value], question: Question, write: Writer = write_table) -> Exit:
    """Put a question to the case that was named, and show the answer as was asked for.

    ``write`` shows it to people where no other form was asked for.
    """
    values = Values(typed)
    check_form(values)
    given = Context(values.texts("assets"), values.texts("accounts"), values.texts("geoip"))
    with given, Case.open(values.word("case")).snapshot() as snapshot:
        answer = question(snapshot, selection_of(values), values)
        show(with_context(answer, given), values, write)
    return Exit.OK


def is_table(values: Values) -> bool:
    """Say whether the answer is shown as a table, of which ``--limit`` rows are looked at."""
    return not (values.is_on("answer_json") or values.is_on("answer_csv") or values.text("parquet"))


def table_of(*columns: str) -> Writer:
    """Return a writer of tables with some columns only: those that people look at first."""

    def write(answer: Answer, stream: TextIO, limit: int, width: int | None) -> tuple[int, bool]:
        kept = [name for name in columns if name in answer.schema.names]
        kept += [name for name in answer.schema.names if name.endswith(CONTEXT_ENDINGS)]
        narrow = replace(
            answer,
            schema=pa.schema([answer.schema.field(name) for name in kept]),
            batches=(batch.select(kept) for batch in answer.batches),
        )
        return write_table(narrow, stream, limit, width)

    return write


def check_form(values: Values) -> None:
    """Complain where more than one form of the answer was asked for."""
    asked = [values.is_on("answer_json"), values.is_on("answer_csv"), bool(values.text("parquet"))]
    if sum(asked) > 1:
        raise UsageError("give one of --json, --csv and --parquet")


def one_of(kinds: type[Word], option: str, text: str | None) -> Word | None:
    """Return the word that was typed; raise UsageError where it is none of those that are known."""
    if text is None:
        return None
    known = [kind.value for kind in kinds]
    if fold(text) not in known:
        raise UsageError(f"{option} is one of {', '.join(known)}, not {text!r}")
    return kinds(fold(text))


def selection_of(values: Values) -> Selection:
    """Return the selection that was typed."""
    start, stop = values.text("ask_from"), values.text("ask_to")
    selection = Selection(
        hosts=values.texts("ask_host"),
        channels=values.texts("ask_channel"),
        start=None if start is None else filetime(start),
        stop=None if stop is None else filetime(stop),
    )
    if start and stop and filetime(start) >= filetime(stop):
        raise UsageError(f"--from {start} is not before --to {stop}")
    return selection


def show(answer: Answer, values: Values, write: Writer = write_table) -> None:
    """Write an answer in the form that was asked for; notes go to standard error."""
    if values.is_on("answer_json"):
        write_json(answer, sys.stdout.buffer)
    elif values.is_on("answer_csv"):
        write_csv(answer, sys.stdout.buffer)
    elif path := values.text("parquet"):
        count = write_parquet(answer, Path(path))
        say(f"{count:,} rows written to {path}", values)
    else:
        _show_table(answer, values, write)
    sys.stdout.flush()
    for note in answer.notes:
        say(note, values)


def _show_table(answer: Answer, values: Values, write: Writer) -> None:
    limit = values.count("limit")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    count, is_more = write(answer, sys.stdout, limit, width)
    sys.stdout.flush()
    if is_more:
        say(
            f"these are the first {count:,}; --limit 0 shows all, --json and --csv give all", values
        )
    elif not count:
        say("nothing in this case answers that", values)


def say(text: str, values: Values) -> None:
    """Tell people something beside the answer."""
    if not values.is_on("quiet"):
        print(terminal_safe(text), file=sys.stderr)
