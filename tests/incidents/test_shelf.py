from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gamekeeper.errors import UsageError
from gamekeeper.incidents.shelf import Shelf

ROW = np.dtype([("pids", np.int32), ("guids", np.uint64, 2)])


def test_what_was_put_in_pieces_comes_back_as_one(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("a", np.arange(3, dtype=np.int32))
    shelf.put("b", np.full((2, 2), 7, np.uint64))
    shelf.put("a", np.arange(8, dtype=np.int32)[3::2])
    assert shelf.get("a", np.int32).tolist() == [0, 1, 2, 3, 5, 7]
    assert shelf.get("b", np.uint64).tolist() == [7, 7, 7, 7]
    assert shelf.get("c", np.int64).tolist() == []


def test_rows_of_several_columns_stay_rows(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    rows = np.zeros(2, ROW)
    rows["pids"], rows["guids"] = [4, 5], [[1, 2], [3, 4]]
    shelf.put("rows", rows)
    found = shelf.get("rows", ROW)
    assert (found["pids"].tolist(), found["guids"].tolist()) == ([4, 5], [[1, 2], [3, 4]])


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("a", np.arange(3))
    shelf.close()
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_room_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.close()
    with Path("/dev/full").open("r+b", buffering=0) as full:
        shelf._file = full
        with pytest.raises(UsageError, match="--temp-dir"):
            shelf.put("a", np.arange(3))
    with pytest.raises(UsageError, match="--temp-dir"):
        Shelf(tmp_path / "nowhere")
