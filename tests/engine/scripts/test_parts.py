"""Which events are parts of scripts, and what a row of one keeps."""

from __future__ import annotations

import numpy as np
import pytest

from fakes.script_parts import CHANNEL, Part, batches
from gamekeeper.engine.base import Matches
from gamekeeper.engine.scripts.parts import encoded, gather, plain
from gamekeeper.model.events import EventBatch

NONE = Matches(np.zeros(0, np.int32), np.zeros(0, np.int32))


def rows(*parts: Part, matches: Matches = NONE) -> list[dict[str, object]]:
    return [
        row for batch in batches(parts) for t in gather(batch, matches) for row in t.to_pylist()
    ]


@pytest.mark.parametrize(
    "part",
    [
        Part(1, "1", "1", "whole"),
        Part(1, "3", "2", "beyond"),
        Part(1, None, "2", "no number"),
        Part(1, "1", None, "no total"),
        Part(1, "1", "2", None),
        Part(1, "1", "2", "x", identity=None),
        Part(1, "1", "2", "x", event_id=4103),
        Part(1, "1", "2", "x", channel="Security"),
        Part(1, "one", "two", "x"),
    ],
)
def test_what_is_no_part_of_several_gives_no_row(part: Part) -> None:
    assert rows(part) == []


def test_a_row_keeps_the_event_its_place_and_the_rules_that_are_true_of_it() -> None:
    matches = Matches(np.array([3, 5, 4], np.int32), np.array([0, 0, 1], np.int32))
    first, second = rows(Part(1, "1", "2", "a"), Part(2, "2", "2", "b"), matches=matches)
    assert (first["number"], first["total"], first["ScriptBlockText"]) == (1, 2, "a")
    assert np.frombuffer(first["rules"], np.int32).tolist() == [3, 5]  # type: ignore[call-overload]
    assert np.frombuffer(second["rules"], np.int32).tolist() == [4]  # type: ignore[call-overload]
    assert first["event.rest"] == [{"name": "Odd", "value": "odd 1"}]
    assert first["fingerprint"] != second["fingerprint"]
    assert first["script"] == second["script"]


def test_host_channel_id_and_total_name_a_script_whatever_their_spelling() -> None:
    same = rows(
        Part(1, "1", "2", "a", identity="AbC", host="ws1"),
        Part(2, "2", "2", "b", identity="aBc", host="WS1.example.org", channel=CHANNEL.upper()),
    )
    assert len({row["script"] for row in same}) == 1
    other = rows(
        Part(1, "1", "2", "a"),
        Part(2, "1", "3", "a"),
        Part(3, "1", "2", "a", identity="b"),
        Part(4, "1", "2", "a", host="ws2"),
        Part(5, "1", "2", "a", channel="PowerShellCore/Operational"),
    )
    assert len({row["script"] for row in other}) == 5


def test_an_event_survives_the_disk() -> None:
    (batch,) = batches([Part(1, "1", "2", "a"), Part(2, "2", "2", "b")])
    again = encoded(plain(batch.table))
    assert again.table.schema == batch.table.schema
    assert again.table.to_pylist() == batch.table.to_pylist()
    cut = EventBatch(batch.dataset, batch.table.slice(1))
    assert encoded(plain(cut.table)).table.to_pylist() == cut.table.to_pylist()
