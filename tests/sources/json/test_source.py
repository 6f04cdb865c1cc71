from __future__ import annotations

import contextlib
import gzip
import io
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record
from gamekeeper.sources.json import JsonSource, source
from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.decode import decode
from gamekeeper.sources.json.framing import frames
from gamekeeper.sources.json.layout import layout_of
from gamekeeper.sources.json.unwrap import recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.model.build import Event


def event(number: int, **more: object) -> dict[str, object]:
    return {
        "EventID": 4688,
        "Channel": "Security",
        "Computer": "pc-7",
        "SystemTime": f"2026-11-22T09:00:{number % 60:02}Z",
        "EventRecordID": number,
        "CommandLine": f"run {number}",
        **more,
    }


class Outcome:
    def __init__(self, path: Path, options: ReadOptions | None = None) -> None:
        origin = Origin(5, "export.json", path, path.stat().st_size)
        json_source = JsonSource()
        self.ranges = json_source.ranges(origin)
        self.batches: list[EventBatch] = []
        self.rejects: list[Reject] = []
        self.tallies: list[Tally] = []
        for item in json_source.read(self.ranges, options or ReadOptions()):
            if isinstance(item, EventBatch):
                self.batches.append(item)
            elif isinstance(item, Reject):
                self.rejects.append(item)
            else:
                self.tallies.append(item)

    def column(self, name: str) -> list[Any]:
        return [value for batch in self.batches for value in batch.table.column(name).to_pylist()]

    def check_account(self) -> None:
        assert len(self.tallies) == len(self.ranges)
        for tally in self.tallies:
            assert tally.records_present == tally.events + tally.rejects
        assert sum(tally.events for tally in self.tallies) == sum(map(len, self.batches))
        assert sum(t.rejects for t in self.tallies) == sum(r.count for r in self.rejects)


def outcome(tmp_path: Path, raw: bytes | str, **options: Any) -> Outcome:
    path = tmp_path / "export.json"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    found = Outcome(path, ReadOptions(**options))
    found.check_account()
    return found


def ndjson(*records: object) -> str:
    return "\n".join(json.dumps(record) for record in records) + "\n"


