from __future__ import annotations

from gamekeeper.store.records import Kind, Span, StagedFile


def test_a_file_knows_its_period() -> None:
    spans = (Span(0, "a", "x", 2, 0, 5, 9), Span(1, "b", "x", 1, 1, None, None))
    file = StagedFile(Kind.EVENTS, "d", "p", 3, 10, "0", spans)
    assert (file.first, file.last) == (5, 9)
    timeless = StagedFile(Kind.EVENTS, "d", "p", 1, 10, "0", spans[1:])
    assert (timeless.first, timeless.last) == (None, None)
