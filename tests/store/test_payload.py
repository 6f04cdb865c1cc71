from __future__ import annotations

from pathlib import Path

import numpy as np

from fakes.cases import batches, logon
from gamekeeper.model.build import Event
from gamekeeper.store.payload import Rows, digests, equal_payloads, fetch
from gamekeeper.store.writing import EventWriter


def rows_of(tmp_path: Path, *files: list[Event]) -> Rows:
    paths, numbers, places = [], [], []
    for number, events in enumerate(files):
        writer = EventWriter(tmp_path, str(number))
        for batch in batches(events):
            writer.add(batch)
        paths.append(writer.finish()[0].path)
        numbers += [number] * len(events)
        places += list(range(len(events)))
    return Rows("windows.security", tuple(paths), np.array(numbers), np.array(places))


def test_rows_come_in_the_order_in_which_they_are_asked_for(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, [logon(n) for n in range(5)], [logon(n) for n in range(5, 8)])
    table = fetch(rows, np.array([7, 0, 6, 2, 0]))
    addresses = table.column("IpAddress").to_pylist()
    assert addresses == ["10.0.0.7", "10.0.0.0", "10.0.0.6", "10.0.0.2", "10.0.0.0"]


def test_payloads_are_equal_by_meaning(tmp_path: Path) -> None:
    one = [
        logon(1),
        logon(2, data={"B": "1", "a": "2", "a ": ""}),
        logon(3, data={"x": "1"}),
        logon(4),
    ]
    other = [
        logon(1, record_id=77, event_record_id=9, filetime=None),  # no part of the payload
        logon(2, data={"A": "2 ", "b": "1"}),  # order, case of names, blanks, empty values
        logon(3, data={"x": "2"}),
        logon(4, data={"LogonType": "10"}),
    ]
    rows = rows_of(tmp_path, one, other)
    same = equal_payloads(rows, np.arange(4), np.arange(4, 8))
    assert same.tolist() == [True, True, False, False]
    found = digests(rows, np.arange(8))
    assert (found[:4] == found[4:]).tolist() == [True, True, False, False]
