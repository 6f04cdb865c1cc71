"""Findings become observations: techniques, rule, texts and the first time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gamekeeper.intel.observing import TEXT_LIMIT, observed, observed_in
from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.model.findings import Finding

FINDING = Finding(
    id="f",
    rule_id="r",
    title="HackTool - Rubeus Execution",
    level="high",
    tactics=(),
    techniques=("T1003.003",),
    host="dc01",
    account="x",
    shape="",
    count=2,
    events=2,
    first_seen=FILETIME_EPOCH + 10_000_000,
    last_seen=FILETIME_EPOCH + 20_000_000,
    samples=(
        {
            "event.id": "0:512",
            "fields": {"CommandLine": "b", "User": "pentest", "EventID": "1", "Image": "a"},
        },
        {"fields": {"CommandLine": "b", "TargetFilename": 7}},
        {},
    ),
)


def test_a_finding_becomes_an_observation() -> None:
    (seen,) = observed([FINDING])
    assert (seen.techniques, seen.rules) == (("T1003.003",), ("r",))
    assert seen.tools == ("HackTool - Rubeus Execution",)
    assert (seen.time, seen.events) == (1_000_000, ("0:512",))


def test_texts_are_those_of_programs_and_files_each_once() -> None:
    assert observed([FINDING])[0].texts == ("a", "b")


def test_a_finding_without_a_time_has_none() -> None:
    assert observed([replace(FINDING, first_seen=None)])[0].time is None


def test_a_long_script_is_cut() -> None:
    sample = {"fields": {"ScriptBlockText": "x" * (TEXT_LIMIT + 9)}}
    assert len(observed([replace(FINDING, samples=(sample,))])[0].texts[0]) == TEXT_LIMIT


@dataclass(frozen=True)
class Said:
    id: str
    title: str


@dataclass(frozen=True)
class Step:
    time: int | None
    techniques: tuple[str, ...]
    text: str
    said: tuple[Said, ...]
    event_ids: tuple[str, ...]


def test_a_step_of_an_incident_becomes_an_observation() -> None:
    step = Step(
        FILETIME_EPOCH + 20,
        ("T1003",),
        "ntdsutil ran",
        (Said("r", "Copy"), Said("s", "Other")),
        ("0:8",),
    )
    (seen,) = observed_in([step])
    assert (seen.techniques, seen.rules, seen.tools) == (("T1003",), ("r", "s"), ("Copy", "Other"))
    assert (seen.texts, seen.time, seen.events) == (("ntdsutil ran",), 2, ("0:8",))
