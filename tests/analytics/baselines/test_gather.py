"""Habits that workers keep of events."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fakes.facts import NEW_YEAR, event
from tests.fakes.habits import FIRST_DAY, Diary, batches, office, runs, seen_in

from gamekeeper.analytics.baselines import gather
from gamekeeper.analytics.baselines.merging import merge
from gamekeeper.model.habits import SEEN_KEY, SEEN_SCHEMA
from gamekeeper.store import sorted_runs

NAMES = ("ws01", "ws02", "dc01")


def rows(diary: Diary, folder: Path, baseline: str) -> list[tuple[str, str, int]]:
    table = pa.Table.from_batches(
        list(seen_in(diary.events, folder).batches()), schema=SEEN_SCHEMA
    ).to_pylist()
    return [
        (row["who"], row["key"].replace("\x1f", " | "), row["day"] - FIRST_DAY)
        for row in table
        if row["baseline"] == baseline
    ]


def test_a_habit_is_one_row_a_day_however_often_it_shows(tmp_path: Path) -> None:
    diary = Diary()
    for moment in (0, 0.1, 0.2, 1):
        diary.start(moment, "ws01", "whoami /all")
    assert rows(diary, tmp_path, "command-shapes") == [
        ("ws01", "whoami /all", 0),
        ("ws01", "whoami /all", 1),
    ]


def test_sysmon_and_the_security_log_show_the_same_habit(tmp_path: Path) -> None:
    diary = Diary()
    diary.start(0, "ws01", "whoami")
    diary.note(
        0.1,
        4688,
        "ws01",
        NewProcessName=r"C:\Windows\System32\whoami.exe",
        CommandLine="whoami",
        ParentProcessName=r"C:\Windows\explorer.exe",
        SubjectUserName="anna",
        TargetUserName="-",
    )
    for baseline in ("command-shapes", "parent-child", "programs", "administrators"):
        assert len(rows(diary, tmp_path / baseline, baseline)) == 1


def test_the_first_event_of_a_day_is_cited(tmp_path: Path) -> None:
    diary = Diary()
    for moment in (0.3, 0.1, 0.2):
        diary.start(moment, "ws01", "whoami")
    table = pa.Table.from_batches(list(seen_in(diary.events, tmp_path).batches()))
    found = [row for row in table.to_pylist() if row["baseline"] == "command-shapes"]
    assert [row["offset"] for row in found] == [diary.events[1].offset]
    assert found[0]["fingerprint"] is not None


def test_logons_of_machines_and_events_without_a_time_show_nothing(tmp_path: Path) -> None:
    diary = Diary()
    diary.logon(0, "ws01", "WS02$")
    data = {"TargetUserName": "anna", "IpAddress": "10.0.0.5", "LogonType": "3"}
    diary.events.append(event(9, None, 4624, host="ws01", data=data))
    assert rows(diary, tmp_path, "logon-edges") == []


def test_a_requester_of_shadow_copies_is_read_from_a_field_without_a_column(tmp_path: Path) -> None:
    diary = Diary()
    image = r"S-1-5-18 C:\Windows\System32\ntdsutil.exe"
    diary.events.append(
        event(1, NEW_YEAR, 8222, provider="VSSAudit", host="dc01", data={"Data": image})
    )
    assert rows(diary, tmp_path, "shadow-copies") == [("dc01", "ntdsutil.exe", 0)]


def test_rows_are_bounded_by_spilling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diary = office(5)
    whole = _table(diary, tmp_path / "a")
    monkeypatch.setattr(sorted_runs, "_RUN_BYTES", 300)
    assert _table(diary, tmp_path / "b") == whole


def test_a_habit_of_which_a_run_tells_again_and_again_has_one_fingerprint(tmp_path: Path) -> None:
    diary = Diary()
    for moment in (2.1, 1.2, 1.1, 3):
        diary.start(moment, "ws01", "whoami")
    unit = list(batches(diary.events, 1))
    (run,) = runs([unit], tmp_path / "runs")
    table = next(iter(sorted_runs.merge_runs([run], SEEN_KEY)))
    found = [row for row in table.to_pylist() if row["baseline"] == "command-shapes"]
    assert [row["day"] - FIRST_DAY for row in found] == [1, 2, 3]
    assert [row["offset"] for row in found] == [diary.events[at].offset for at in (2, 0, 3)]
    assert [row["fingerprint"] is not None for row in found] == [True, False, False]


def test_values_that_no_longer_fit_into_memory_have_the_same_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gather, "_REMEMBERED", 500)
    memory = gather._Memory(str.upper)
    assert [memory[f"v{n % 7}"] for n in range(50)] == [f"V{n % 7}" for n in range(50)]
    assert len(memory) < 7


def _table(
    diary: Diary, folder: Path, order: list[int] | None = None, size: int = 16
) -> list[object]:
    events = diary.events if order is None else [diary.events[at] for at in order]
    units = [[batch] for batch in batches(events, size)]
    seen = merge(runs(units, folder / "runs"), (), folder)
    table = pa.Table.from_batches(list(seen.batches())).drop_columns(["fingerprint"])
    found: list[object] = table.to_pylist()
    return found


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(36)),
    size=st.integers(1, 40),
    acts=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(NAMES)), min_size=36, max_size=36),
)
def test_the_order_and_the_size_of_batches_do_not_matter(
    tmp_path_factory: object, order: list[int], size: int, acts: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("habits")  # type: ignore[attr-defined]
    diary = Diary()
    for at, (day, host) in enumerate(acts):
        diary.start(day + at / 100, host, f"tool{at % 3}")
    assert _table(diary, folder / "a") == _table(diary, folder / "b", order, size)
