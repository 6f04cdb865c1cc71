"""A case of many organisations out of simulated worlds: copies with other hosts, accounts, networks and logs.

``python -m bench.copied_case CASE --worlds DIR... --events N`` takes logs of worlds into cases of their own,
and copies these in turns into the folder CASE until it holds N events; a CASE that is there goes on. In each
copy hosts, accounts, domains and networks (which the ``world.json`` of a world names) have other names,
processes and sessions other identifiers, and every log is a log of its own with the account that it had;
clocks differ by minutes. What is a habit in one organisation is so in its copy, and nothing joins two.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import EventBatch
from gamekeeper.model.tallies import FileTally
from gamekeeper.store.accounts import tally_of
from gamekeeper.store.case import Case
from gamekeeper.store.clock import now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import StoredSource
from gamekeeper.store.schemas import HOST
from gamekeeper.store.selection import Selection
from gamekeeper.store.writing import EventWriter

#: By how much clocks of two copies differ, in seconds.
_APART_S = 613
_SECOND = 10_000_000
#: Texts that name no host, account or network.
_FIXED = frozenset({"Provider_Name", "Provider_Guid", "Channel", "Keywords", "Hashes"})


@dataclass(frozen=True, slots=True)
class Names:
    """What tells an organisation from another in texts: pattern and what stands for it in copy ``{n}``."""

    changes: tuple[tuple[str, str], ...]
    any_of_them: str  # one pattern for all: few texts name anybody

    @classmethod
    def of(cls, world: Path) -> Names:
        """Read the names of a simulated world."""
        said = json.loads(world.read_text())
        hosts = {host["name"].partition("-")[0] for host in said["hosts"]}
        networks = {".".join(host["address"].split(".")[:2]) for host in said["hosts"]}
        label = said["domain"].partition(".")[0]
        sids = {one["sid"].rpartition("-")[0] for one in said["accounts"] if one["sid"]}
        people = sorted({re.escape(one["name"]) for one in said["accounts"]}, key=len, reverse=True)
        changes = [(rf"(?i)\b({re.escape(name)})-", r"\1{n}-") for name in sorted(hosts)]
        changes.append((rf"(?i)\b({re.escape(label[:6])})", r"\1{n}"))
        changes.append((rf"(?i)\b({'|'.join(people)})\b", r"\1{n}"))
        changes += [(re.escape(sid), f"{sid}{{n}}") for sid in sorted(sids)]
        changes += [(rf"\b{re.escape(net)}\.", f"{net[:3]}1{{n}}.") for net in sorted(networks)]
        either = "|".join(old.removeprefix("(?i)") for old, _ in changes)
        return cls(tuple(changes), f"(?i){either}")

    def put(self, texts: pa.Array, number: int) -> pa.Array:
        """Return texts as copy ``number`` has them."""
        named = pc.fill_null(pc.match_substring_regex(texts, self.any_of_them), False)
        changed = texts.filter(named)
        for old, new in self.changes:
            changed = pc.replace_substring_regex(changed, old, new.format(n=f"{number:02}"))
        return pc.replace_with_mask(texts, named, changed)


def copied(batch: EventBatch, number: int, first: int, names: Names) -> EventBatch:
    """Return a batch as copy ``number`` has it; its logs are numbered from ``first``."""
    columns, fields = [], []
    for field, column in zip(batch.table.schema, batch.table.columns, strict=True):
        if field.name == HOST.name:  # the writer adds it
            continue
        fields.append(field)
        columns.append(_column(field, column, number, first, names))
    table = pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
    return EventBatch(batch.dataset, table)


def _column(field: pa.Field, column: pa.Array, number: int, first: int, names: Names) -> pa.Array:
    if field.name == "event.source":
        return pc.add(column, pa.scalar(first, column.type))
    if field.name == "event.filetime":
        return pc.add(column, number * _APART_S * _SECOND)
    if field.name == "@timestamp":
        moved = pc.add(column.cast(pa.int64()), number * _APART_S * 1_000_000)
        return moved.cast(field.type)
    if pa.types.is_dictionary(field.type) and field.name not in _FIXED:
        return _renamed(field, column, number, names)
    return column


def _renamed(
    field: pa.Field, column: pa.DictionaryArray, number: int, names: Names
) -> pa.DictionaryArray:
    texts = column.dictionary
    if field.name.lower().endswith("guid"):
        texts = pc.replace_substring_regex(texts, r"^\{....", f"{{{number:04x}")
    texts = names.put(texts, number)
    if len(pc.unique(texts)) < len(texts):
        decoded = pa.DictionaryArray.from_arrays(column.indices, texts).dictionary_decode()
        return decoded.dictionary_encode().cast(field.type)
    return pa.DictionaryArray.from_arrays(column.indices, texts)


@dataclass(frozen=True, slots=True)
class Seed:
    """A world as a case of its own."""

    case: Case
    names: Names
    tallies: tuple[FileTally, ...]

    @classmethod
    def of(cls, world: Path, root: Path) -> Seed:
        """Take the logs of a world in."""
        words = ["ingest", str(world / "logs"), "--case", str(root), "-q"]
        subprocess.run([sys.executable, "-m", "gamekeeper", *words], check=True)
        case = Case.open(root)
        return cls(case, Names.of(world / "world.json"), _tallies(case))


def _tallies(case: Case) -> tuple[FileTally, ...]:
    found: dict[int, FileTally] = {}
    manifest = case.manifest()
    try:
        for source, _, text in manifest.tallies():
            found.setdefault(source, FileTally(source)).merge(tally_of(text))
    finally:
        manifest.close()
    return tuple(found.values())


def write_copy(writer: Writer, seed: Seed, number: int, first: int) -> tuple[int, int]:
    """Write a copy of all events; return how many they are, and the next free number of a log."""
    events = EventWriter(writer.staging, str(number))
    rows = 0
    with seed.case.snapshot() as snapshot:
        accounts = snapshot.sources()
        for batch in snapshot.batches(Selection()):
            rows += len(batch)
            events.add(copied(batch, number, first, seed.names))
    sources = [
        StoredSource(
            number=first + one.number,
            sha256=f"{number:08x}{one.sha256[8:]}",
            size_bytes=one.size_bytes,
            path=f"{number}/{one.path}",
            format=one.format,
            organisation="bench",
            added_at=now(),
            ranges=1,
        )
        for one in accounts
    ]
    writer.register(sources)
    told = [(0, replace(one, source=first + one.source)) for one in seed.tallies]
    marks = [Bookmark(one.number, 0, 1) for one in sources]
    closed = [one.number for one in sources]
    writer.commit(Batch("ingest", list(events.finish()), marks, told, closed=closed))
    return rows, first + max(one.number for one in accounts) + 1


def copy_worlds(worlds: list[Path], root: Path, events: int) -> int:
    """Make a case of so many events; return how many it holds."""
    case = Case.open_or_create(root, "bench")
    with case.snapshot() as snapshot:
        count = snapshot.rows
        first = max((one.number for one in snapshot.sources()), default=-1) + 1
        number = max((file.batch for file in snapshot.files), default=0)
    with tempfile.TemporaryDirectory() as name:
        seeds = [Seed.of(world, Path(name) / str(at)) for at, world in enumerate(worlds)]
        with Writer(case) as writer:
            while count < events:
                rows, first = write_copy(writer, seeds[number % len(seeds)], number, first)
                count += rows
                number += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("case", type=Path)
    parser.add_argument("--worlds", type=Path, nargs="+", required=True)
    parser.add_argument("--events", type=int, default=20_000_000)
    asked = parser.parse_args()
    print(f"{copy_worlds(asked.worlds, asked.case, asked.events):,} events")


if __name__ == "__main__":
    main()
