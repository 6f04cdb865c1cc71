"""Texts in which Base64 is looked for."""

from __future__ import annotations

from pathlib import Path

from fakes.cases import case_of
from fakes.processes import batches as batches_of
from fakes.processes import security, started
from gamekeeper.questions.encoded.values import batches, places_of, values_of
from gamekeeper.store.selection import Selection

LONG = "abcdefghIJKLMNOP1234"


def found(folder: Path, *, everywhere: bool) -> list[tuple[str, str, int]]:
    events = [
        started(1, 1, "C:\\a.exe", parent=(2, ""), command=LONG),
        started(2, 3, "C:\\b.exe", parent=(2, ""), command="short"),
        started(3, 4, f"C:\\{LONG}x.exe", parent=(2, ""), command=LONG),
        security(
            4688, 4, {"CommandLine": "p -e ZABpAHIA", "Odd": f"{LONG}y", "Message": f"{LONG}z"}
        ),
        security(4688, 5, {"Odd": f"{LONG}y"}),
    ]
    listed = []
    with case_of(folder / "case", batches_of(events)).snapshot() as snapshot:
        for batch, fields in batches(snapshot, Selection(), everywhere=everywhere):
            places = places_of(batch)
            for value in values_of(batch, fields):
                listed.append((value.field, value.text, len(value.rows)))
                assert all(places.hosts[row] == "ws-01" for row in value.rows.tolist())
    return listed


def test_distinct_texts_of_chosen_fields_come_with_their_rows(tmp_path: Path) -> None:
    assert sorted(found(tmp_path, everywhere=False)) == [
        ("CommandLine", LONG, 2),
        ("CommandLine", "p -e ZABpAHIA", 1),
    ]


def test_everywhere_means_undeclared_fields_too_but_not_the_message(tmp_path: Path) -> None:
    listed = found(tmp_path, everywhere=True)
    assert ("Odd", f"{LONG}y", 2) in listed
    assert ("NewProcessName", f"C:\\{LONG}x.exe", 1) in listed
    assert "Message" not in {field for field, _, _ in listed}
