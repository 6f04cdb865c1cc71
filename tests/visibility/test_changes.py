"""What would open most."""

from __future__ import annotations

import pytest
from tests.fakes.seeing import NEW_YEAR, each_hour, processes, result, seeing

from gamekeeper.model.breaks import Anomaly, Break, Standing, Strength


def test_command_lines_are_the_cheapest_where_processes_are_recorded_without() -> None:
    best = result(processes(line="")).cheapest_fix
    assert best is not None
    assert best.change.id == "command-line"
    assert "VT-CA-08" in best.behaviours
    assert best.hosts == ("srv01",)


def test_auditing_is_the_cheapest_where_no_process_is_recorded() -> None:
    best = result(each_hour(4624, data={"LogonType": "3", "IpAddress": "10.0.0.1"})).cheapest_fix
    assert best is not None
    assert best.change.id == "process-creation"


def test_a_change_opens_nothing_that_is_seen_already() -> None:
    opened = {one.change.id for one in result(processes()).changes}
    assert not {"command-line", "process-creation"} & opened


def test_the_effort_is_weighed() -> None:
    found = result(processes(line="")).changes
    assert [one.per_effort for one in found] == sorted((o.per_effort for o in found), reverse=True)


@pytest.mark.parametrize("standing", [Standing.POSSIBLE, Standing.PROVED])
def test_no_setting_gives_back_what_a_break_took(standing: Standing) -> None:
    hole = Anomaly("x", "x", "x", Strength.WEAK, "srv01", "security", NEW_YEAR, NEW_YEAR + 60)
    found = seeing(processes(), breaks=(Break(hole, standing, "x"),)).result
    assert "collect-security" not in {one.change.id for one in found.changes}
