"""Numbers out of text columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes, pid_of, settled


def column(*texts: str | None) -> pa.DictionaryArray:
    return pa.array(texts, pa.utf8()).dictionary_encode()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0x1850", 6224),
        ("0X4", 4),
        ("6224", 6224),
        ("0", 0),
        (None, -1),
        ("", -1),
        ("-4", -1),
        (" 4", -1),
        ("\u0664", -1),
        ("4294967295", -1),
        ("0x" + "f" * 17, -1),
        ("9" * 5_000, -1),
    ],
)
def test_a_process_id_is_a_number_or_nothing(text: str | None, number: int) -> None:
    assert pid_of(text) == number
    assert fields.pids(column("4", text)).tolist() == [4, number]


def test_a_guid_is_two_halves_whatever_its_spelling_and_zeros_where_it_is_none() -> None:
    guid = "{19DE6D3B-1972-64DC-0F0C-000000000C00}"
    found = fields.guids(
        column(guid, guid.lower(), guid.strip("{}"), None, "{}", guid[:-2], "x" * 32)
    )
    high, low = 0x19DE6D3B197264DC, 0x0F0C000000000C00
    assert found.tolist() == [[high, low]] * 3 + [[0, 0]] * 4
    assert fields.guids(column()).shape == (0, 2)


def test_what_is_as_long_as_a_guid_may_still_be_none_or_be_written_otherwise() -> None:
    plain = "19de6d3b197264dc0f0c000000000c00"
    odd = plain[:4] + "------" + plain[4:]
    texts = [
        "x" * 38,
        "{19DE6D3B_1972-64DC-0F0C-000000000C00}",
        "é" * 19,
        odd,
        "{" + "z" * 36 + "}",
    ]
    found = fields.guids(column(*texts))
    assert found.tolist() == [[0, 0]] * 3 + [[0x19DE6D3B197264DC, 0x0F0C000000000C00], [0, 0]]


def test_sysmons_time_is_read_and_nonsense_is_none() -> None:
    texts = ["1970-01-01 00:00:01.250", None, "2026-13-01 00:00:00.000", "2026-01-31", "", "x" * 23]
    assert fields.utc_times(column(*texts)).tolist() == [FILETIME_EPOCH + 12_500_000] + [-1] * 5
    assert fields.utc_times(column(None)).tolist() == [-1]


def test_sysmons_time_counts_where_it_fits_the_records() -> None:
    hour = 3_600 * 10_000_000
    written = np.array([hour, hour, -1, 20 * hour])
    utc = np.array([hour - 5, -1, 7, hour])
    assert settled(written, utc).tolist() == [hour - 5, hour, 7, 20 * hour]


def test_times_before_1601_are_none() -> None:
    assert fields.filetimes(pa.array([5, None, -7], pa.int64())).tolist() == [5, -1, -1]


def test_programs_are_told_by_their_names() -> None:
    codes = Codes()
    paths = [
        "C:\\Windows\\CMD.exe",
        "c:\\x\\cmd.EXE",
        None,
        "-",
        "",
        "<unknown process>",
        "Registry",
    ]
    assert fields.programs(column(*paths), codes).tolist() == [0, 0, -1, -1, -1, -1, 1]
    assert codes.names() == ["cmd.exe", "registry"]


def test_names_get_numbers_across_columns() -> None:
    codes = Codes()
    assert fields.named(column("b", "a", None), codes).tolist() == [0, 1, -1]
    assert fields.named(column("a", "c"), codes).tolist() == [1, 2]


def test_events_without_a_host_share_one_without_a_name() -> None:
    codes = Codes()
    assert fields.hosts(column("a", None, "b"), codes).tolist() == [0, 2, 1]
    assert fields.hosts(column("b", ""), codes).tolist() == [1, 2]
    assert codes.names() == ["a", "b", ""]
