from __future__ import annotations

from pathlib import Path

from tests.fakes.habits import office, told_of


def test_an_anomaly_names_its_event_as_others_do(tmp_path: Path) -> None:
    diary = office(40)
    diary.start(39, "ws03", "ntdsutil ifm")
    one = told_of(diary.events, tmp_path).anomalies[0]
    assert one.event_id == f"{one.source}:{one.offset}"


def test_a_baseline_that_knows_nobody_is_cold(tmp_path: Path) -> None:
    accounts = {one.name: one.is_cold for one in told_of(office(9).events, tmp_path).accounts}
    assert (accounts["command-shapes"], accounts["services"]) == (False, True)
