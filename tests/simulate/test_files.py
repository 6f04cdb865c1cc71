from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gamekeeper.simulate.files import FORWARDED_CHANNELS, file_of
from gamekeeper.simulate.intrusion import load_intrusion
from gamekeeper.simulate.run import simulate

from .conftest import read_json

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def _truth(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]


def _by_id(path: Path) -> dict[int, dict[str, Any]]:
    return {event["System"]["EventRecordID"]: event["System"] for event in read_json(path)}


def _number(system: dict[str, Any]) -> int:
    event_id = system["EventID"]
    return int(event_id["#text"] if isinstance(event_id, dict) else event_id)


def test_a_log_is_named_as_windows_names_it() -> None:
    assert file_of("DC01", SYSMON) == "DC01/Microsoft-Windows-Sysmon%4Operational.evtx"


def test_every_line_of_the_truth_points_at_its_record(intruded: Path) -> None:
    lines = [line for line in _truth(intruded) if line["file"] is not None]
    files = {name: _by_id(intruded / name) for name in {line["file"] for line in lines}}
    assert len(lines) > 300
    for line in lines:
        system = files[line["file"]][line["EventRecordID"]]
        assert _number(system) == line["EventID"]
        assert system["Channel"] == line["channel"]
        assert system["Computer"] == line["computer"]
        time = system["TimeCreated"]["#attributes"]["SystemTime"]
        assert time[:23] == line["time"][:23]


def test_erased_events_live_on_at_the_collector_only(intruded: Path) -> None:
    collected = _truth(intruded)[0]["collected_file"]
    gone = [line for line in _truth(intruded) if line["file"] is None]
    assert len(gone) > 50
    assert {line["channel"] for line in gone} >= {"Security"}
    copies = [e["System"] for e in read_json(intruded / collected)]
    for line in gone:
        copy = copies[line["collected_record_id"] - 1]
        assert (copy["EventRecordID"], copy["Computer"]) == (
            str(line["EventRecordID"]),
            line["computer"],
        )


def test_a_cleared_log_begins_with_its_clear_and_goes_on_counting(intruded: Path) -> None:
    [clear] = [
        line
        for line in _truth(intruded)
        if line["EventID"] == 1102 and line["channel"] == "Security"
    ]
    systems = [event["System"] for event in read_json(intruded / clear["file"])]
    assert _number(systems[0]) == 1102
    assert systems[0]["EventRecordID"] == clear["EventRecordID"] > 2000
    told = json.loads((intruded / "world.json").read_text())
    assert told["erased"][clear["file"]] > 100


def test_record_ids_have_no_holes_where_nobody_took_records(clean: Path) -> None:
    for path in clean.rglob("*.evtx"):
        ids = [event["System"]["EventRecordID"] for event in read_json(path)]
        assert ids == list(range(ids[0], ids[0] + len(ids))), path


def test_removed_records_leave_a_hole(tmp_path: Path) -> None:
    assert load_intrusion("quiet-return")["phases"]
    simulate(tmp_path / "out", seed=4, days=1, hosts=3, intrusion="quiet-return")
    told = json.loads((tmp_path / "out" / "world.json").read_text())
    [(name, count)] = told["erased"].items()
    ids = [event["System"]["EventRecordID"] for event in read_json(tmp_path / "out" / name)]
    assert count > 5
    assert ids[-1] - ids[0] + 1 == len(ids) + count
    assert all(line["file"] is not None for line in _truth(tmp_path / "out"))


def test_the_collector_holds_what_it_subscribes_to(intruded: Path) -> None:
    collected = _truth(intruded)[0]["collected_file"]
    events = list(read_json(intruded / collected))
    assert {e["System"]["Channel"] for e in events} == FORWARDED_CHANNELS
    assert len({e["System"]["Computer"] for e in events}) == 6
    process = next(e for e in events if _number(e["System"]) == 1)
    assert "CommandLine: " in process["RenderingInfo"]["Message"]
    logon = next(e for e in events if _number(e["System"]) == 4624)
    assert logon["RenderingInfo"]["Keywords"]["Keyword"] == "Audit Success"


def test_time_runs_forward_in_every_log(clean: Path) -> None:
    for path in clean.rglob("*.evtx"):
        times = [e["System"]["TimeCreated"]["#attributes"]["SystemTime"] for e in read_json(path)]
        assert times == sorted(times)


def test_sysmon_and_security_tell_of_the_same_processes(clean: Path) -> None:
    host = next(p for p in clean.iterdir() if "JUMP" in p.name)
    sysmon = {
        (e["EventData"]["ProcessId"], e["EventData"]["CommandLine"])
        for e in read_json(host / "Microsoft-Windows-Sysmon%4Operational.evtx")
        if _number(e["System"]) == 1
    }
    audited = {
        (int(e["EventData"]["NewProcessId"], 16), e["EventData"]["CommandLine"])
        for e in read_json(host / "Security.evtx")
        if _number(e["System"]) == 4688
    }
    assert len(sysmon) > 60
    assert len(sysmon ^ audited) <= 1  # the last may fall behind the end of the world


def test_sessions_end_under_the_id_with_which_they_began(clean: Path) -> None:
    host = next(p for p in clean.iterdir() if "DC" in p.name)
    events = list(read_json(host / "Security.evtx"))
    began = {e["EventData"]["TargetLogonId"] for e in events if _number(e["System"]) == 4624}
    ended = {e["EventData"]["TargetLogonId"] for e in events if _number(e["System"]) == 4634}
    assert len(ended) > 100
    assert len(ended - began) <= 1
