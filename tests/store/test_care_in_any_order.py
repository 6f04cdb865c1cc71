"""Logs taken in, forgotten, aged, merged and taken in again in any order: the books always add up."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from fakes.cases import NEW_YEAR, SECOND, logon
from fakes.copied_cases import stored, take
from gamekeeper.model.build import Event
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import compact
from gamekeeper.store.forget import empty, forget, forget_before
from gamekeeper.store.records import Kind
from gamekeeper.store.verify import verify

LOGS = 5
EVENTS = 24


def log(source: int, chance: random.Random) -> list[Event]:
    """A window of events that all logs share; some tell time in a coarser unit, some lack numbers."""
    start = chance.randrange(EVENTS)
    unit = chance.choice([1, 1, 10, 10_000])
    number = chance.random() < 0.8
    return [
        logon(
            n,
            source=source,
            offset=4096 + n,
            filetime=(NEW_YEAR + n * SECOND + 1_234_567) // unit * unit,
            event_record_id=n if number else None,
        )
        for n in range(start, min(EVENTS, start + 1 + chance.randrange(12)))
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_books_add_up_after_anything(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    logs = [log(source, chance) for source in range(LOGS)]
    case = Case.create(tmp_path / "case")
    inside: set[int] = set()
    for _ in range(12):
        source = chance.randrange(LOGS)
        what = chance.choice(["take", "take", "take", "forget", "compact", "before"])
        if what == "take":
            again(case, source, logs[source], inside)
        else:
            with Writer(case) as writer:
                if what == "forget" and source in inside:
                    forget(writer, writer.manifest.sources()[_place(case, source)])
                    inside.discard(source)
                elif what == "compact":
                    compact(writer)
                elif what == "before":
                    forget_before(writer, NEW_YEAR + chance.randrange(EVENTS // 2) * SECOND)
        verdict = verify(case)
        assert verdict.is_sound, (what, source, verdict.faults)
    for source in range(LOGS):  # whatever came before: all logs anew, and every event is there once
        with Writer(case) as writer:
            empty(writer, [source] if source in _known(case) else [])
    for source in range(LOGS):
        take(case, logs[source], rejects=1)
    verdict = verify(case)
    assert verdict.is_sound, verdict.faults
    fresh = Case.create(tmp_path / "fresh")
    for source in range(LOGS):
        take(fresh, logs[source], rejects=1)
    assert (stored(case), stored(case, Kind.WITNESSES)) == (
        stored(fresh),
        stored(fresh, Kind.WITNESSES),
    )


def again(case: Case, source: int, events: list[Event], inside: set[int]) -> None:
    """Take a log in as an ingest would: not twice, and anew where it was forgotten or lost copies."""
    with closing(case.manifest()) as manifest:
        marked = {
            one.number
            for one in manifest.sources()
            if one.forgotten is not None or one.reread is not None
        }
    if source in marked:
        with Writer(case) as writer:
            empty(writer, [source])
    elif source in inside:
        return
    take(case, events, rejects=1)
    inside.add(source)


def _known(case: Case) -> list[int]:
    with closing(case.manifest()) as manifest:
        return [one.number for one in manifest.sources()]


def _place(case: Case, source: int) -> int:
    return _known(case).index(source)
