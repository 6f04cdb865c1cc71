"""Baselines of a hunt, and the memory of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fakes.cases import add_to, case_of
from fakes.habits import Diary, batches, office
from gamekeeper.errors import UsageError
from gamekeeper.hunt.baselining import confirmed, recalled, roles_of, ways_in
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.anomalies import Standing
from gamekeeper.model.results import HuntResult
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.forget import forget
from gamekeeper.store.records import Kind

HOSTS = tuple(f"ws{number:02}" for number in range(8))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[WorkFolder]:
    folder = WorkFolder(str(tmp_path))
    yield folder
    folder.close()


def asked(case: Case, **options: object) -> Request:
    return Request((str(case.layout.root),), ruleless=True, workers=1, **options)  # type: ignore[arg-type]


def again(case: Case, work: WorkFolder, since: str | None = None, **options: object) -> HuntResult:
    return rehunt(asked(case, **options), case, work, since=since)


def memory(case: Case) -> list[dict[str, object]]:
    with case.snapshot() as snapshot:
        (file,) = snapshot.of_kind(Kind.HABITS)
        rows: list[dict[str, object]] = pq.read_table(snapshot.layout.path(file.path)).to_pylist()
        return rows


def intruded(days: int) -> Diary:
    diary = office(days, HOSTS)
    diary.start(days - 1, "ws03", "ntdsutil ifm")
    return diary


def test_a_hunt_says_what_is_new_and_the_case_remembers(tmp_path: Path, work: WorkFolder) -> None:
    case = case_of(tmp_path / "case", batches(intruded(40).events, 512))
    found = again(case, work).baselines
    assert {one.host for one in found.anomalies} == {"ws03"}
    assert any(one.observed for one in found.anomalies)
    assert len(memory(case)) > 0


def test_searching_the_same_events_again_changes_nothing(tmp_path: Path, work: WorkFolder) -> None:
    case = case_of(tmp_path / "case", batches(intruded(20).events, 512))
    first = again(case, work).baselines.anomalies
    kept = memory(case)
    assert again(case, work).baselines.anomalies == first
    assert memory(case) == kept


def test_what_is_remembered_is_known_though_only_new_events_are_read(
    tmp_path: Path, work: WorkFolder
) -> None:
    case = case_of(tmp_path / "case", batches(office(40, HOSTS).events, 512))
    again(case, work)
    late = Diary()
    late.events = [one for one in intruded(60).events if one.filetime is not None][-17:]
    add_to(case, batches(late.events, 512), first=1)
    found = again(case, work, since="last").baselines
    (one,) = [a for a in found.anomalies if a.baseline == "command-shapes"]
    assert one.days_known == 59
    assert found.remembered > 0


def test_nobody_learns_where_it_is_not_wished(tmp_path: Path, work: WorkFolder) -> None:
    case = case_of(tmp_path / "case", batches(office(3, HOSTS).events, 512))
    result = again(case, work, no_baselines=True)
    assert (result.baselines.is_on, result.baselines.accounts) == (False, ())
    with case.snapshot() as snapshot:
        assert snapshot.of_kind(Kind.HABITS) == ()


def test_first_ways_to_a_controller_wait_until_somebody_confirms_them(
    tmp_path: Path, work: WorkFolder
) -> None:
    diary = office(3, HOSTS)
    diary.controller("dc01")
    diary.logon(1, "dc01", "anna", kind="10")
    case = case_of(tmp_path / "case", batches(diary.events, 512))
    ways = ways_in(again(case, work).baselines)
    assert len(ways) == 2
    with pytest.raises(UsageError, match="no such way"):
        confirmed(asked(case), case, work, ["beef"])
    assert confirmed(asked(case), case, work, [ways[0]]) == 1
    assert confirmed(asked(case), case, work, ["all"]) == 1
    assert {one.standing for one in again(case, work).baselines.anomalies} == {Standing.CONFIRMED}
    assert {one.standing for one in recalled(asked(case), case, work).anomalies} == {
        Standing.CONFIRMED
    }


def test_what_a_forgotten_log_taught_goes_and_what_others_show_comes_back(
    tmp_path: Path, work: WorkFolder
) -> None:
    alone, shared = office(9, ("ws01",)), office(9, ("ws02",))
    second = [replace(one, source=1) for one in [*shared.events, *office(9, ("ws01",)).events[::2]]]
    case = case_of(tmp_path / "case", batches(alone.events, 512), batches(second, 512))
    again(case, work)
    before = memory(case)
    with Writer(case) as writer:
        done = forget(writer, writer.manifest.sources()[0])
    assert done.habits == sum(row["source"] == 0 for row in before) > 0
    assert {row["source"] for row in memory(case)} == {1}
    again(case, work)
    assert {row["source"] for row in memory(case)} == {1}
    assert {"ws01", "ws02"} <= {row["host"] for row in memory(case)}
    assert len(memory(case)) < len(before)


def test_a_controller_that_only_a_list_names_is_confirmed_with_the_list(
    tmp_path: Path, work: WorkFolder
) -> None:
    diary = office(3, HOSTS)
    diary.logon(1, "dc01", "anna", kind="10")
    case = case_of(tmp_path / "case", batches(diary.events, 512))
    listed = tmp_path / "assets.csv"
    listed.write_text("host,role\ndc01.corp.example,domain controller\n")
    options = {"assets": (str(listed),)}
    ways = ways_in(again(case, work, **options).baselines)
    assert len(ways) == 2
    with pytest.raises(UsageError, match="name the list"):
        confirmed(asked(case), case, work, ways)
    assert ways_in(recalled(asked(case, **options), case, work)) == ways
    assert confirmed(asked(case, **options), case, work, ways) == 2


def test_without_a_look_at_the_logs_nobody_gives_roles() -> None:
    assert roles_of(None) == {}
