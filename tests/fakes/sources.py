"""A log format that misbehaves on demand, for tests of what a run does about it.

A file begins with ``words``; every later line is a record. ``bad`` is a reject, ``lost`` is there and never
told of; ``segfault`` and ``raise`` do what they say, everything else is an event of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fakes.stages import act
from gamekeeper.hunt.ingesting import IngestStage, Taken
from gamekeeper.hunt.losses import CountStage
from gamekeeper.hunt.reading import HuntStage, UnitResult
from gamekeeper.hunt.units import Unit
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources import registry
from gamekeeper.sources.base import Origin, Range, Reading, ReadOptions

HEAD = b"words\n"
FORMAT = ("words", "fakes.sources:WordSource")
DEADLY = {"segfault", "raise"}


class WordSource:
    """Reads such files; ranges are whole files, and can be divided into lines."""

    name = "words"

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002
        return 1.0 if head.startswith(HEAD) else -1.0

    def ranges(self, origin: Origin) -> list[Range]:
        return [Range(origin, len(HEAD), origin.size_bytes)]

    def divide(self, part: Range) -> list[Range]:
        return [Range(part.origin, start, stop) for start, stop, _ in lines(part)]

    def count(self, part: Range) -> int:
        return sum(1 for _ in lines(part))

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:  # noqa: ARG002
        builder = BatchBuilder()
        for part in ranges:
            yield from self._read(part, builder)
        yield from builder.flush()

    def _read(self, part: Range, builder: BatchBuilder) -> Iterator[EventBatch | Reject | Tally]:
        present = events = rejects = 0
        for start, _, word in lines(part):
            present += 1
            if word in DEADLY:
                act(word)
            elif word == "bad":
                rejects += 1
                yield Reject(part.origin.number, start, "bad_word", raw=word.encode())
            elif word != "lost":
                events += 1
                yield from builder.add(event(part.origin.number, start, word))
        yield Tally(
            part.origin.number, present, events, rejects, shape="words", fidelity="lossless"
        )


def lines(part: Range) -> Iterator[tuple[int, int, str]]:
    data = part.origin.local.read_bytes()[part.start : part.stop]
    at = part.start
    for line in data.splitlines(keepends=True):
        yield at, at + len(line), line.decode().strip()
        at += len(line)


def event(source: int, offset: int, word: str) -> Event:
    """An event whose command line is the word, a second after the one before."""
    return Event(
        source,
        offset,
        record_id=offset,
        filetime=132_000_000_000_000_000 + offset * 10_000_000,
        event_id=1,
        event_record_id=offset,
        system={
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Provider_Name": "Microsoft-Windows-Sysmon",
            "Computer": f"pc{source}.example.org",
        },
        data=[("Image", "C:\\Windows\\System32\\cmd.exe"), ("CommandLine", f"cmd /c {word}")],
    )


def write_words(path: Path, *words: str) -> Path:
    path.write_bytes(HEAD + "".join(f"{word}\n" for word in words).encode())
    return path


@dataclass(frozen=True, slots=True)
class WordStage(HuntStage):
    """The stage of a hunt in a process that knows the format."""

    def prepare(self) -> Callable[[Unit], UnitResult]:
        learn_words()
        return HuntStage.prepare(self)


@dataclass(frozen=True, slots=True)
class WordCountStage(CountStage):
    """The stage that counts what was lost, in a process that knows the format."""

    def prepare(self) -> Callable[[Unit], int | None]:
        learn_words()
        return CountStage.prepare(self)


@dataclass(frozen=True, slots=True)
class WordIngestStage(IngestStage):
    """The stage of an ingest in a process that knows the format."""

    def prepare(self) -> Callable[[Unit], Taken]:
        learn_words()
        return IngestStage.prepare(self)


def learn_words() -> None:
    """Add the format to the registry of this process."""
    if FORMAT not in registry.SOURCES:
        registry.SOURCES = (FORMAT, *registry.SOURCES)  # type: ignore[misc,assignment]
        registry.source.cache_clear()
