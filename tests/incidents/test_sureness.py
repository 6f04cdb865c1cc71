from __future__ import annotations

from gamekeeper.incidents.sureness import sureness
from gamekeeper.incidents.telling import Told
from gamekeeper.model.incidents import Signal, SignalKind


def told(bits: float, technique: str = "T1003", host: str = "WS1") -> Told:
    signal = Signal("id", SignalKind.MATCH, bits, host, "ann", 1, 1, 1, "text")
    return Told(signal, "credential-access", technique, "00")


def test_few_days_of_logs_are_said_to_be_a_cold_start() -> None:
    assert "cold start" in " ".join(sureness([told(9)], "likely", 3).because)
    assert "cold start" not in " ".join(sureness([told(9)], "likely", 60).because)


def test_reasons_count_what_weighs_something() -> None:
    said = sureness([told(9), told(8, "T1090", "WS2"), told(0.5, "T1033")], "likely", 60)
    assert said.because[0] == "2 techniques of 1 tactic on 2 hosts weigh something"
    assert said.because[1] == "2 signals would rarely be met in ordinary work"


def test_many_weak_signals_are_said_to_be_weak() -> None:
    assert "only their number speaks" in sureness([told(3)] * 9, "likely", 60).because[1]
