"""Defender switched off, whose log is one of the few that a stolen account does not fill itself.

Sees: 5001, 5010 and 5012 (real-time protection, scanning for spyware, for viruses: off), 5007 whose new
value is a switch that disables, and 5013 (tamper protection refused such a change).

What else explains it: another product that takes over, a policy that was rolled out, an administrator who
switched it on again (5000, 5009, 5011) within ten minutes.

Blind: exclusions that hold the intruder's folder are settings, not switches (rules see them); a Defender
whose service or driver was never started says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.integrity.switches import Switch
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_PROVIDER: Final = "Microsoft-Windows-Windows Defender"
_CHANNEL: Final = "microsoft-windows-windows defender/operational"
#: What is off → the record that says it is on again.
_OFF: Final = {5001: 5000, 5010: 5009, 5012: 5011}
_TEXTS: Final = {
    5001: "Defender's real-time protection was switched off",
    5010: "Defender's scanning for spyware was switched off",
    5012: "Defender's scanning for viruses was switched off",
}
_DISABLED: Final = re.compile(
    r"\\(disable[a-z]+|tamperprotection) *= *0x0*([0-9a-f]+)", re.IGNORECASE
)
_SOON: Final = 10 * MINUTE

_SWITCH: Final = Switch("defender_off", "Defender switched off", _CHANNEL, ("policy change",))


class DefenderOff:
    """Looks for switches of Defender."""

    name = _SWITCH.check

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a switch."""
        events = telling(facts)
        for host in events.hosts:
            found = events.of(host, provider=_PROVIDER)
            for at, event in enumerate(found):
                if event.code in _OFF:
                    yield _switched(event, found[at:])
                elif event.code in (5007, 5013):
                    yield from _changed(event)


def _switched(event: TellingEvent, later: list[TellingEvent]) -> Anomaly:
    on = next((e.filetime for e in later if e.code == _OFF[event.code]), None)
    soon = on is not None and on - event.filetime <= _SOON
    stop = on if on is not None else event.filetime
    return _SWITCH.anomaly(
        event, _TEXTS[event.code], Strength.WEAK if soon else Strength.STRONG, stop
    )


def _changed(event: TellingEvent) -> Iterator[Anomaly]:
    value = next(
        (v for n, v in event.fields.items() if n.lower().replace(" ", "") in ("newvalue", "value")),
        "",
    )
    match = _DISABLED.search(value)
    if match is None:
        return
    name, number = match[1], int(match[2], 16)
    if (number == 0) is (name.lower() != "tamperprotection"):
        return
    if event.code == 5013:
        text, strength = f"Tamper protection refused to let {name} be set", Strength.WEAK
    else:
        text, strength = f"A setting of Defender switches it off: {name}", Strength.STRONG
    yield _SWITCH.anomaly(event, text, strength, event.filetime)
