from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.sources.csv.source import CsvSource

GOLDEN = yaml.safe_load((Path(__file__).parents[2] / "golden/sources/csv_shapes.yml").read_bytes())
HEADER = "EventID,Channel,Computer,SystemTime,CommandLine\r\n"


def row(number: int, command: str = "x") -> str:
    quoted = command.replace('"', '""')
    return f'{number},Security,pc,2026-11-22T09:00:00Z,"{quoted}"\r\n'


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden(case: dict[str, Any], read: Any) -> None:
    found, expected = read(case["input"], **case.get("options", {})), case["expected"]
    assert found.events == expected["rows"]
    assert found.rejects == []
    assert found.adds_up()
    assert found.tally.shape == expected["shape"]
    assert found.tally.fidelity == expected["fidelity"]
    assert list(found.tally.notes) == expected["notes"]
    assert bool(found.tally.fields_lacking) == (expected["fidelity"] == "lossy")
    assert CsvSource().sniff(case["input"].encode(), "x") >= 0.6


ENCODERS = {
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without mark": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS)
def test_wide_encodings_and_offsets(encoder: Any, read: Any, tmp_path: Path) -> None:
    data = encoder(HEADER + row(1, "Größe\r\n\u0a0a\u0a22 x") + row(2))
    found = read(data)
    assert found.ids == [1, 2]
    assert found.events[0]["CommandLine"] == "Größe\r\n\u0a0a\u0a22 x"
    assert found.adds_up()
    assert CsvSource().sniff(data, "x") > 0
    assert (tmp_path / "events.csv").read_bytes() == data


def test_quoted_line_breaks_nuls_and_long_cells(read: Any) -> None:
    command = "a\r\n\r\nb\x00\n" + "y" * 200_000
    found = read(HEADER + row(1, command) + "\r\n\r\n" + row(2))
    assert [event.get("CommandLine") for event in found.events] == [command, "x"]
    assert [event["event.record_id"] for event in found.events] == [2, 8]
    assert found.adds_up()


def test_a_lost_closing_quote_costs_its_row(read: Any) -> None:
    text = HEADER + row(1) + row(2, "cut")[:-3] + "\r\nrest, of it\r\n" + row(3) + row(4)
    found = read(text)
    assert found.ids == [1, 3, 4]
    assert found.reasons == ["unclosed_quote"]
    assert text.encode()[found.rejects[0].offset :].startswith(found.rejects[0].raw)
    assert found.rejects[0].record_id == 3
    assert found.adds_up()


def test_an_open_quote_at_the_end_costs_the_last_row(read: Any) -> None:
    found = read(HEADER + row(1) + row(2)[:-3])
    assert found.ids == [1]
    assert found.reasons == ["unclosed_quote"]
    assert found.adds_up()


def test_a_cut_last_row_is_truncated(read: Any) -> None:
    found = read(HEADER + row(1) + "2,Security,p")
    assert found.reasons == ["truncated"]
    assert found.adds_up()


def test_quotes_that_nobody_doubled_are_read(read: Any) -> None:
    line = '3,Security,pc,2026-11-22T09:00:00Z,"cmd "a" b"\r\n5,Security,7" pc,,x\r\n'
    found = read(HEADER + line + row(4))
    assert found.events[0]["CommandLine"] == 'cmd "a" b'
    assert found.events[1]["Computer"] == '7" pc'
    assert found.ids == [3, 5, 4]
    assert found.adds_up()


def test_rows_of_another_width_are_rejected(read: Any) -> None:
    found = read(
        HEADER + "1,Security\r\n" + row(2).rstrip() + ",extra\r\n" + row(3).rstrip() + ",\r\n"
    )
    assert found.ids == [3]
    assert found.reasons == ["bad_columns", "bad_columns"]
    assert found.adds_up()


def test_what_is_no_event_is_said_so(read: Any) -> None:
    found = read(HEADER + ",,pc,,x\r\n" + row(1))
    assert found.reasons == ["not_an_event"]
    assert found.adds_up()


def test_repeated_headers_are_no_rows(read: Any) -> None:
    found = read(HEADER + row(1) + HEADER + row(2))
    assert found.ids == [1, 2]
    assert found.adds_up()
    assert found.tally.notes == ("the header is repeated 1 times: several exports in one file",)


def test_another_header_takes_over(read: Any) -> None:
    other = "Channel;EventID\n".replace(";", ",")
    found = read(HEADER + row(1) + other + "System,7\n")
    assert found.ids == [1, 7]
    assert found.adds_up()


def test_a_row_longer_than_any_event_is_passed_over(read: Any) -> None:
    found = read(HEADER + row(1) + row(2, "z" * (5 << 20)) + row(3, "w" * (1 << 20)) + row(4))
    assert found.ids == [1, 4]
    assert found.reasons == ["too_large"]  # one stretch of damage
    assert found.adds_up()


def test_ansi_text_is_read_and_told(read: Any) -> None:
    found = read((HEADER + row(1, "Größe")).encode("cp1252"))
    assert found.events[0]["CommandLine"] == "Größe"
    assert found.tally.notes == ("1 rows hold bytes that are no valid text",)


def test_one_row_decides_the_order_of_all_dates(read: Any) -> None:
    header = "EventID,Channel,SystemTime\n"
    found = read(header + "1,System,03/04/2026 00:00:00\n2,System,22/04/2026 00:00:00\n")
    day = 86_400 * 10_000_000
    assert found.events[1]["event.filetime"] - found.events[0]["event.filetime"] == 19 * day
    assert found.tally.notes == (
        "dates are read with the day before month: 22/04/2026 00:00:00 shows it",
        "times name no zone and are read as UTC",
    )


def test_an_unknown_zone_is_bad_use(read: Any) -> None:
    with pytest.raises(UsageError):
        read(HEADER, source_tz="Nowhere/At_All")


@pytest.mark.parametrize(
    "head",
    ["", "a,b,c\n1,2,3\n", "<Event>", '{"EventID": 1, "Channel": "x"}', "#separator \\x09\n#fields\tid\n",
     "Level,Date and Time\n", "\x00" * 300],
)  # fmt: skip
def test_other_files_are_declined(head: str) -> None:
    assert CsvSource().sniff(head.encode(), "events.csv") < 0


PARTS = [
    "\r\n",
    "\n",
    '"',
    '""',
    ",",
    ";",
    "1,Security,pc,,x",
    HEADER,
    row(1),
    row(2)[:-4],
    "#TYPE x\r\n",
    "\x00",
    "é",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=14), st.binary(max_size=6))
def test_any_bytes_add_up(any_bytes: Any, parts: list[str], tail: bytes) -> None:
    text = "".join(parts).encode("utf-8", "replace")
    assert any_bytes(HEADER.encode() + text + tail).adds_up()
    assert any_bytes(text + tail).adds_up()
