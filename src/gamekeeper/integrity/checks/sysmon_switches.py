"""Sysmon stopped, reconfigured or cut off from its driver.

Sees: 4 (stopped) without a stop of the machine near it, 16 with another configuration than the host had
before, the unloading of Sysmon's driver (FilterManager 1), an error (255) after which it is silent for hours
while the host's other channels go on. A service that starts again within two minutes
was restarted, as updates do.

What else explains it: a configuration or version that was rolled out, an uninstallation that was decided.

Blind: a driver that was unloaded while System is not at hand, event tracing that was patched in the Sysmon
process, a configuration changed in the registry without Sysmon's word (see ``log_settings``), handles of
its service that were suspended: these show as silence only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE, SPREAD, machines
from gamekeeper.integrity.switches import Switch
from gamekeeper.model.breaks import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_SYSMON: Final = "Microsoft-Windows-Sysmon"
_CHANNEL: Final = "microsoft-windows-sysmon/operational"
_RESTART: Final = 2 * MINUTE
#: Hours in which Sysmon spoke before it fell silent, their share, and hours in which others speak without it.
_HOURS: Final = 3
_MOST: Final = 0.8
_SILENT: Final = 2
#: Command lines of Sysmon that drop the configuration or the whole of it.
_RESETS: Final = (" -c --", " /c --", " -u", " /u")

_SWITCH: Final = Switch(
    "sysmon_switches",
    "Sysmon switched off",
    _CHANNEL,
    ("policy change", "update", "reboot", "crash"),
)


class SysmonSwitches:
    """Looks for switches of Sysmon."""

    name = _SWITCH.check

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a stop, change or unloading."""
        for host in telling(facts).hosts:
            yield from _stops(facts, host)
            yield from _changes(facts, host)
            yield from _unloaded(facts, host)
            yield from _blinded(facts, host)


def _stops(facts: Facts, host: str) -> Iterator[Anomaly]:
    states = telling(facts).of(host, 4, provider=_SYSMON)
    for at, event in enumerate(states):
        if event.fields.get("State", "").lower() != "stopped":
            continue
        again = next((e for e in states[at + 1 :] if e.fields.get("State") != "Stopped"), None)
        until = again.filetime if again is not None else None
        machine = machines(facts).of(host)
        start = machine.start_after(event.filetime)
        if machine.stop_near(event.filetime) or (
            start
            and start.filetime <= (until or 2**62) + SPREAD
            and start.filetime > event.filetime
            and not coverage(facts)
            .host(host)
            .spoke(event.filetime + SPREAD, start.filetime - SPREAD)
        ):
            continue
        short = until is not None and until - event.filetime <= _RESTART
        end = until if until is not None else _last(facts, host, event.filetime)
        if until is None and end - event.filetime <= SPREAD:
            continue  # the logs end with it: nobody knows what came next
        strength = Strength.WEAK if short else Strength.STRONG
        yield _SWITCH.anomaly(event, "Sysmon was stopped while the machine went on", strength, end)


def _last(facts: Facts, host: str, time: int) -> int:
    last = coverage(facts).host(host).last
    return int(last[-1]) if len(last) else time


def _changes(facts: Facts, host: str) -> Iterator[Anomaly]:
    before = None
    for event in telling(facts).of(host, 16, provider=_SYSMON):
        digest = event.fields.get("ConfigurationFileHash", "")
        command = event.fields.get("Configuration", "")
        resets = command.lower().endswith(_RESETS)
        if resets or (before is not None and digest != before):
            text = f"Sysmon was given another configuration: {command or digest or 'unnamed'}"
            strength = Strength.STRONG if resets else Strength.WEAK
            yield _SWITCH.anomaly(event, text, strength, event.filetime)
        before = digest


def _unloaded(facts: Facts, host: str) -> Iterator[Anomaly]:
    machine = machines(facts).of(host)
    for event in telling(facts).of(host, 1, provider="Microsoft-Windows-FilterManager"):
        driver = event.fields.get("DeviceName", "")
        if driver.lower().startswith("sysmon") and machine.stop_near(event.filetime) is None:
            yield _SWITCH.anomaly(
                event, f"Sysmon's driver {driver} was unloaded", Strength.STRONG, event.filetime
            )


def _blinded(facts: Facts, host: str) -> Iterator[Anomaly]:
    """Yield errors after which Sysmon, which had spoken in nearly every hour, says no more."""
    own, others = coverage(facts).log(host, _CHANNEL), coverage(facts).others(host, _CHANNEL)
    for event in telling(facts).of(host, 255, provider=_SYSMON):
        time = event.filetime
        before = int((own.hour < time).sum())
        spoken = int((others.hour < time).sum())
        until = min(own.next_after(time + MINUTE), _last(facts, host, time))
        goes_on = int(((others.first > time) & (others.last < until)).sum())
        if before < _HOURS or before < _MOST * spoken or goes_on < _SILENT:
            continue
        text = "Sysmon reports an error and is silent from then on, while the host goes on"
        yield _SWITCH.anomaly(event, text, Strength.STRONG, until)