def test_events_become_rows_with_their_places(tmp_path: Path) -> None:
    found = outcome(tmp_path, ndjson(event(1), event(2)))
    assert found.column("CommandLine") == ["run 1", "run 2"]
    assert found.column("event.source") == [5, 5]
    assert found.column("event.record_id") == [1, 2]
    assert found.column("event.offset") == [0, len(ndjson(event(1)))]
    assert found.tallies == [Tally(5, 2, 2, 0, shape="generic", fidelity="renamed")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_all_encodings_give_the_same_events(tmp_path: Path, encoding: str) -> None:
    text = ndjson(event(1, User="Ünï 😀"), event(2))
    found = outcome(tmp_path, text.encode(encoding))
    assert found.column("CommandLine") == ["run 1", "run 2"]
    assert found.rejects == []
    raw = (tmp_path / "export.json").read_bytes()
    plain = encoding.removesuffix("-sig")
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(plain, plain)
    second = found.column("event.offset")[1]
    assert raw[second:].decode(plain).startswith(json.dumps(event(2)))


def test_a_damaged_record_costs_that_record(tmp_path: Path) -> None:
    text = ndjson(event(1)) + '{"EventID": 1, "Cha\n' + ndjson({"type": "dns"}, [1], event(2))
    found = outcome(tmp_path, text)
    assert found.column("EventRecordID") == [1, 2]
    assert [(reject.reason, reject.record_id) for reject in found.rejects] == [
        ("bad_json", 2),
        ("not_an_event", 3),
        ("not_an_event", 4),
    ]
    assert found.rejects[0].raw == b'{"EventID": 1, "Cha'
    assert found.rejects[0].offset == len(ndjson(event(1)))


def test_damage_in_an_array_on_one_line_leaves_the_others(tmp_path: Path) -> None:
    records = [json.dumps(event(n)) for n in range(1, 8)]
    records[3] = records[3].replace('"Security"', '"Security')
    found = outcome(tmp_path, "[" + ",".join(records) + "]")
    assert set(found.column("EventRecordID")) >= {1, 2, 3, 6, 7}
    assert found.rejects


def test_a_torn_pretty_array_keeps_what_is_whole(tmp_path: Path) -> None:
    text = json.dumps([event(n) for n in range(1, 5)], indent=2)
    found = outcome(tmp_path, text[: text.index('"EventRecordID": 4')])
    assert found.column("EventRecordID") == [1, 2, 3]
    assert [reject.reason for reject in found.rejects] == ["bad_json"]


def test_bad_xml_inside_is_a_reject_with_its_reason(tmp_path: Path) -> None:
    found = outcome(tmp_path, ndjson({"result": {"_raw": "<Event><System>", "_time": "x"}}))
    assert len(found.rejects) == 1
    assert found.rejects[0].reason


def test_the_kept_bytes_of_a_reject_are_bounded(tmp_path: Path) -> None:
    found = outcome(tmp_path, ndjson(event(1), {"a": "x" * 9000}))
    assert len(found.rejects[0].raw) == 4096


def test_an_empty_file_has_one_range_and_no_records(tmp_path: Path) -> None:
    found = outcome(tmp_path, b"")
    assert found.tallies == [Tally(5, 0, 0, 0)]


def test_several_shapes_are_named_and_the_worst_fidelity_counts(tmp_path: Path) -> None:
    tree = {"Event": {"System": {"EventID": 1, "Channel": "System"}}}
    row = {"ActionType": "x", "DeviceName": "pc", "Timestamp": "2026-11-22T09:00:00Z"}
    found = outcome(tmp_path, ndjson(tree, tree, row))
    tally = found.tallies[0]
    assert (tally.shape, tally.fidelity) == ("event_tree", "lossy")
    assert "Channel" in tally.fields_lacking
    assert tally.notes == ("several shapes: event_tree 2, defender_xdr 1",)


def test_zoneless_times_of_a_file_follow_what_its_records_show(tmp_path: Path) -> None:
    def nxlog(number: int, **more: object) -> dict[str, object]:
        return {
            "EventTime": "2026-11-22 05:00:00",
            "EventID": number,
            "Channel": "Security",
            "Hostname": "pc-7",
            "SourceModuleType": "im_msvistalog",
            **more,
        }

    found = outcome(tmp_path, ndjson(nxlog(1), nxlog(2, UtcTime="2026-11-22 09:00:00.000")))
    assert found.column("event.filetime") == [134_398_116_000_000_000] * 2
    assert found.column("event.time_assumed") == [True, True]
    assert found.tallies[0].notes == ("times name no zone; the records themselves show UTC-4 h",)


def test_an_unknown_zone_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        outcome(tmp_path, ndjson(event(1)), source_tz="Moor/Fen")


def test_large_files_of_lines_are_cut_at_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "RANGE_BYTES", 500)
    records = [event(n, Text="x" * (n % 70)) for n in range(40)]
    found = outcome(tmp_path, ndjson(*records))
    assert len(found.ranges) > 5
    assert [r.is_last for r in found.ranges] == [False] * (len(found.ranges) - 1) + [True]
    stops = [0] + [r.stop for r in found.ranges]
    assert [r.start for r in found.ranges] == stops[:-1]
    assert found.column("EventRecordID") == list(range(40))
    assert stops[-1] == (tmp_path / "export.json").stat().st_size
    raw = (tmp_path / "export.json").read_bytes()
    for offset, number in zip(found.column("event.offset"), range(40), strict=True):
        assert raw[offset:].startswith(json.dumps(records[number]).encode())


def test_overlong_lines_are_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RANGE_BYTES", 100)
    monkeypatch.setattr(source, "MAX_RECORD_BYTES", 300)
    found = outcome(tmp_path, ndjson(event(1), event(2, Text="x" * 3000), event(3), event(4)))
    assert found.column("EventRecordID") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("head", "path", "low", "high"),
    [
        (ndjson(event(1)).encode(), "x.txt", 0.9, 1),
        (json.dumps([event(1)], indent=2).encode("utf-16"), "x", 0.9, 1),
        (b'{"type":"dns"}\n', "x.json", 0.4, 0.6),
        (b'{"broken', "x.json", 0.2, 0.4),
        (b"plain text", "x.json", 0, 0.2),
        (b"plain text", "x.log", -1, -0.5),
        (b"<Event/>", "x.xml", -1, -0.5),
        (b"ElfFile\0", "x.evtx", -1, -0.5),
        (b"", "x", -1, -0.5),
    ],
)
def test_sniffing_goes_by_content(head: bytes, path: str, low: float, high: float) -> None:
    assert low <= JsonSource().sniff(head, path) <= high


