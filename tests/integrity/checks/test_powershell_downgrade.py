"""Starts of PowerShell 2."""

from __future__ import annotations

from tests.fakes.facts import DAY, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.powershell_downgrade import PowerShellDowngrade
from gamekeeper.model.breaks import Strength
from gamekeeper.model.build import Event


def engine(time: int, version: str) -> Event:
    data = {"Data": f"\tEngineVersion={version}\n"}
    channel, provider = "Windows PowerShell", "PowerShell"
    return event(time // DAY, NEW_YEAR + time, 400, channel=channel, provider=provider, data=data)


def strengths(*events: Event) -> list[Strength]:
    return [one.strength for one in PowerShellDowngrade().look(facts_of(events))]


def test_version_2_on_a_host_that_has_5_is_strong() -> None:
    assert strengths(engine(0, "5.1.1"), engine(DAY, "2.0")) == [Strength.STRONG]


def test_a_host_that_has_nothing_newer_is_weak() -> None:
    assert strengths(engine(0, "2.0")) == [Strength.WEAK]


def test_version_2_day_after_day_is_how_the_host_is_run() -> None:
    days = [engine(day * DAY, "2.0") for day in range(6)]
    assert set(strengths(engine(0, "5.1.1"), *days)) == {Strength.WEAK}


def test_newer_versions_are_nothing() -> None:
    assert strengths(engine(0, "5.1.1"), engine(DAY, "7.2.1")) == []
