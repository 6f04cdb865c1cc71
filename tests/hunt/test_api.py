from __future__ import annotations

import gc
from pathlib import Path

import pyarrow as pa
import pytest

import gamekeeper as gk
from fakes.sources import write_words
from gamekeeper.errors import NothingReadable, UsageError
from gamekeeper.hunt.api import Hunt


@pytest.fixture
def found(words: Path, rules: str, tmp_path: Path) -> Hunt:
    write_words(words / "a", "x", "evil", "bad")
    return gk.hunt(words, rules=rules, temp_dir=str(tmp_path))


def test_a_hunt_gives_objects_and_tables(found: Hunt) -> None:
    assert repr(found) == "<Hunt: 2 events, 1 matches, 1 findings>"
    assert found.findings[0].title == "Word seen"
    tables = [
        found.matches_table(),
        found.findings_table(),
        found.rules_table(),
        found.sources_table(),
        found.rejects_table(),
    ]
    assert [type(table) for table in tables] == [pa.Table] * 5
    assert [table.num_rows for table in tables] == [1, 1, 1, 1, 1]
    assert tables[1]["samples"][0].as_py()[0].startswith('{"rule.id"')
    assert tables[3]["records_present"].to_pylist() == [3]


def test_reports_can_be_written(found: Hunt, tmp_path: Path) -> None:
    names = {path.name for path in found.write(tmp_path / "out")}
    assert {"report.html", "matches.jsonl", "summary.json"} <= names


def test_a_closed_hunt_leaves_nothing_behind(found: Hunt, tmp_path: Path) -> None:
    with found:
        assert list(tmp_path.glob("gamekeeper-*"))
    assert not list(tmp_path.glob("gamekeeper-*"))


def test_a_forgotten_hunt_leaves_nothing_behind(words: Path, rules: str, tmp_path: Path) -> None:
    write_words(words / "a", "evil")
    matches = gk.hunt(words, rules=rules, temp_dir=str(tmp_path)).matches
    gc.collect()
    assert sum(batch.num_rows for batch in matches.batches()) == 1  # the store keeps its folder
    del matches
    gc.collect()
    assert not list(tmp_path.glob("gamekeeper-*"))


def test_options_that_do_not_exist_name_the_right_one(words: Path) -> None:
    with pytest.raises(UsageError, match="no option 'min_levle'; did you mean 'min_level'"):
        gk.hunt(words, min_levle="high")  # type: ignore[call-arg]


def test_one_text_is_one_value(words: Path, rules: str) -> None:
    write_words(words / "a", "evil")
    with gk.hunt([words], rules=[rules], exclude="rule:word seen") as found:
        assert len(found.matches) == 0


def test_events_can_be_read_alone(words: Path) -> None:
    write_words(words / "a", "x", "bad", "y")
    write_words(words / "b", "z")
    lines = [
        line
        for batch in gk.read_events(words)
        for line in batch.table.column("CommandLine").to_pylist()
    ]
    assert lines == ["cmd /c x", "cmd /c y", "cmd /c z"]


def test_events_of_nothing_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        list(gk.read_events(tmp_path))


def test_one_event_can_be_matched(rules: str) -> None:
    event = {
        "channel": "Microsoft-Windows-Sysmon/Operational",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "EventRecordID": "7",
        "TimeCreated": "2026-01-01T00:00:00Z",
        "CommandLine": "cmd /c evil",
        "Extra": ["a", "b"],
    }
    loaded = gk.load_rules(rules)
    assert gk.match_event(loaded, event) == [loaded.rules[0].id]
    assert gk.match_event(loaded, {**event, "CommandLine": "cmd /c good"}) == []
    assert gk.match_event(loaded, {**event, "EventID": 2}) == []


def test_an_event_id_that_is_no_number_says_so(rules: str) -> None:
    with pytest.raises(UsageError, match="EventID has to be a number"):
        gk.match_event(gk.load_rules(rules), {"EventID": "one"})


def test_one_event_is_matched_in_its_own_words_or_in_sigmas() -> None:
    rules = gk.load_rules("builtin")
    values = {
        "Image": "C:\\Windows\\System32\\ntdsutil.exe",
        "CommandLine": 'ntdsutil "ac i ntds" ifm "create full C:\\x" q q',
    }
    envelope = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}
    own = gk.match_event(rules, envelope | values)
    sigmas = gk.match_event(
        rules, values, logsource={"product": "windows", "category": "process_creation"}
    )
    assert own
    assert set(own) <= set(sigmas)
    assert gk.match_event(rules, {"Channel": "System", "EventID": 1} | values) == []
    assert gk.match_event(rules, values, logsource={"product": "linux"}) == []
