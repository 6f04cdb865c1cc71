from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

from gamekeeper.evaluation.joining import MOST_CITED, join
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.truth import of_alerts, of_processes, of_windows, of_world

from .test_truth import PROCESSES, WINDOWS
from .told import LABELLED, alert, incident, match, step, world, write


def test_a_step_is_about_the_true_event_of_its_moment(tmp_path: Path) -> None:
    told = incident(1, step("10:00:00.000001"), step("10:00:00.000002"))
    outcome = read_outcome(write(tmp_path, [told]))
    [one] = join(outcome.incidents, of_world(world((5, "10:00:00.0000019"))), None)
    assert one.labels == (frozenset({0}), frozenset())


def test_a_window_counts_by_the_key_only(tmp_path: Path) -> None:
    told = incident(1, step("10:00:30", events=("0:1",)), step("10:00:40", events=("0:2",)))
    matches = (match("0:1", "10:00:30"), match("0:2", "10:00:40"))
    outcome = read_outcome(write(tmp_path, [told], matches))
    truth = of_windows(DictReader(io.StringIO(WINDOWS)))
    [loose] = join(outcome.incidents, truth, None)
    [strict] = join(outcome.incidents, truth, frozenset({("0:2", "1")}))
    assert loose.labels == (frozenset({0}), frozenset({0}))
    assert strict.labels == (frozenset(), frozenset({0}))


def test_an_event_of_another_host_is_not_in_the_window(tmp_path: Path) -> None:
    told = incident(1, step("10:00:30", host="OTHER", events=("0:1",)))
    outcome = read_outcome(write(tmp_path, [told], (match("0:1", "10:00:30", host="OTHER"),)))
    [one] = join(outcome.incidents, of_windows(DictReader(io.StringIO(WINDOWS))), None)
    assert not one.found


def test_only_the_first_five_cited_events_may_prove_a_step(tmp_path: Path) -> None:
    events = tuple(f"0:{n}" for n in range(MOST_CITED + 1))
    told = incident(1, step("10:00:30", events=events))
    outcome = read_outcome(write(tmp_path, [told], tuple(match(e, "10:00:30") for e in events)))
    key = frozenset({(events[-1], "1")})
    [one] = join(outcome.incidents, of_windows(DictReader(io.StringIO(WINDOWS))), key)
    assert not one.found


def test_a_process_is_known_by_its_program_about_its_time(tmp_path: Path) -> None:
    told = incident(
        1, step("10:00:01", text="x started A.exe from b"), step("10:00:01", text="A.exe set x")
    )
    outcome = read_outcome(write(tmp_path, [told]))
    [one] = join(outcome.incidents, of_processes(DictReader(io.StringIO(PROCESSES))), None)
    assert one.labels == (frozenset({0}), frozenset())


def test_a_step_is_about_a_phase_where_half_of_what_it_cites_is(tmp_path: Path) -> None:
    truth = of_alerts(DictReader(io.StringIO(LABELLED)))
    matches = (
        alert(3, "10:00:30", "mill"),
        alert(4, "10:00:30", "mill"),
        alert(6, "11:00:00", "mill"),
    )
    told = incident(
        1,
        step("10:00:30", host="mill", events=("0:3", "0:4")),
        step("10:00:30", host="mill", events=("0:3", "0:4", "0:6")),
    )
    outcome = read_outcome(write(tmp_path, [told], matches))
    [one] = join(outcome.incidents, truth, truth.labels.key(outcome))
    assert one.labels == (frozenset({0}), frozenset())
