"""Events fetched by their pointers."""

from __future__ import annotations

from pathlib import Path

from fakes.cases import case_of
from fakes.processes import batches, started
from gamekeeper.questions.pointers import fetch
from gamekeeper.store.selection import Selection


def test_events_are_found_by_source_and_offset_with_or_without_a_time(tmp_path: Path) -> None:
    events = [started(n, n, "C:\\a.exe", parent=(1, ""), command=f"run {n}") for n in range(20)]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        for times in ((events[3].filetime, events[7].filetime), (-1, events[7].filetime)):
            wanted = [
                ((0, events[at].offset), time) for at, time in zip((3, 7), times, strict=True)
            ]
            found = fetch(snapshot, Selection(), wanted, ["CommandLine", "NoSuchColumn"])
            assert [found[pointer]["CommandLine"] for pointer, _ in wanted] == ["run 3", "run 7"]
            assert {row["event.dataset"] for row in found.values()} == {"windows.security"}
        assert fetch(snapshot, Selection(), [((1, events[3].offset), -1)], ["CommandLine"]) == {}
        assert fetch(snapshot, Selection(), [], ["CommandLine"]) == {}
