"""Reading EVTX: every record is an event or a reject, whatever the bytes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from tests.sources.evtx.conftest import START, process, read

from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, Rendering, WrittenEvent, classic_data, user_data
from gamekeeper.simulate.values import SID, TEXT

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 65536


def test_every_written_record_is_an_event(log: Path) -> None:
    found = read(log)
    assert found.counts == (600, 600, 0)
    assert not found.rejects
    rows = found.rows
    assert [row["EventRecordID"] for row in rows] == list(range(1, 601))
    assert rows[8]["CommandLine"] == "net view host1"
    assert rows[8]["ProcessId"] == "8"
    assert rows[8]["LogonId"] == "0x3e7"
    assert rows[8]["event.rest"] == [{"name": "Odd", "value": "odd 8"}]
    assert rows[8]["event.filetime"] == START + 8 * 10**7
    assert rows[8]["Computer"] == "HOST1.example.org"


def test_a_batch_has_each_text_once(log: Path) -> None:
    (batch,) = read(log).batches
    assert batch.dataset == "windows.sysmon"
    assert len(batch.table["CommandLine"].dictionary) == 7
    assert len(batch.table["Image"].dictionary) == 1
    batch.table.validate(full=True)


def test_files_share_a_batch_and_keep_their_numbers(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.evtx")
        with EvtxWriter(paths[-1]) as writer:
            writer.write(process(number))
    found = read(*paths)
    assert len(found.batches) == 1
    assert [row["event.source"] for row in found.rows] == [0, 1, 2]
    assert [t.events for t in found.tallies] == [1, 1, 1]


def test_channels_of_a_collector_become_datasets(tmp_path: Path) -> None:
    path = tmp_path / "ForwardedEvents.evtx"
    cleared = Envelope("Microsoft-Windows-Eventlog", "Security", 1102)
    layout = user_data("LogFileCleared", [("SubjectUserSid", SID), ("SubjectUserName", TEXT)])
    classic = Envelope("PowerShell", "Windows PowerShell", 400, qualifiers=0)
    rendering = Rendering("The audit log was cleared.", keywords=("Audit Success",))
    with EvtxWriter(path) as writer:
        writer.write(process(1))
        values = ("S-1-5-21-1-2-3-500", "admin")
        writer.write(WrittenEvent(cleared, layout, values, "DC1", START, rendering=rendering))
        strings = ["Available", "None", "\tHostName=ConsoleHost \U0001f600"]
        writer.write(WrittenEvent(classic, classic_data(), (strings, None), "WS2", START))
        writer.write(WrittenEvent(cleared, layout, values, "DC2", START, as_text=True))
    found = read(path)
    assert found.counts == (4, 4, 0)
    assert {b.dataset for b in found.batches} == {
        "windows.sysmon",
        "windows.security",
        "windows.powershell_classic",
    }
    by_host = {row["Computer"]: row for row in found.rows}
    assert by_host["DC1"]["SubjectUserName"] == "admin"
    assert {"name": "Message", "value": "The audit log was cleared."} in by_host["DC1"][
        "event.rest"
    ]
    assert by_host["DC2"]["SubjectUserSid"] == "S-1-5-21-1-2-3-500"
    assert by_host["WS2"]["Data"] == "Available"
    rest = [pair["value"] for pair in by_host["WS2"]["event.rest"]]
    assert rest == ["None", "\tHostName=ConsoleHost \U0001f600"]


def test_a_damaged_record_costs_itself(log: Path) -> None:
    raw = bytearray(log.read_bytes())
    second = 4096 + 512 + struct.unpack_from("<I", raw, 4096 + 512 + 4)[0]
    raw[second : second + 4] = b"\0\0\0\0"
    log.write_bytes(raw)
    found = read(log)
    assert found.counts == (600, 599, 1)
    (reject,) = found.rejects
    assert (reject.reason, reject.offset, reject.count) == ("damaged_records", second, 1)
    assert reject.raw
    assert found.tallies[0].evidence["chunk_faults"]


def test_a_chunk_without_its_magic_costs_the_chunk(log: Path) -> None:
    raw = bytearray(log.read_bytes())
    lost = struct.unpack_from("<Q", raw, 4096 + CHUNK + 16)[0]
    lost -= struct.unpack_from("<Q", raw, 4096 + CHUNK + 8)[0] - 1
    raw[4096 + CHUNK : 4096 + CHUNK + 8] = b"Damaged!"
    log.write_bytes(raw)
    found = read(log)
    assert found.counts == (600, 600 - lost, lost)
    assert [(r.reason, r.offset, r.count) for r in found.rejects] == [
        ("bad_chunk", 4096 + CHUNK, lost)
    ]
    recovered = read(log, recover=True)
    assert recovered.counts == found.counts
    assert recovered.tallies[0].recovered == lost
    carved = [row for row in recovered.rows if row["event.state"] == 2]
    assert len(carved) == lost


def test_a_file_cut_short_loses_what_was_cut_and_says_so(log: Path) -> None:
    raw = log.read_bytes()
    log.write_bytes(raw[: 4096 + CHUNK + 30_000])
    found = read(log)
    present, events, rejects = found.counts
    assert 0 < events < present < 600
    assert events + rejects == present == len(found.rows) + sum(r.count for r in found.rejects)


def test_stale_records_come_back_only_when_asked_for(log: Path) -> None:
    raw = bytearray(log.read_bytes())
    (first, last) = struct.unpack_from("<QQ", raw, 4096 + 8)
    cut = 4096 + 512
    for _ in range(10):
        cut += struct.unpack_from("<I", raw, cut + 4)[0]
    struct.pack_into("<Q", raw, 4096 + 16, first + 9)
    struct.pack_into("<I", raw, 4096 + 48, cut - 4096)
    log.write_bytes(raw)
    stale = last - first + 1 - 10
    found = read(log)
    assert found.counts == (600 - stale, 600 - stale, 0)
    recovered = read(log, recover=True)
    assert recovered.counts == found.counts
    assert recovered.tallies[0].recovered == stale
    assert sum(row["event.state"] == 1 for row in recovered.rows) == stale


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 4096 + 511, 4096 + 512])
def test_stumps_are_read_without_events(log: Path, size: int) -> None:
    log.write_bytes(log.read_bytes()[:size])
    found = read(log)
    present, events, rejects = found.counts
    assert events == 0
    assert present == rejects
    assert len(found.tallies) == 1


def test_the_file_header_is_kept_as_evidence(log: Path) -> None:
    header = read(log).tallies[0].evidence["file_header"]
    assert isinstance(header, dict)
    assert header["next_record"] == 601
    assert header["crc"] == "right"


def test_bare_chunks_are_read(log: Path) -> None:
    log.write_bytes(log.read_bytes()[4096:])
    assert read(log).counts == (600, 600, 0)


def test_a_full_batch_is_given_and_reading_goes_on(log: Path) -> None:
    found = read(log, most_rows=50)
    assert found.counts == (600, 600, 0)
    assert len(found.batches) == 12
