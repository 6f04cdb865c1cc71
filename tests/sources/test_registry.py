from __future__ import annotations

from collections.abc import Iterator

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.sources import registry
from gamekeeper.sources.registry import SOURCES, recognise, source


@pytest.mark.parametrize("name", [name for name, _ in SOURCES])
def test_every_format_in_the_list_can_be_loaded_and_knows_its_name(name: str) -> None:
    found = source(name)
    assert found.name == name
    assert source(name) is found


@pytest.mark.parametrize("name", [name for name, _ in SOURCES])
def test_no_format_takes_what_is_none(name: str) -> None:
    assert source(name).sniff(b"", "logs/empty") < 0
    assert source(name).sniff(bytes(range(256)) * 16, "logs/picture.png") < 0


@pytest.mark.parametrize(
    ("head", "path", "name"),
    [
        (b"ElfFile\0" + bytes(4088), "Security.evtx", "evtx"),
        (b"ElfFile\0" + bytes(4088), "renamed.json", "evtx"),
        (
            (
                b'{"winlog":{"event_id":4624,"channel":"Security","computer_name":"a",'
                b'"provider_name":"p","event_data":{}},"@timestamp":"2026-01-01T00:00:00Z"}\n'
            ),
            "winlogbeat.ndjson",
            "json",
        ),
        (
            (
                b"<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>"
                b"<System><EventID>1</EventID></System></Event></Events>"
            ),
            "events.xml",
            "xml",
        ),
        (b"", "empty.evtx", None),
        (b"Dear diary,\nnothing happened.\n", "notes.txt", None),
    ],
)
def test_content_decides_what_a_file_is(head: bytes, path: str, name: str | None) -> None:
    found = recognise(head, path)
    assert (found.name if found else None) == name


class Sure:
    def __init__(self, name: str, score: float) -> None:
        self.name = name
        self.score = score

    def sniff(self, head: bytes, path: str) -> float:  # noqa: ARG002
        return self.score


@pytest.fixture
def scores(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, float]]:
    """Formats of one's own, by their score."""
    table: dict[str, float] = {}
    monkeypatch.setattr(registry, "SOURCES", (("a", ""), ("b", ""), ("c", "")))
    monkeypatch.setattr(registry, "source", lambda name: Sure(name, table[name]))
    return iter([table])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ((0.2, 0.9, 0.5), "b"),
        ((0.5, 0.5, 0.1), "a"),
        ((-1, 0, -1), "b"),
        ((-1, 0, 0.1), "c"),
        ((-1, -1, -1), None),
        ((1, 1, 1), "a"),
    ],
)
def test_the_surest_has_it_and_the_first_of_equals(
    scores: Iterator[dict[str, float]], given: tuple[float, ...], name: str | None
) -> None:
    next(scores).update(zip("abc", given, strict=True))
    found = recognise(b"x", "x")
    assert (found.name if found else None) == name


def test_a_format_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ContentError, match="no source 'etl'"):
        source("etl")
