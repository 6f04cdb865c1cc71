"""What the decoder declines is read all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sources.evtx.conftest import PROCESS, START, process, read

from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import WrittenEvent, event_data
from gamekeeper.simulate.values import TEXT
from gamekeeper.sources.evtx import reader

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_name_that_only_folds_to_ascii_goes_the_slow_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "odd.evtx"
    with EvtxWriter(path) as writer:
        writer.write(process(1))
        # The Kelvin sign: its lower case is the letter k.
        layout = event_data([("Par\u212aey", TEXT), ("Image", TEXT)])
        writer.write(WrittenEvent(PROCESS, layout, ("v", "i"), "H", START))
    taken: list[int] = []
    one = reader.SlowPath.take

    def take(self: reader.SlowPath, record: object, state: object) -> object:
        taken.append(1)
        return one(self, record, state)  # type: ignore[arg-type]

    monkeypatch.setattr(reader.SlowPath, "take", take)
    found = read(path)
    assert found.counts == (2, 2, 0)
    assert len(taken) == 1
    assert found.rows[1]["Image"] == "i"
    assert found.rows[1]["event.rest"] == [{"name": "Par\u212aey", "value": "v"}]
