from __future__ import annotations

import random
import zlib
from string import printable

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fakes.cases import batches, logon
from gamekeeper.store.words import filter_of, may_hold


def table(*values: str) -> pa.Table:
    return pa.table({"a": pa.array(values, pa.utf8()).dictionary_encode()})


@given(st.lists(st.text(max_size=30), max_size=20), st.data())
def test_what_stands_there_is_never_denied(values: list[str], data: st.DataObject) -> None:
    values = [value.encode("utf-8", "replace").decode() for value in values]
    packed = filter_of(table(*values))
    if values:
        value = data.draw(st.sampled_from(values)).lower()
        start = data.draw(st.integers(0, len(value)))
        assert may_hold(packed, [value[start : start + 8]])


def test_what_does_not_stand_there_is_mostly_denied() -> None:
    packed = filter_of(table(*(f"C:\\Windows\\System32\\program{n}.exe" for n in range(500))))
    assert may_hold(packed, ["program499.exe", "windows"])
    denied = [not may_hold(packed, [word]) for word in ("mimikatz", "ntdsutil", "vssadmin", "xyz")]
    assert all(denied)
    assert not may_hold(packed, ["windows", "mimikatz"])


def test_short_words_decide_nothing() -> None:
    assert may_hold(filter_of(table("abc")), ["zz"])
    assert may_hold(filter_of(table()), [""])


def test_the_rest_of_an_event_counts_too() -> None:
    (batch,) = batches([logon(1, data={"Unheard": "something rare"})])
    packed = filter_of(pa.Table.from_batches([batch.table]))
    assert may_hold(packed, ["something rare"])
    assert may_hold(packed, ["dc01.example"])
    assert not may_hold(packed, ["something else"])


def test_a_filter_is_small() -> None:
    few = filter_of(table("abc", "abd"))
    assert len(zlib.decompress(few)) == 128
    rng = random.Random(7)
    many = filter_of(table(*("".join(rng.choices(printable, k=30)) for _ in range(9_000))))
    assert len(zlib.decompress(many)) == 65_536
