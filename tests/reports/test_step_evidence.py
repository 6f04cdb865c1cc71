from __future__ import annotations

from gamekeeper.model.incidents import Matched, Said, SignalKind, Step
from gamekeeper.reports.step_evidence import evidence


def step(*said: Said, joined: str = "") -> Step:
    return Step(1, "WS1", "", "", "", "", (), said=said, joined=joined)


def test_a_speaker_says_how_common_its_like_is_and_what_was_true() -> None:
    matched = (
        Matched("CommandLine", "contains|cased", "lsass", "procdump lsass.exe"),
        Matched("EventID", "equals", "1", "1"),
        Matched("", "", "12 events in 5 minutes"),
    )
    said = Said("r", "LSASS dumped", "high", 7.5, "seen on 1 of 30 host-days", matched)
    assert evidence(step(said, joined="one process started the other")) == (
        "LSASS dumped (high, 7.5 bits, seen on 1 of 30 host-days)",
        "CommandLine contains, cased “lsass”, and the event has “procdump lsass.exe”",
        "EventID equals “1”",
        "12 events in 5 minutes",
        "linked to the story by: one process started the other",
    )


def test_what_is_left_out_is_counted() -> None:
    said = Said("r", "A rule", "", 1, "", (Matched("A", "equals", "b"),) * 8)
    found = evidence(step(said, said, said, said, said))
    assert "and 2 more conditions" in found
    assert found[-1] == "and 2 more rules on the same event"


def test_a_step_without_a_speaker_has_no_evidence_of_its_own() -> None:
    quiet = Step(1, "", "", "", "", "", (), kind=SignalKind.CONTEXT)
    assert evidence(quiet) == ()
