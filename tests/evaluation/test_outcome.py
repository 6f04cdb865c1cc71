from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.evaluation.outcome import micros, read_outcome

from .told import incident, match, step, write


def test_a_step_has_its_own_moment_and_those_of_what_it_cites(tmp_path: Path) -> None:
    told = incident(1, step("10:00:00.5", events=("0:7", "0:9")))
    folder = write(tmp_path, [told], (match("0:7", "10:00:01"),))
    [one] = read_outcome(folder).incidents
    [own, cited] = one.steps[0].moments
    assert own == ("ws1", micros("2026-03-02T10:00:00.5Z"))
    assert cited == ("ws1", micros("2026-03-02T10:00:01Z"))


def test_what_no_match_stands_behind_is_cited_at_its_own_time(tmp_path: Path) -> None:
    folder = write(tmp_path, [incident(1, step("10:00:00", events=("0:7",), kind="chain"))])
    [[(event, (_, time))]] = [one.cited_moments for one in read_outcome(folder).incidents[0].steps]
    assert (event, time) == ("0:7", micros("2026-03-02T10:00:00Z"))


def test_host_days_are_hosts_times_days(tmp_path: Path) -> None:
    outcome = read_outcome(write(tmp_path, []))
    assert outcome.host_days == 20
    assert outcome.seconds == 1.75


@pytest.mark.parametrize("text", ["yesterday", "2026-03-02T10:00:00.xZ"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        micros(text)


def test_a_folder_that_no_hunt_wrote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="hunt --out"):
        read_outcome(tmp_path)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(UsageError, match="no JSON"):
        read_outcome(tmp_path)
