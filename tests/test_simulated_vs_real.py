"""Simulated logs beside real ones: on two small sets written by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gamekeeper.simulate.evtx import EvtxWriter
from gamekeeper.simulate.layouts import Envelope, WrittenEvent, event_data
from gamekeeper.simulate.values import TEXT

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import simulated_vs_real

LAYOUT = event_data([("TargetUserName", TEXT), ("IpAddress", TEXT)])
SECOND = 10_000_000
START = 134 * 10**15


def written(path: Path, address: str, *, every_s: int, more: int = 0) -> str:
    envelope = Envelope("Microsoft-Windows-Security-Auditing", "Security", 4624)
    other = Envelope("Microsoft-Windows-Security-Auditing", "Security", 4634)
    with EvtxWriter(path) as writer:
        for number in range(30 + more):
            kind = envelope if number < 30 else other
            moment = START + number * every_s * SECOND
            writer.write(WrittenEvent(kind, LAYOUT, ("anna", address), "WS1", moment))
    return str(path)


@pytest.fixture
def seen(tmp_path: Path) -> tuple[simulated_vs_real.Seen, simulated_vs_real.Seen]:
    one = written(tmp_path / "one.evtx", "10.0.0.1", every_s=2)
    two = written(tmp_path / "two.evtx", "-", every_s=60, more=10)
    return simulated_vs_real.looked([one]), simulated_vs_real.looked([two])


def test_a_field_that_only_one_side_fills_stands_out(
    seen: tuple[simulated_vs_real.Seen, simulated_vs_real.Seen],
) -> None:
    [row] = simulated_vs_real.fill(*seen)
    assert (row["event"], row["furthest"]) == (4624, {"IpAddress": 1.0})


def test_shares_of_events_are_within_their_log(
    seen: tuple[simulated_vs_real.Seen, simulated_vs_real.Seen],
) -> None:
    rows = {row["event"]: row for row in simulated_vs_real.mix(*seen)}
    assert (rows[4624]["simulated"], rows[4624]["real"]) == (1.0, 0.75)
    assert (rows[4634]["simulated"], rows[4634]["real"]) == (0.0, 0.25)


def test_times_between_events_are_those_of_one_hosts_log(
    seen: tuple[simulated_vs_real.Seen, simulated_vs_real.Seen],
) -> None:
    [one], [two] = map(simulated_vs_real.arrivals, seen)
    assert (one["p50_s"], two["p50_s"]) == (2.0, 60.0)


def test_rows_become_a_table() -> None:
    assert simulated_vs_real.table([{"a": 1, "b": "x"}]) == "| a | b |\n| --- | --- |\n| 1 | x |\n"
    assert simulated_vs_real.table([]) == "nothing\n"
