"""Settings of the logging itself that were changed to its loss.

Sees: registry events (Sysmon 12 to 14, Security 4657) on channels, classic logs, event tracing sessions and
their providers, PowerShell's and the process events' logging, ``MiniNt``, the services' start, Defender's
switches; 7040 that disables the event log service or Sysmon. ``content/integrity/log_settings.yml`` lists
them. What is set back within a minute (services write their keys anew) is nothing.

What else explains it: a policy or an installation, told by who did it and by the same change on other hosts;
an administrator who wants a log elsewhere or smaller.

Blind: without Sysmon's registry events or auditing (SACL) of these keys nothing is told, nor what was set
before; keys that are written while Windows is off; wevtutil and the policy's own files are rules' work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.integrity.settings_view import changes_of
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.settings_view import SettingChange

_SET_BACK: Final = MINUTE
_WINDOWS_LOGS: Final = re.compile(
    r"(?:%systemroot%|%windir%|[a-z]:\\windows)\\system32\\(?:winevt\\logs|config)\\"
    r"(?P<log>[^\\]+)\.evtx?",
    re.IGNORECASE,
)
_DISABLED: Final = 4
_SERVICES: Final = ("eventlog", "sysmon", "sysmon64", "sysmondrv")


@dataclass(frozen=True, slots=True)
class _Rule:
    path: re.Pattern[str]
    bad: str
    text: str
    strength: Strength
    techniques: tuple[str, ...]
    least: int = 0


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            re.compile(entry["path"]),
            entry["bad"],
            entry["text"],
            Strength[entry["strength"].upper()],
            tuple(entry["techniques"]),
            entry.get("least", 0),
        )
        for entry in content.load_yaml("integrity/log_settings.yml")
    )


class LogSettings:
    """Looks for settings that switch logging off or cut it short."""

    name = "log_settings"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a host, setting and run of equal changes."""
        changes = changes_of(facts)
        by_path: dict[tuple[str, str], list[SettingChange]] = {}
        for change in changes:
            by_path.setdefault((change.host, change.path), []).append(change)
        for (_, path), found in by_path.items():
            for rule in _rules():
                match = rule.path.fullmatch(path)
                if match is not None:
                    name = match.groupdict().get("name") or ""
                    yield from _judged(rule, name, found)
        for host in telling(facts).hosts:
            yield from _disabled_services(telling(facts).of(host, 7040))


def _judged(rule: _Rule, name: str, changes: list[SettingChange]) -> Iterator[Anomaly]:
    was_bad = False
    for at, change in enumerate(changes):
        is_bad = _is_bad(rule, name, change)
        later = changes[at + 1] if at + 1 < len(changes) else None
        set_back = later is not None and later.filetime - change.filetime <= _SET_BACK
        if is_bad and not was_bad and not (set_back and not _is_bad(rule, name, later or change)):
            yield _anomaly(rule, name, change)
        was_bad = is_bad


def _is_bad(rule: _Rule, name: str, change: SettingChange) -> bool:
    number = change.number
    is_set = change.kind != "deletekey" and not change.is_deletion
    written = is_set and change.kind != "createkey"
    answers = {
        "off": change.is_deletion or (written and number == 0),
        "on": written and number not in (None, 0),
        "disabled": written and number == _DISABLED,
        "set": is_set,
        "small": written and number is not None and number < rule.least,
        "elsewhere": written and not _is_own_file(name, change.value),
    }
    return answers[rule.bad]


def _is_own_file(name: str, value: str) -> bool:
    match = _WINDOWS_LOGS.fullmatch(value.strip())
    known = {
        name,
        {"system": "sysevent", "security": "secevent", "application": "appevent"}.get(name),
    }
    return match is not None and match["log"].lower() in known


def _anomaly(rule: _Rule, name: str, change: SettingChange) -> Anomaly:
    value = change.value if change.number is None else change.number
    text = rule.text.format(name=name, value=value)
    by = f" by {change.program}" if change.program else ""
    return Anomaly(
        check=LogSettings.name,
        text=text,
        tampering="logging reconfigured",
        strength=rule.strength,
        host=change.host,
        start=change.filetime,
        stop=change.filetime,
        source=change.source,
        evidence=(
            change.evidence(f"{change.code}: {change.path} = {change.value or change.kind}{by}"),
        ),
        innocent=("policy change",),
        techniques=rule.techniques,
    )


def _disabled_services(events: list[TellingEvent]) -> Iterator[Anomaly]:
    for event in events:
        service = event.fields.get("param4", "").lower()
        mode = event.fields.get("param3", "")
        if service in _SERVICES and mode.lower() == "disabled":
            yield Anomaly(
                check=LogSettings.name,
                text=f"The service {service} was disabled",
                tampering="logging reconfigured",
                strength=Strength.STRONG,
                host=event.host,
                start=event.filetime,
                stop=event.filetime,
                source=event.source,
                evidence=(event.evidence(f"7040: {service} is {mode} now"),),
                innocent=("policy change",),
                techniques=("T1562.002",),
            )