def test_the_head_that_cuts_a_record_is_recognised() -> None:
    head = ndjson(*(event(n, Text="x" * 500) for n in range(200))).encode()[: 64 << 10]
    assert JsonSource().sniff(head, "x") > 0.9
    pretty = json.dumps([event(n) for n in range(900)], indent=2).encode()[: 64 << 10]
    assert JsonSource().sniff(pretty, "x") > 0.9


GOOD = json.dumps(event(1)).encode()
PIECES = st.sampled_from(
    [GOOD, b"{", b"}", b"[", b"]", b",", b"\n", b'"', b"\\", b"\0", b"\xff", b"Record 1\n", b" "]
)
MIXED = st.lists(PIECES | st.binary(max_size=8), max_size=24).map(b"".join)


@settings(max_examples=250, deadline=None)
@given(MIXED)
@example(b'{"hits":{"hits":[' + GOOD + b"," + GOOD + b',{"a":')
@example(b"[" + GOOD + b'{"a":"' + GOOD + b"]")
@example(b"\xff\xfe" + GOOD.decode().encode("utf-16-le") + b"\n\x00")
def test_any_bytes_are_accounted_for(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    outcome(tmp_path_factory.mktemp("any"), raw)
    JsonSource().sniff(raw, "x.json")


def twin_events(path: Path) -> Iterator[Event]:
    raw = path.read_bytes()
    layout = layout_of(raw, is_whole=True)
    for frame in frames(io.BytesIO(raw[layout.bom_bytes :]), layout):
        found = recognise(decode(frame.raw))
        assert found is not None
        yield found[1].to_event(found[0], Place(0, FileClock()))


def true_events(path: Path) -> Iterator[Event]:
    raw = path.read_bytes()
    for base in range(4096, len(raw), 65_536):
        chunk = raw[base : base + 65_536]
        if not chunk.startswith(b"ElfChnk\0"):
            continue
        offset, free = 512, min(struct.unpack_from("<I", chunk, 48)[0], len(chunk) - 24)
        while offset < free and chunk[offset : offset + 4] == b"**\0\0":
            with contextlib.suppress(BinXmlError):
                yield decode_record(chunk, offset, source=0, base=base)
            offset += max(struct.unpack_from("<I", chunk, offset + 4)[0], 24)


def plain(record: Event) -> list[tuple[str, str]]:
    """The fields without what the twins' makers changed: white space at the end, once a letter's case."""
    return [(name, value.rstrip(" ").lower()) for name, value in record.data]


@pytest.mark.corpus
def test_json_twins_equal_the_truth_of_their_evtx(corpus: Path) -> None:
    compared = 0
    for path in sorted((corpus / "sigma-regression").rglob("*.json")):
        truth = {e.event_record_id: e for e in true_events(path.with_suffix(".evtx"))}
        for twin in twin_events(path):
            true = truth[twin.event_record_id]
            compared += 1
            assert (twin.event_id, twin.system) == (true.event_id, true.system), path
            assert twin.filetime is not None
            assert true.filetime is not None
            assert 0 <= true.filetime - twin.filetime < 10, path  # the twin has microseconds
            assert plain(twin) == plain(true), path
    assert compared > 90


LOG4SHELL = "campaigns/Log4Shell"
JAVA = "log4shell_cve2021_44228_java_serialized_object"


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "shape", "records"),
    [
        ("otrf/empire_powerdump_2019-06-25132210.json.gz", "winlogbeat6", 1917),
        ("otrf/empire_launcher_sct_regsvr32_2020-07-21232741.json.gz", "nxlog", 2390),
        ("otrf/cmd_lsass_memory_dumpert_syscalls_2020-10-1822561997.json", "flat_timecreated", 118),
        (f"{LOG4SHELL}/sysmon_{JAVA}_2022-05-13045800.json", "sentinel", 487),
        (f"{LOG4SHELL}/securityauditing_{JAVA}_2022-05-13045400.json", "sentinel", 39),
    ],
)
def test_published_captures_are_read_whole(
    corpus: Path, tmp_path: Path, name: str, shape: str, records: int
) -> None:
    path = corpus / name
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found = outcome(tmp_path, raw)
    assert found.rejects == []
    assert sum(map(len, found.batches)) == records
    assert {tally.shape for tally in found.tallies} == {shape}
    assert None not in found.column("event.filetime")
    assert None not in found.column("Computer")
