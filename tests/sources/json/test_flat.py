from __future__ import annotations

from gamekeeper.sources.json import flat
from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place

TABLE = flat.FlatTable(
    {"Level": flat.LEVEL, "Chan": flat.CHANNEL, "Log": flat.CHANNEL, "Ver": flat.VERSION},
    frozenset({"host"}),
)


def test_keys_are_columns_own_or_data() -> None:
    record = {"Chan": "System", "host": "x", "B": 1, "A": ["y", None], "Level": "Error"}
    system, data = flat.split(record, TABLE)
    assert system == {"Channel": "System", "Level": "2"}
    assert data == [("B", "1"), ("A", "y"), ("A", "")]


def test_the_first_key_of_a_column_that_holds_something_wins() -> None:
    assert flat.split({"Log": "", "Chan": "a"}, TABLE)[0] == {"Channel": "a"}
    assert flat.split({"Log": "b", "Chan": "a"}, TABLE)[0] == {"Channel": "b"}


def test_what_a_column_cannot_hold_is_kept_as_rendered() -> None:
    assert flat.split({"Level": "Information"}, TABLE) == (
        {},
        [("RenderingInfo_Level", "Information")],
    )


def test_remembered_values_are_told_apart_by_type() -> None:
    for _ in range(2):
        assert flat.split({"Ver": 1}, TABLE) == ({"Version": "1"}, [])
        assert flat.split({"Ver": True}, TABLE) == ({}, [("System_Version", "true")])
        assert flat.split({"Ver": "x"}, TABLE) == ({}, [("System_Version", "x")])


def test_memory_of_values_is_bounded() -> None:
    table = flat.FlatTable({"Chan": flat.CHANNEL})
    for number in range(60_000):
        flat.split({"Chan": str(number)}, table)
    entry = table.columns["Chan"]
    assert len(entry.seen) <= 20_001


def test_memory_of_layouts_is_bounded() -> None:
    table = flat.FlatTable({"Chan": flat.CHANNEL})
    for number in range(6_000):
        assert flat.split({"Chan": "a", f"k{number}": "v"}, table)[1] == [(f"k{number}", "v")]
    assert len(table.layouts) <= 5_001


def test_a_name_is_never_empty() -> None:
    assert flat.split({"": "x"}, TABLE) == ({}, [("Data", "x")])


def test_guids_in_braces_are_upper_case() -> None:
    data = flat.split({"G": "{0197231e-c424-69e1-c922-000000000800}"}, TABLE)[1]
    assert data == [("G", "{0197231E-C424-69E1-C922-000000000800}")]


def test_times_and_ids_that_cannot_be_read_are_kept() -> None:
    identity = flat.Identity("whenever", "many", "x")
    event = flat.event_of({}, Place(1, FileClock(), 2, 3), identity, {}, [])
    assert (event.filetime, event.event_id, event.event_record_id) == (None, None, None)
    assert list(event.data) == [
        ("System_TimeCreated_SystemTime", "whenever"),
        ("System_EventID", "many"),
    ]


def test_the_message_of_classic_powershell_stands_in_for_unnamed_data() -> None:
    data = [("Message", "text")]
    flat.add_classic_data({"Channel": "Windows PowerShell"}, data)
    assert data == [("Message", "text"), ("Data", "text")]
    flat.add_classic_data({"Channel": "Windows PowerShell"}, data)
    assert len(data) == 2
    other = [("Message", "text")]
    flat.add_classic_data({"Channel": "System"}, other)
    assert other == [("Message", "text")]
