"""``gamekeeper rules tune``: filters for false alarms, from logs or matches that somebody has judged."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import folder_for
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.context.accounts import Accounts
from gamekeeper.engine.registry import engine
from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import read_events
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.answer import number
from gamekeeper.reports.atomic import atomic_file
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.tuning.labels import Labels, judged
from gamekeeper.tuning.observed import Side, Sides, sort_out
from gamekeeper.tuning.proposing import Terms
from gamekeeper.tuning.proving import count
from gamekeeper.tuning.tuner import Tuned, tune_by_labels, tune_by_logs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan
    from gamekeeper.settings import Value
    from gamekeeper.tuning.filter_file import Proof
    from gamekeeper.tuning.labels import Judged
    from gamekeeper.tuning.observed import SideOf
    from gamekeeper.tuning.proving import Counts, Narrowed

    Source = tuple[str, tuple[str, ...], SideOf]  # what it is, where, what is said of matches


def run(typed: dict[str, Value]) -> Exit:
    """Propose filters, write them, and say of each rule what came of it."""
    values = Values(typed)
    by_logs = _is_by_logs(values)
    terms = Terms(max(values.count("min_matches"), 1), Accounts.read(values.texts("accounts")))
    out = folder_for(values.word("filters_out")) if values.text("filters_out") else None
    with progress(quiet=values.is_on("quiet")) as shown:
        plan = load_plan(Request(("-",), rules=values.texts("rules")), shown)
        tune = _by_logs if by_logs else _by_labels
        found = list(tune(values, plan, terms, shown))
    _remarks(terms.accounts)
    written = {one.rule.id: _write(one, out) for one in found if one.text and out}
    if values.is_on("json"):
        rows = [{**_row(one), "path": written.get(one.rule.id, "")} for one in found]
        sys.stdout.buffer.write(dumps(rows, pretty=True) + b"\n")
        return Exit.OK
    if not out:
        print("---\n".join(one.text for one in found if one.text), end="")
    # Without a folder the filters are the output, and what is said of them goes beside it.
    for line in lines_of(found, written):
        print(terminal_safe(line, 500), file=sys.stdout if out else sys.stderr)
    return Exit.OK


def _is_by_logs(values: Values) -> bool:
    """Say which of the two ways was asked for; both, none or half of one are bad use."""
    logs = [bool(values.texts(name)) for name in ("benign", "malicious")]
    labels = [bool(values.text(name)) for name in ("matches", "labels")]
    if any(logs) == any(labels):
        raise UsageError("give either --benign and --malicious logs, or --matches with --labels")
    if not all(logs if any(logs) else labels):
        missing = "--benign and --malicious" if any(logs) else "--matches and --labels"
        raise UsageError(f"{missing} are both needed: a filter has to be tried on either kind")
    if any(logs) and values.texts("logs"):
        raise UsageError("--logs goes with --matches and --labels")
    return any(logs)


class _Logs:
    """Logs that are read twice: to see what is there, and to count what filters leave."""

    def __init__(self, plan: Plan, shown: Progress, *, sources: Sequence[Source]) -> None:
        self._plan = plan
        self._shown = shown
        self._sources = sources

    def tuned(self, terms: Terms) -> Iterator[Tuned]:
        """Return what comes of every rule."""
        rules = self._plan.rules
        seen = Sides.of(rules)
        matcher = engine("columnar", self._plan)
        for name, paths, side_of in self._sources:
            sort_out(seen, side_of, matcher, self._events(name, paths))
        return tune_by_logs(rules, seen, self._count, terms)

    def _count(self, narrowed: Narrowed) -> Counts:
        found: Counts = Counter()
        for name, paths, side_of in self._sources:
            found += count(narrowed, side_of, self._events(f"{name} again", paths))
        return found

    def _events(self, name: str, paths: tuple[str, ...]) -> Iterator[EventBatch]:
        self._shown.stage(f"reading {name}", 0, "events")
        for batch in read_events(paths):
            yield batch
            self._shown.advance(len(batch))


def _by_logs(values: Values, plan: Plan, terms: Terms, shown: Progress) -> Iterator[Tuned]:
    sources: list[Source] = [
        ("clean logs", values.texts("benign"), lambda *_: Side.BENIGN),
        ("logs of attacks", values.texts("malicious"), lambda *_: Side.MALICIOUS),
    ]
    return _Logs(plan, shown, sources=sources).tuned(terms)


def _by_labels(values: Values, plan: Plan, terms: Terms, shown: Progress) -> Iterator[Tuned]:
    shown.stage("reading matches", 0, "matches")
    labels = Labels.read(Path(values.word("labels")))
    found = judged(Path(values.word("matches")), labels, plan.rules)
    for remark in _remarks_on(labels, found, values.word("labels")):
        _say(remark)
    if not values.texts("logs"):
        return tune_by_labels(plan.rules, found.sides, terms)
    sources: list[Source] = [("logs", values.texts("logs"), found.side_of)]
    return _Logs(plan, shown, sources=sources).tuned(terms)


def _remarks_on(labels: Labels, found: Judged, path: str) -> Iterator[str]:
    yield from (f"{path}: {remark}" for remark in labels.remarks)
    yield from (f"{path}, line {line}: no match is meant" for line in labels.unused())
    for count_of, what in (
        (sum(found.sides.unjudged.matches.values()), "matches without a label"),
        (found.unknown, "judged matches of rules that are not among the given ones"),
        (found.damaged, "lines that are no match"),
    ):
        if count_of:
            yield f"{what}: {count_of:,}"


def _remarks(accounts: Accounts) -> None:
    for file in accounts.files:
        for remark in file.remarks:
            _say(f"{file.path}: {remark}")


def _say(text: str) -> None:
    print(terminal_safe(text), file=sys.stderr)


def _write(one: Tuned, out: Path) -> str:
    stem = "".join(sign if sign.isalnum() or sign == "-" else "_" for sign in one.rule.id)[:80]
    path = out / f"filter_{stem}.yml"
    with atomic_file(path) as stream:
        stream.write(one.text.encode())
    return str(path)


def lines_of(found: list[Tuned], written: dict[str, str]) -> Iterator[str]:
    """Yield a line for each rule: what its filter takes, or why it has none."""
    proposed = [one for one in found if one.text]
    taken = sum(one.proof.benign_before - one.proof.benign_after for one in proposed)
    total = sum(one.proof.benign_before for one in found)
    yield (
        f"{number(len(proposed), 'filter')} for {number(len(found), 'rule')} with false alarms: "
        f"{taken:,} of {number(total, 'harmless match', 'harmless matches')} taken, no harmful one"
    )
    for one in found:
        proof = one.proof
        yield f"{one.rule.title}  ({one.rule.id})"
        if one.reason:
            harmless = number(proof.benign_before, "harmless match", "harmless matches")
            yield f"    no filter for {harmless}: {one.reason}"
            continue
        yield (
            f"    harmless {proof.benign_before:,} -> {proof.benign_after:,}, "
            f"harmful {proof.malicious_before:,} -> {proof.malicious_after:,}"
            f"{_unjudged(proof)}"
            f"{'  ' + written[one.rule.id] if written else ''}"
        )


def _unjudged(proof: Proof) -> str:
    if not proof.unjudged_before:
        return ""
    return f", not judged {proof.unjudged_before:,} -> {proof.unjudged_after:,}"


def _row(one: Tuned) -> dict[str, object]:
    return {
        "rule": one.rule.id,
        "title": one.rule.title,
        "level": one.rule.level,
        "reason": one.reason,
        "proof": asdict(one.proof),
        "filter": one.text,
    }
