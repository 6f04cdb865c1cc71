"""The values that rules name, out of single events."""

from __future__ import annotations

import pytest

from gamekeeper.engine.correlation.fields import names_of, read
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Listed, Renamed

HASHES = Listed("Hashes", "md5")


@pytest.mark.parametrize(
    ("mapped", "event", "expected"),
    [
        (HASHES, {"hashes": ["SHA1=AA,MD5=BB,IMPHASH=CC"]}, "BB"),
        (HASHES, {"hashes": ["SHA1=AA"]}, None),
        (HASHES, {}, None),
        (Renamed(("A", "B")), {"b": ["2"]}, "2"),
        (Renamed(("A",), form="hex"), {"a": ["0x10"]}, "16"),
        (Joined("Domain", "Name"), {"domain": ["D"], "name": ["n"]}, "D\\n"),
        (Joined("Domain", "Name"), {"domain": ["D"]}, None),
        (Chosen("T", Renamed(("X",)), Renamed(("Y",))), {"t": ["-"], "x": ["1"], "y": ["2"]}, "2"),
    ],
)
def test_a_field_is_read_in_the_words_of_its_log(
    mapped: FieldMap, event: dict[str, list[str]], expected: str | None
) -> None:
    assert read(mapped, event) == expected


def test_every_field_that_is_read_is_named() -> None:
    assert list(names_of(Chosen("T", HASHES, Joined("L", "R")))) == ["T", "Hashes", "L", "R"]
