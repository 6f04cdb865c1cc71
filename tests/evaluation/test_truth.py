from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.evaluation.truth import Shape, key_of, key_steps, of_world, read_truth

from .told import LABELLED, match, world

WINDOWS = (
    "step,first,last,hosts,title\n1,2026-03-02T10:00:00,2026-03-02T10:01:00,WS1.example:9;DC1:2,A\n"
)
PROCESSES = "time,process_guid,image,command_line\n2026-03-02T10:00:00.5Z,{g},C:\\x\\A.EXE,a /b\n"


def test_a_world_has_a_moment_for_every_event() -> None:
    truth = of_world(world((1, "10:00:00"), (1, "10:00:05"), (4, "11:00:00")))
    assert [step.name for step in truth.steps] == ["1", "4"]
    assert len(truth.by_moment) == 3
    assert truth.steps[0].last - truth.steps[0].first == 5_000_000


def test_windows_name_hosts_and_hold_their_last_second(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text(WINDOWS)
    truth = read_truth(tmp_path / "steps.csv")
    assert truth.shape is Shape.WINDOWS
    assert truth.steps[0].hosts == {"ws1", "dc1"}
    assert truth.steps[0].last - truth.steps[0].first == 60_999_999


def test_processes_are_known_by_time_and_program(tmp_path: Path) -> None:
    (tmp_path / "truth_processes.csv").write_text(PROCESSES)
    truth = read_truth(tmp_path / "truth_processes.csv")
    assert truth.shape is Shape.PROCESSES
    assert truth.steps[0].program == "a.exe"


def test_a_world_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "truth.jsonl").write_bytes(b"\n".join(world((1, "10:00:00"))))
    assert read_truth(tmp_path / "truth.jsonl").shape is Shape.EVENTS


def test_phases_of_labelled_alerts_are_steps_of_one_story(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(LABELLED.encode()))
    truth = read_truth(path)
    assert truth.shape is Shape.ALERTS
    assert truth.has_windows
    assert [(step.name, step.hosts) for step in truth.steps] == [
        ("knock", {"mill", "gate"}),
        ("enter", {"mill"}),
    ]
    assert {step.story for step in truth.steps} == {"intrusion"}
    assert truth.steps[0].last - truth.steps[0].first == 30_000_000


def test_an_unknown_shape_is_refused_with_its_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n")
    with pytest.raises(UsageError, match="columns are"):
        read_truth(tmp_path / "x.csv")
    with pytest.raises(UsageError, match="is no file"):
        read_truth(tmp_path / "y.csv")


def test_a_key_says_which_events_prove_which_step() -> None:
    steps = key_steps("title: T\nid: a\nstep: 3\n---\nid: b\n---\nid: c\nstep: 4\n")
    assert steps == {"a": "3", "c": "4"}
    rows = [json.dumps(match("0:1", "10:00:00", rule=rule)).encode() for rule in ("a", "b")]
    assert key_of(rows, steps) == {("0:1", "3")}
