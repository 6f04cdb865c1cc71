"""Tables of facts on disk."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
from tests.fakes.facts import DAY, NEW_YEAR, batches_of, event, gathered, steady

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.errors import UsageError
from gamekeeper.hunt import stored_facts
from gamekeeper.hunt.stored_facts import StoredFacts, StoredTimeline
from gamekeeper.integrity.base import Gatherer
from gamekeeper.integrity.gathering.presence import Presence
from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.model.breaks import TIMELINE_SCHEMA
from gamekeeper.model.build import Event

EVENTS = [
    *steady(1, 90),
    *steady(91, 200, start=NEW_YEAR + 90 * 600_000_000),
    *(event(at, NEW_YEAR + at * DAY // 4, 4688, host=f"ws{at % 3}") for at in range(40)),
]


def runs_of(folder: Path, gatherer: Gatherer, events: list[Event]) -> list[Run]:
    found: list[Run] = []
    for at, batch in enumerate(batches_of(events)):
        rows = gatherer.gather(batch)
        if rows is not None:
            writer = RunWriter(folder, f"{at}-{gatherer.name}", gatherer.key)
            writer.add(rows)
            found += writer.finish()
    return found


@pytest.mark.parametrize("gatherer", [Spans(), Presence()])
@pytest.mark.parametrize("target_bytes", [1, 1 << 20])
def test_a_table_is_that_of_all_runs_however_they_are_merged(
    tmp_path: Path, gatherer: Gatherer, target_bytes: int
) -> None:
    facts = StoredFacts(tmp_path)
    merge = stored_facts.merge_runs
    with patch.object(stored_facts, "merge_runs", lambda runs, key: merge(runs, key, target_bytes)):
        facts.add(gatherer, runs_of(tmp_path, gatherer, EVENTS))
    assert facts[gatherer.name].to_pylist() == gathered(gatherer, EVENTS).to_pylist()


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    facts = StoredFacts(tmp_path)
    facts.add(Presence(), [])
    assert facts["presence"].schema == Presence.schema
    assert (list(facts), len(facts), facts["presence"].num_rows) == (["presence"], 1, 0)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="temporary files cannot be written"):
        StoredFacts(tmp_path / "gone").add(Presence(), [])
    with pytest.raises(UsageError, match="temporary files cannot be written"):
        StoredTimeline(tmp_path / "gone" / "timeline", [])


def test_a_timeline_is_read_again_and_again(tmp_path: Path) -> None:
    row = {"host": "a", "channel": "c", "hour": 1, "events": 2, "score": 100, "standing": ""}
    table = pa.Table.from_pylist([row | {"breaks": 0}], schema=TIMELINE_SCHEMA)
    found = StoredTimeline(tmp_path / "timeline", [table, table])
    assert found.num_rows == 2
    for _ in range(2):
        assert pa.Table.from_batches(found.to_batches()).equals(pa.concat_tables([table, table]))
