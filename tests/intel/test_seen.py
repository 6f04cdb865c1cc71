"""Observations are put in the words of the tables, each thing once."""

from __future__ import annotations

import pytest

from gamekeeper.intel.library import shipped
from gamekeeper.intel.procedures import procedures
from gamekeeper.intel.rivals import rivals
from gamekeeper.intel.seen import EVENTS, Seen, family, gather, in_words_of
from gamekeeper.model.attribution import Observation

MINUTE = 60_000_000


def seen(*observations: Observation) -> Seen:
    return gather(observations, shipped(), procedures(), rivals())


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("T1685.005", "T1070.001"),
        ("T1070.001", "T1070.001"),
        (" t1003.003 ", "T1003.003"),
        ("T9999", ""),
        ("NTDS", ""),
        ("", ""),
    ],
)
def test_techniques_of_both_versions_are_known_by_their_older_number(
    given: str, known: str
) -> None:
    assert in_words_of(given, shipped()) == known


def test_a_sub_technique_is_of_its_parents_family() -> None:
    assert family("T1003.003") == family("T1003") == "T1003"


def test_one_technique_under_two_numbers_counts_once() -> None:
    assert seen(Observation(techniques=("T1685.005", "T1070.001"))).techniques == ("T1070.001",)


def test_a_procedure_brings_its_techniques() -> None:
    found = seen(Observation(procedures=("VT-CA-01",)))
    assert [one.id for one in found.procedures] == ["VT-CA-01"]
    assert found.techniques == ("T1003.003",)


def test_a_published_name_shows_its_procedure() -> None:
    found = seen(Observation(texts=(r"copy C:\Windows\System32\rult3uil.log D:",)))
    assert [one.id for one in found.procedures] == ["VT-CA-16"]


def test_software_is_known_by_any_of_its_names() -> None:
    names = {one.name for one in seen(Observation(tools=("NET.EXE", "s0002"))).software}
    assert names == {"Net", "Mimikatz"}


def test_what_no_table_has_is_told() -> None:
    assert seen(Observation(techniques=("T9999",), procedures=("VT-XX-99",))).unknown == (
        "T9999",
        "VT-XX-99",
    )


def test_a_number_that_is_no_technique_is_no_trait() -> None:
    assert seen(Observation(texts=(r"C:\parts\T1999.dwg",))).traits == ()
    assert [trait.id for trait, _ in seen(Observation(texts=(r"C:\t\T1003.ps1",))).traits] == [
        "technique-in-text"
    ]


@pytest.mark.parametrize(("apart", "most"), [(1, 3), (9, 2), (30, 1)])
def test_a_burst_is_what_falls_within_ten_minutes(apart: int, most: int) -> None:
    rows = [
        Observation(techniques=(name, "T1082"), time=number * apart * MINUTE)
        for number, name in enumerate(("T1003.001", "T1055.012", "T1134.001"))
    ]
    assert seen(*rows).burst == most


def test_without_times_there_is_no_burst() -> None:
    assert seen(Observation(techniques=("T1003.001", "T1055.012"))).burst == 0


def test_nothing_is_nothing() -> None:
    assert not seen()
    assert not seen(Observation())
    assert seen(Observation(techniques=("T1003",)))


def test_what_was_seen_leads_to_its_events() -> None:
    rows = (
        Observation(techniques=("T1685.005",), events=("0:9", "0:8")),
        Observation(procedures=("VT-CA-01",), tools=("Net",), events=("1:7",)),
        Observation(techniques=("T1070.001",), events=("0:8",)),
    )
    events = dict(seen(*rows).events)
    assert events["T1070.001"] == ("0:8", "0:9")
    assert {name for name, held in events.items() if held == ("1:7",)} == {
        "VT-CA-01",
        "T1003.003",
        "S0039",
    }


def test_of_many_events_some_are_kept() -> None:
    many = tuple(f"0:{number}" for number in range(100))
    assert (
        len(dict(seen(Observation(techniques=("T1003",), events=many)).events)["T1003"]) == EVENTS
    )
