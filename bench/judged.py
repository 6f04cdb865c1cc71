"""Every chain hit and every break on real logs, held against the list of those judged by hand.

``python -m bench.judged --data DATA`` hunts in each folder of real Windows logs below DATA and says what is
found and not listed, or listed and no longer found; ``--write`` writes the lists anew. What was judged before
keeps its judgement, what is new has none until somebody writes it down. ``python -m bench.judged`` writes the
tables of the pages from the lists, with ``--check`` it says which are old. One row of
``bench/judged/breaks.csv`` stands for the equal breaks of one log in one file.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import chains_jsonl, integrity_jsonl

LISTS = Path(__file__).parent / "judged"
PAGES = Path(__file__).parents[1] / "docs" / "reference"
#: Those of which the table of visibility was held against counts from the raw files.
COUNTED = ("windows-background", "campaigns/theshire-2020-09-20_22")
#: Folders of real Windows logs; each is hunted in as a whole, as somebody would who points at it.
FOLDERS = (
    "windows-background",
    "evtx",
    "evtx-broken",
    "sigma-regression",
    "otrf",
    "campaigns/theshire-2020-09-20_22",
    "campaigns/LSASS_campaign_02",
    "campaigns/Log4Shell",
)


@dataclass(frozen=True, order=True)
class BreakRow:
    """Equal breaks of one log in one file."""

    logs: str
    check: str
    verdict: str
    cause: str
    source: str
    host: str
    channel: str
    breaks: int
    judged: str = field(compare=False, default="")


@dataclass(frozen=True, order=True)
class HitRow:
    """One hit of a chain."""

    logs: str
    chain: str
    hosts: str
    first_seen: str
    judged: str = field(compare=False, default="")


@dataclass(frozen=True, order=True)
class SetRow:
    """What was looked at. ``steps``: matches of steps of chains before anything is joined."""

    logs: str
    files: int
    events: int
    steps: int
    hits: int
    breaks: int


@dataclass(frozen=True, order=True)
class SightRow:
    """One check of what logs could have shown, on a set that was checked by hand."""

    logs: str
    check: str
    verdict: str
    not_on: str  # hosts that fail it
    text: str


Row = TypeVar("Row", BreakRow, HitRow, SetRow, SightRow)


@dataclass(frozen=True)
class Found:
    """What the hunts gave, in order."""

    breaks: tuple[BreakRow, ...]
    hits: tuple[HitRow, ...]
    sets: tuple[SetRow, ...]
    sights: tuple[SightRow, ...]


def hunted(data: Path) -> Found:
    """Hunt in every folder."""
    breaks, hits, sets = list[BreakRow](), list[HitRow](), list[SetRow]()
    sights = list[SightRow]()
    for logs in FOLDERS:
        request = Request((str(data / logs),), rules=("builtin",), no_baselines=True, workers=1)
        with start(request) as hunt:
            result = hunt.result
            broken = list(_lines(integrity_jsonl.write, result))
            hit = list(_lines(chains_jsonl.write, result))
        if logs in COUNTED:
            sights += _sights(logs, result)
        counted = Counter(_broken(logs, row) for row in broken)
        breaks += [replace(row, breaks=count) for row, count in counted.items()]
        hits += [
            HitRow(logs, row["chain"], " ".join(row["hosts"]), row["first_seen"]) for row in hit
        ]
        steps = sum(step.matches for chain in result.chains.accounts for step in chain.steps)
        files = sum(source.events > 0 for source in result.sources)
        sets.append(SetRow(logs, files, result.events, steps, len(hit), len(broken)))
    return Found(tuple(sorted(breaks)), tuple(sorted(hits)), tuple(sets), tuple(sights))


def _sights(logs: str, result: HuntResult) -> Iterator[SightRow]:
    """Yield the verdicts of checks that logs answer, then the cheapest change."""
    assert result.visibility is not None  # every hunt looks
    for one in result.visibility.checks:
        if one.outcome != "cannot tell":
            yield SightRow(logs, one.id, one.outcome, " ".join(one.hosts), one.text)
    best = result.visibility.cheapest_fix
    if best is not None:
        yield SightRow(logs, "cheapest", best.change.id, "", " ".join(sorted(best.chains)))


def _lines(
    write: Callable[[HuntResult, io.BytesIO], None], result: HuntResult
) -> Iterator[dict[str, Any]]:
    written = io.BytesIO()
    write(result, written)
    return map(json.loads, written.getvalue().splitlines())


def _broken(logs: str, row: dict[str, Any]) -> BreakRow:
    """Return one break as a row that equal ones share."""
    # Below the folder, without the name that a packed file has inside.
    source = (row["source.path"] or "").partition(f"{logs}/")[2].partition("!")[0]
    said = (row["check"], row["verdict"], row["cause"])
    return BreakRow(logs, *said, source, row["host.name"] or "", row["channel"] or "", 1)


def read(row: type[Row], name: str) -> tuple[Row, ...]:
    """Return a list as it is written down."""
    kinds = {one.name: int if one.type == "int" else str for one in fields(row)}
    with (LISTS / name).open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    cells = ({key: kinds[key](value) for key, value in line.items()} for line in lines)
    return tuple(row(**line) for line in cells)  # type: ignore[arg-type]  # by the kinds of its fields


def write(rows: Sequence[Row], name: str) -> None:
    """Write a list down."""
    with (LISTS / name).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(asdict(rows[0]))
        table.writerows(map(astuple, rows))


def differences(found: Iterable[Row], listed: Iterable[Row]) -> list[str]:
    """Say what is found and not listed, listed and not found, or listed without a judgement."""
    new: set[Row] = set(found)
    known: set[Row] = set(listed)
    return [
        *(f"not listed: {row}" for row in sorted(new - known)),
        *(f"no longer found: {row}" for row in sorted(known - new)),
        *(f"not judged: {row}" for row in sorted(known) if getattr(row, "judged", "-") == ""),
    ]


def judged(found: Iterable[Row], listed: Iterable[Row]) -> list[Row]:
    """Return rows with the judgement that the same row had."""
    known = {row: row for row in listed}
    return [known.get(row, row) for row in found]


def tables() -> dict[str, dict[str, str]]:
    """Return the tables of each page by their names."""
    sets, breaks = read(SetRow, "sets.csv"), read(BreakRow, "breaks.csv")
    hits = read(HitRow, "chain_hits.csv")
    groups: Counter[tuple[str, ...]] = Counter()
    for row in breaks:
        groups[row.logs, row.check, row.verdict, row.cause, row.judged] += row.breaks
    return {
        "integrity-breaks.md": {
            "sets": _table(
                ("logs", "files", "events", "breaks"),
                [(row.logs, row.files, row.events, row.breaks) for row in sets],
            ),
            "breaks": _table(
                ("logs", "check", "verdict, cause", "breaks", "judged"),
                [
                    (logs, f"`{check}`", f"{verdict}, {cause}", count, text)
                    for (logs, check, verdict, cause, text), count in groups.items()
                ],
            ),
        },
        "chain-hits.md": {
            "sets": _table(
                ("logs", "events", "matches of steps", "hits"),
                [(row.logs, row.events, row.steps, row.hits) for row in sets],
            ),
            "hits": _table(
                ("logs", "chain", "host, first event", "judged"),
                [
                    (row.logs, row.chain, f"{row.hosts}, {row.first_seen}", row.judged)
                    for row in hits
                ],
            ),
        },
    }


def _table(head: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    lines = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines])


def filled(text: str, parts: dict[str, str]) -> str:
    """Return a page with its tables, each between two marks."""
    for name, table in parts.items():
        begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + table + end + rest.split(end)[1]
    return text


def stale_pages() -> dict[Path, str]:
    """Return what pages should say that say something else."""
    wanted = {PAGES / name: parts for name, parts in tables().items()}
    texts = {path: path.read_text("utf-8") for path in wanted}
    new = {path: filled(texts[path], parts) for path, parts in wanted.items()}
    return {path: text for path, text in new.items() if text != texts[path]}


def main() -> int:
    """Compare, write lists, or write pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.judged")
    parser.add_argument("--data", type=Path, help="folder of real logs")
    parser.add_argument("--write", action="store_true", help="write the lists anew")
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    asked = parser.parse_args()
    wrong = _compared(hunted(asked.data), is_written=asked.write) if asked.data else []
    for path, text in stale_pages().items():
        if asked.check:
            wrong.append(f"{path.name} is out of date: run python -m bench.judged")
        else:
            path.write_text(text, encoding="utf-8")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def _compared(found: Found, *, is_written: bool) -> list[str]:
    listed = read(BreakRow, "breaks.csv"), read(HitRow, "chain_hits.csv")
    if is_written:
        write(judged(found.breaks, listed[0]), "breaks.csv")
        write(judged(found.hits, listed[1]), "chain_hits.csv")
        write(found.sets, "sets.csv")
        write(found.sights, "visibility.csv")
    return [
        *differences(found.breaks, read(BreakRow, "breaks.csv")),
        *differences(found.hits, read(HitRow, "chain_hits.csv")),
        *differences(found.sets, read(SetRow, "sets.csv")),
        *differences(found.sights, read(SightRow, "visibility.csv")),
    ]


if __name__ == "__main__":
    sys.exit(main())
