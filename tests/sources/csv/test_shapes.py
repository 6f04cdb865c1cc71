from __future__ import annotations

import pytest

from gamekeeper.sources.csv.contract import Header
from gamekeeper.sources.csv.shapes import SHAPES, is_header, surest


def test_each_shape_has_a_name_of_its_own() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["Id", "TimeCreated", "Message"], "export_csv"),
        (["EventId", "TimeCreated", "Channel", "Payload"], "evtxecmd"),
        (["_raw", "EventCode", "Channel"], "splunk"),
        (["EventID", "Channel", "CommandLine"], "flat"),
    ],
)
def test_the_surest_shape_reads_the_file(cells: list[str], name: str) -> None:
    shape, claim = surest(Header(tuple(cells)))
    assert (shape.name, claim > 0) == (name, True)
    assert is_header(cells)


@pytest.mark.parametrize(
    "cells", [[], ["EventID"], ["EventID", "Channel", ""], ["EventID", "Channel", "7"], ["a", "b"]]
)
def test_rows_are_no_headers(cells: list[str]) -> None:
    assert not is_header(cells)
