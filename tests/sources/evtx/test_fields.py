from __future__ import annotations

from gamekeeper.sources.evtx.fields import Element, EventFields


def leaf(name: str, text: str | None = "", **attributes: str) -> Element:
    return Element(name, list(attributes.items()), text=text)


def box(name: str, *children: Element, **attributes: str) -> Element:
    return Element(name, list(attributes.items()), list(children), is_container=True, text=None)


def fields(*parts: Element) -> list[tuple[str, str]]:
    return EventFields(box("Event", *parts)).data


def system(*parts: Element) -> EventFields:
    return EventFields(box("Event", box("System", *parts)))


def test_the_envelope_fills_its_columns() -> None:
    found = system(
        leaf("Provider", Name="P", Guid="{54849625-5478-4994-a5ba-3e3b0328c30d}"),
        leaf("EventID", "4688", Qualifiers="0"),
        leaf("Keywords", "0x8020000000000000"),
        leaf("TimeCreated", SystemTime="1601-01-01T00:00:01.0000002Z"),
        leaf("EventRecordID", "77"),
        leaf("Correlation"),
        leaf("Security", UserID=""),
    )
    assert found.system == {
        "Provider_Name": "P",
        "Provider_Guid": "{54849625-5478-4994-A5BA-3E3B0328C30D}",
        "EventID_Qualifiers": "0",
        "Keywords": "0x8020000000000000",
    }
    assert found.integers == {"EventID": 4688, "EventRecordID": 77}
    assert found.filetime == 10_000_002
    assert found.data == []


def test_what_the_envelope_has_no_column_for_keeps_its_place() -> None:
    found = system(
        leaf("Execution", ProcessID="4", ProcessorID="1", Empty=""),
        leaf("Odd", "x"),
        leaf("Nothing"),
        box("Nested", leaf("EventID", "5"), leaf("Data", "y", Name="n")),
    )
    assert found.data == [
        ("System_Execution_ProcessorID", "1"),
        ("System_Execution_Empty", ""),
        ("System_Odd", "x"),
        ("System_EventID", "5"),
        ("System_Data_Name", "n"),
        ("System_Data", "y"),
    ]
    assert found.integers == {}


def test_numbers_that_are_none_and_second_values_go_to_the_rest() -> None:
    found = system(
        leaf("EventID", "0x10"),
        leaf("EventID", "2147483648"),
        leaf("EventID", "9"),
        leaf("EventID", "10"),
        leaf("EventRecordID", "9223372036854775808"),
        leaf("Channel", "Security"),
        leaf("Channel", "System"),
        leaf("TimeCreated", SystemTime="yesterday"),
    )
    assert found.integers == {"EventID": 9}
    assert found.system == {"Channel": "Security"}
    assert found.data == [
        ("System_EventID", "0x10"),
        ("System_EventID", "2147483648"),
        ("System_EventID", "10"),
        ("System_EventRecordID", "9223372036854775808"),
        ("System_Channel", "System"),
        ("System_TimeCreated_SystemTime", "yesterday"),
    ]
    assert found.filetime is None


def test_a_filetime_beyond_all_dates_is_a_time() -> None:
    assert system(leaf("TimeCreated", SystemTime="9000000000000000000")).filetime == 9 * 10**18


def test_leaves_are_named_by_their_name_attribute_or_their_element() -> None:
    data = box(
        "EventData",
        leaf("Data", "1", Name="A"),
        leaf("ComplexData", "2", Name="B"),
        leaf("Data", "3", Name=""),
        leaf("Data", "4"),
        leaf("Other", "5", Name="C"),
        Name="EVENT",
    )
    assert fields(data) == [
        ("EventData_Name", "EVENT"),
        ("A", "1"),
        ("B", "2"),
        ("Data", "3"),
        ("Data", "4"),
        ("Other_Name", "C"),
        ("Other", "5"),
    ]


def test_an_empty_leaf_is_a_field_unless_its_attributes_speak_for_it() -> None:
    assert fields(leaf("A"), leaf("B", key="1"), leaf("C", None), leaf("Data", Name="D")) == [
        ("A", ""),
        ("B_key", "1"),
        ("D", ""),
    ]


def test_blocks_give_no_field_of_their_own() -> None:
    inner = box("UserData", box("X", leaf("EventData"), leaf("Y", "z"), xmlns="urn:x"))
    inner.children[0].attributes.append(("xmlns:a", "urn:a"))
    assert fields(leaf("EventData", "text"), leaf("UserData"), inner) == [("Y", "z")]


def test_a_container_whose_children_are_absent_gives_nothing() -> None:
    assert fields(box("UserData", box("X"))) == []


def test_rendering_info_is_told_apart_from_the_event() -> None:
    info = box(
        "RenderingInfo",
        leaf("Message", "hello"),
        leaf("Level", "Information", id="4"),
        box("Keywords", leaf("Keyword", "Audit")),
        Culture="en-US",
    )
    assert fields(info) == [
        ("RenderingInfo_Culture", "en-US"),
        ("Message", "hello"),
        ("RenderingInfo_Level_id", "4"),
        ("RenderingInfo_Level", "Information"),
        ("RenderingInfo_Keyword", "Audit"),
    ]
