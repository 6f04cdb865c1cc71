from __future__ import annotations

from fakes.exports import intrusion
from gamekeeper.reports.incident_accounts import explained


def texts() -> list[str]:
    found = []
    for part in explained(intrusion()[0], 20):
        found += [cell.text for cell in part.lines]
        if part.table is not None:
            found += [cell.text for row in part.table.rows for cell in row]
    return found


def test_the_sum_is_told_with_its_factors_and_levels() -> None:
    said = texts()[1]
    assert "tactics reached: times" in said
    assert "critical from 45" in said


def test_each_signal_says_why_it_weighs_what_it_weighs() -> None:
    said = " ".join(texts())
    assert "seen on 0 of 30 host-days" in said
    assert "bits are said by other signals of its events" in said
    assert "number 2 of T1003: 1/2 of it counts" in said
