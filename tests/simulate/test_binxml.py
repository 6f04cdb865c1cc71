from __future__ import annotations

import itertools
import struct

from gamekeeper.simulate.binxml import Chunk
from gamekeeper.simulate.trees import Element, Hole, Template
from gamekeeper.simulate.values import FRAGMENT, TEXT, UINT16

_LEAF = Element("Data", (("Name", "One"),), (Hole(TEXT),))
_INNER = Template(Element("EventData", (), (_LEAF,)))
_OUTER = Template(Element("Event", (), (Element("EventID", (), (Hole(UINT16),)), Hole(FRAGMENT))))


def test_a_nested_fragment_is_sized_by_what_it_became() -> None:
    chunk = Chunk()
    chunk.put_instance(_OUTER, [7, (_INNER, ["x"])])
    start = chunk.data.index(_OUTER.guid)
    size = struct.unpack_from("<I", chunk.data, start + 16)[0]
    at = start + 20 + size
    count, *descriptors = struct.unpack_from("<IIIH", chunk.data, at)[:3]
    assert count == 2
    assert descriptors[0] == 2 | UINT16.code << 16
    nested = descriptors[1] & 0xFFFF
    assert at + 4 + 8 + 2 + nested + 1 == len(chunk.data)


def test_the_second_use_of_a_template_refers_to_the_first() -> None:
    chunk = Chunk()
    chunk.put_instance(_INNER, ["first"])
    first = len(chunk.data)
    chunk.put_instance(_INNER, ["second"])
    assert len(chunk.data) - first < 40
    offset = struct.unpack_from("<I", chunk.data, first + 10)[0]
    assert chunk.data[offset + 4 : offset + 20] == _INNER.guid


def test_rewinding_forgets_names_and_templates() -> None:
    chunk = Chunk()
    empty = chunk.tables()
    mark = chunk.mark()
    chunk.put_instance(_INNER, ["first"])
    assert chunk.tables() != empty
    chunk.rewind(mark)
    assert chunk.tables() == empty
    assert len(chunk.data) == 512


def test_names_of_one_bucket_are_chained() -> None:
    chunk = Chunk()
    names = [f"N{n}" for n in range(200)]
    root = Element("Event", (), tuple(Element(name) for name in names))
    chunk.put_text(root, [])
    found = set()
    for head in struct.unpack_from("<64I", chunk.tables()):
        at = head
        while at:
            following, _, length = struct.unpack_from("<IHH", chunk.data, at)
            found.add(chunk.data[at + 8 : at + 8 + 2 * length].decode("utf-16-le"))
            at = following
    assert found == {"Event", *names}


def test_repeated_openings_come_out_alike() -> None:
    chunk = Chunk()
    root = Element("EventData", (), tuple(_LEAF for _ in range(5)))
    chunk.put_text(root, ["same"] * 5)
    piece = "same".encode("utf-16-le")
    ends = [i for i in range(len(chunk.data)) if chunk.data.startswith(piece, i)]
    gaps = {b - a for a, b in itertools.pairwise(ends[1:])}
    assert len(gaps) == 1
