"""The slow truth against a peer: every record that the Rust decoder reads, field by field.

Every kind of difference stands in ``DIFFERENCES`` with its reason. ``docs/reference/evtx-peers.md`` is made
from it: run this file to write the page.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import evtx
import pytest

from gamekeeper.model.build import Event
from gamekeeper.sources.evtx.fields import Element, EventFields
from gamekeeper.sources.evtx.truth import read_file
from gamekeeper.sources.xml_tree import Element as XmlElement
from gamekeeper.sources.xml_tree import parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "evtx-peers.md"
TORN = "torn record"
STOPS = "peer stops"


@dataclass(frozen=True)
class Difference:
    """One kind of difference; ``explains`` says whether it is behind two values (None: no such field)."""

    name: str
    gamekeeper: str
    peer: str
    reason: str
    explains: Callable[[str | None, str | None], bool] = lambda _ours, _theirs: False


def _is_cut_time(ours: str, theirs: str) -> bool:
    return re.fullmatch(r".*\.\d{7}Z", ours) is not None and theirs == f"{ours[:-2]}Z"


DIFFERENCES = (
    Difference(
        "GUID",
        "`{5770385F-…}`",
        "`5770385F-…`",
        "Windows writes GUIDs in braces, and rules expect them.",
        lambda ours, theirs: theirs is not None and ours == f"{{{theirs}}}",
    ),
    Difference(
        "time",
        "`…57.4751476Z`",
        "`…57.475147Z`",
        "A FILETIME counts 100 ns; the peer cuts it to microseconds.",
        lambda ours, theirs: _is_cut_time(ours or "", theirs or ""),
    ),
    Difference(
        "absent optional",
        "no field",
        "an empty field",
        "An element whose content is an optional value that is null does not exist in the event.",
        lambda ours, theirs: ours is None and theirs == "",
    ),
    Difference(
        TORN,
        "a reject with its bytes",
        "an event of what is left",
        "The end of the record was never written or zeroed: its values stop short, its size is not repeated.",
    ),
    Difference(
        STOPS,
        "goes on behind the damage",
        "leaves the rest of the chunk out",
        "A record of size zero stands between whole ones.",
    ),
)


def page() -> str:
    rows = [f"| {d.name} | {d.gamekeeper} | {d.peer} | {d.reason} |" for d in DIFFERENCES]
    head = [
        "# Gamekeeper's EVTX decoder and its peer",
        "",
        "The slow truth is compared with the `evtx` package (Rust), record by record and field by",
        "field, over a corpus of real and damaged logs. These are all the differences; a test fails on",
        "any other, and on one of these that no longer occurs. `tests/sources/test_evtx.py` makes the page.",
        "",
        "| difference | Gamekeeper | peer | reason |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def plain(element: XmlElement) -> Element:
    """Take the peer's XML for what it means: line breaks inside empty elements are its layout."""
    flat = element.attributes
    attributes = list(zip(flat[::2], flat[1::2], strict=True))
    text = "" if re.fullmatch(r"\n *", element.text) else element.text
    children = [plain(child) for child in element.children]
    return Element(element.name, attributes, children, bool(children), text)


def peer_records(path: Path) -> Iterator[tuple[int, EventFields] | str]:
    """Yield (record id, fields), and the message of each error that the peer raises on its way."""
    records = evtx.PyEvtxParser(str(path)).records()
    while True:
        try:
            one = next(records, None)
        except RuntimeError as error:
            yield str(error)
        else:
            if one is None:
                return
            yield int(one["event_record_id"]), EventFields(plain(parse_xml(one["data"])))


def pairs(ours: Event, theirs: EventFields) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (name, our value, the peer's value) of every field of one record."""
    for name in ours.system.keys() | theirs.system.keys():
        yield name, ours.system.get(name), theirs.system.get(name)
    yield "EventID", str(ours.event_id), str(theirs.integers.get("EventID"))
    yield "EventRecordID", str(ours.event_record_id), str(theirs.integers.get("EventRecordID"))
    our_names, their_names = [n for n, _ in ours.data], [n for n, _ in theirs.data]
    matcher = difflib.SequenceMatcher(None, our_names, their_names, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for (name, one), (_, other) in zip(ours.data[a:b], theirs.data[c:d], strict=True):
                yield name, one, other
        else:
            yield from ((name, value, None) for name, value in ours.data[a:b])
            yield from ((name, None, value) for name, value in theirs.data[c:d])


def is_torn(path: Path, number: int) -> bool:
    """Whether a record's bytes stop before its end: zeros stand where its size is repeated."""
    content = path.read_bytes()
    for found in re.finditer(
        rb"\*\*\0\0(.{4})" + re.escape(number.to_bytes(8, "little")), content, re.DOTALL
    ):
        end = found.start() + int.from_bytes(found[1], "little")
        return content[end - 16 : end] == bytes(16)
    return False


def compare(path: Path, seen: Counter[str]) -> None:
    """Count the differences of one file by their names; fail on one that no name explains."""
    by_id: dict[int | None, list[Event]] = defaultdict(list)
    for event in read_file(path):
        if isinstance(event, Event):
            by_id[event.record_id].append(event)
    for peer in peer_records(path):
        if isinstance(peer, str):
            seen[STOPS] += "record data size" in peer
            continue
        number, theirs = peer
        if not by_id[number]:
            assert is_torn(path, number), f"{path}: record {number} was not read"
            seen[TORN] += 1
            continue
        ours = by_id[number].pop(0)
        assert ours.filetime is not None
        assert theirs.filetime in (ours.filetime, ours.filetime // 10 * 10)
        for name, one, other in pairs(ours, theirs):
            if one != other:
                reasons = [d.name for d in DIFFERENCES if d.explains(one, other)]
                assert reasons, f"{path}: record {number}: {name}: {one!r}, peer {other!r}"
                seen[reasons[0]] += 1


@pytest.mark.corpus
def test_every_record_that_the_peer_reads_is_read_and_every_difference_is_listed(
    corpus: Path,
) -> None:
    seen: Counter[str] = Counter()
    paths = sorted(corpus.rglob("*.evtx"))
    assert len(paths) > 200
    for path in paths:
        compare(path, seen)
    assert seen.keys() == {difference.name for difference in DIFFERENCES}


@pytest.mark.corpus
def test_behind_damage_more_is_read_than_by_the_peer(corpus: Path) -> None:
    path = corpus / "evtx-broken" / "sample-with-zero-data-size-event.evtx"
    ours = sum(isinstance(one, Event) for one in read_file(path))
    theirs = sum(not isinstance(one, str) for one in peer_records(path))
    assert (ours, theirs) == (449, 335)


def test_the_page_of_differences_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
