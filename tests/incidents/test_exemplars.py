from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.incidents.conftest import MakeBatch

from gamekeeper.incidents.exemplars import NOWHERE, ExemplarRows, halves_of, joined_rows, units_of


def rows(*prints: int, texts: tuple[str, ...] = ()) -> ExemplarRows:
    count = len(prints)
    none = np.zeros(count, np.int64)
    lows = np.array(prints, np.uint64)
    return ExemplarRows(none, none, none, none - 1, lows, lows, none - 1, texts=texts)


def test_fingerprints_are_read_whole_and_keep_their_order(batch: MakeBatch) -> None:
    made = batch([{"event": str(at)} for at in range(20)]).slice(3)
    told = made["fingerprint"].to_pylist()
    halves = halves_of(made["fingerprint"])
    pairs = [tuple(pair) for pair in halves.tolist()]
    assert [high.to_bytes(8, "big") + low.to_bytes(8, "big") for high, low in pairs] == told
    assert np.argsort(told).tolist() == sorted(range(len(pairs)), key=lambda at: pairs[at])
    assert halves_of(pa.array([], pa.binary(16))).shape == (0, 2)


def test_records_of_one_event_have_one_number() -> None:
    starts = np.array([-1, 2, -1, 2])
    numbers = units_of(rows(10, 11, 10, 12), starts).tolist()
    assert (numbers[0], numbers[1]) == (numbers[2], numbers[3])
    assert len(set(numbers)) == 2
    assert units_of(rows(), np.empty(0, np.int64)).tolist() == []


def test_texts_are_those_of_the_last_rows() -> None:
    both = joined_rows(rows(1, 2), rows(3, texts=("cited",)))
    assert [both.text(row) for row in range(3)] == ["", "", "cited"]


def test_what_no_record_shows_has_no_id() -> None:
    one = rows(1, 2)
    one.sources[1] = one.offsets[1] = NOWHERE
    assert ([one.event_id(row) for row in range(2)], one.filetime(0)) == (["0:0", ""], None)
