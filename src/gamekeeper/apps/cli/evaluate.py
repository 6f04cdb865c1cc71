"""``gamekeeper evaluate``: hold the incidents of a hunt against what is known to have happened."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.evaluation.figures import figures, load_of
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.telling import lines, load_lines
from gamekeeper.evaluation.truth import key_of, key_steps, read_truth
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports import matches_jsonl
from gamekeeper.reports.inert import terminal_safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.evaluation.joining import Key
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Print the figures."""
    values = Values(typed)
    outcome = read_outcome(Path(values.word("evaluated")))
    days, truth = values.count("learning_days"), values.text("truth")
    if truth is None:
        load = load_of(outcome, days)
        document = {"load": load, "seconds": outcome.seconds}
        return _shown(values, load_lines(load), document)
    found = figures(outcome, read_truth(Path(truth)), _key(values), learning_days=days)
    return _shown(values, lines(found), found.as_json())


def _shown(values: Values, told: Iterable[str], document: dict[str, object]) -> Exit:
    if values.is_on("json"):
        sys.stdout.buffer.write(dumps(document, pretty=True) + b"\n")
        return Exit.OK
    for line in told:
        print(terminal_safe(line))
    return Exit.OK


def _key(values: Values) -> Key | None:
    """Return which events a key by hand names, by a hunt for its rules in the same logs."""
    path, logs = values.text("key"), values.texts("key_logs")
    if path is None:
        return None
    if not logs:
        raise UsageError("--key needs --logs: the logs that were hunted in, in the same order")
    try:
        steps = key_steps(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if not steps:
        raise UsageError(f"{path} is no key: none of its rules has both an id and a step")
    request = Request(paths=logs, rules=(path,), no_chains=True, workers=values.count("workers"))
    with progress(quiet=values.is_on("quiet")) as shown, start(request, shown) as hunt:
        lines_of_matches = BytesIO()
        matches_jsonl.write(hunt.result, lines_of_matches)
    return key_of(lines_of_matches.getvalue().splitlines(), steps)
