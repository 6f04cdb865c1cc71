"""Parts of the logging that can be switched off."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.switches import Switch
from gamekeeper.model.breaks import Strength


def test_a_switch_is_told_of_the_channel_that_falls_silent() -> None:
    unloaded = event(7, NEW_YEAR, 1, channel="System", provider="Microsoft-Windows-FilterManager")
    (told,) = telling(facts_of([unloaded])).of("dc01")
    switch = Switch("a_check", "a log switched off", "a/channel", ("policy change",))
    found = switch.anomaly(told, "it was unloaded", Strength.STRONG, NEW_YEAR + HOUR)
    assert (found.host, found.channel) == ("dc01", "a/channel")
    assert (found.start, found.stop) == (NEW_YEAR, NEW_YEAR + HOUR)
    assert [one.text for one in found.evidence] == ["1: it was unloaded"]
