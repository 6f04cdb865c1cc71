from __future__ import annotations

from pathlib import Path

from fakes.cases import NEW_YEAR, SECOND, batches, logon
from gamekeeper.store.scan import groups_of, read
from gamekeeper.store.schemas import CORE, stored
from gamekeeper.store.selection import Selection
from gamekeeper.store.writing import EventWriter

DATASET = "windows.security"


def written(tmp_path: Path, count: int = 30) -> Path:
    writer = EventWriter(tmp_path, "0")
    for batch in batches([logon(n) for n in range(count)]):
        writer.add(batch)
    (file,) = writer.finish()
    return Path(file.path)


def numbers(path: Path, selection: Selection) -> list[int]:
    return [
        number
        for batch in read(path, DATASET, selection, ())
        for number in batch.table.column("event.record_id").to_pylist()
    ]


def test_all_columns_come_back(tmp_path: Path) -> None:
    (batch,) = read(written(tmp_path), DATASET, Selection(), None)
    assert batch.table.schema.equals(stored(DATASET))
    assert batch.table.column("TargetUserName").to_pylist()[:4] == [
        "user0",
        "user1",
        "user2",
        "user0",
    ]


def test_chosen_columns_come_with_the_core(tmp_path: Path) -> None:
    (batch,) = read(written(tmp_path), DATASET, Selection(), ("LogonType", "no such column"))
    assert set(batch.table.schema.names) == {*CORE, "LogonType"}


def test_rows_are_chosen(tmp_path: Path) -> None:
    path = written(tmp_path)
    start = NEW_YEAR + 5 * SECOND
    assert numbers(path, Selection(start=start, stop=start + 3 * SECOND)) == [5, 6, 7]
    assert numbers(path, Selection(start=start + 100 * SECOND)) == []
    assert len(numbers(path, Selection(hosts=("dc01",)))) == 30
    assert len(numbers(path, Selection(hosts=("*.example.org",)))) == 30
    assert numbers(path, Selection(hosts=("ws*",))) == []
    assert numbers(path, Selection(channels=("sys*",))) == []
    assert numbers(path, Selection(event_ids=(4625,))) == []
    assert len(numbers(path, Selection(event_ids=(4624, 4625)))) == 30


def test_an_event_without_a_time_is_in_no_period(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path, "0")
    writer.add(batches([logon(1, filetime=None), logon(2)])[0])
    path = Path(writer.finish()[0].path)
    assert numbers(path, Selection()) == [1, 2]
    assert numbers(path, Selection(start=0)) == [2]


def test_groups_are_bunched(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert list(groups_of(path, 1)) == [((0,), 30)]
