from __future__ import annotations

from gamekeeper.store.records import Kind, Span, StagedFile


def test_a_file_knows_its_period() -> None:
    spans = (Span(0, "a", "x", 2, 0, 5, 9), Span(1, "b", "x", 1, 1, None, None))
    file = StagedFile(Kind.EVENTS, "d", "p", 3, 10, "0", spans)
    assert (file.first, file.last) == (5, 9)
    timeless = StagedFile(Kind.EVENTS, "d", "p", 1, 10, "0", spans[1:])
    assert (timeless.first, timeless.last) == (None, None)


def test_a_staged_file_keeps_all_that_it_says_in_its_place() -> None:
    spans = (Span(0, "ws-01", "Security", 3, 3, 10, 20), Span(1, "ws-01", "System", 1, 1, 5, None))
    made = StagedFile(Kind.EVENTS, "windows.system", "/tmp/x", 4, 99, "ab", spans, (b"w",), 7)
    placed = made.placed(12, "events/x/00000012.parquet")
    assert (placed.number, placed.path) == (12, "events/x/00000012.parquet")
    assert (placed.first, placed.last, placed.rows, placed.batch) == (5, 20, 4, 7)
    assert (placed.spans, placed.words, placed.sha256) == (spans, (b"w",), "ab")
