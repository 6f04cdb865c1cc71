"""Changes of the clock that Windows recorded: Security 4616 and Kernel-General 1, by how much and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.sources.written_time import filetime_from_iso

if TYPE_CHECKING:
    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_SERVICES: Final = frozenset({"S-1-5-18", "S-1-5-19"})
#: Programs that keep time: Windows' own service and those of virtual machines.
_KEEPERS: Final = frozenset(
    {
        "svchost.exe",
        "vmtoolsd.exe",
        "vboxservice.exe",
        "vmicsvc.exe",
        "xenguestagent.exe",
        "prl_tools_service.exe",
        "qemu-ga.exe",
        "lsass.exe",
        "system",
        "",
    }
)
#: Kernel-General 1: the clock was set from the hardware clock, as on waking.
_FROM_HARDWARE: Final = "2"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One recorded change. ``old`` and ``new``: FILETIMEs before and after."""

    event: TellingEvent
    old: int
    new: int
    program: str

    @property
    def by(self) -> int:
        """How far the clock went, in 100 ns; below zero where it went back."""
        return self.new - self.old

    @property
    def is_kept(self) -> bool:
        """Whether a service that keeps time, or the kernel from the hardware clock, made it."""
        if self.event.code == 1 and self.event.fields.get("Reason") == _FROM_HARDWARE:
            return True
        sid = self.event.fields.get("SubjectUserSid") or self.event.user
        return (not sid or sid in _SERVICES) and self.program in _KEEPERS

    @property
    def who(self) -> str:
        """Who made it, for people."""
        fields = self.event.fields
        parts = (fields.get("SubjectDomainName", ""), fields.get("SubjectUserName", ""))
        name = "\\".join(part for part in parts if part)
        return name or self.event.user or "somebody unnamed"


def clock_changes(facts: Facts) -> dict[str, list[ClockChange]]:
    """Return host → recorded changes of the clock, in order of record time."""
    return facts.once("clock changes", _found)


def _found(facts: Facts) -> dict[str, list[ClockChange]]:
    events = telling(facts)
    found = {}
    for host in events.hosts:
        told = events.of(host, 4616, channel="Security")
        told += events.of(host, 1, provider="Microsoft-Windows-Kernel-General")
        changes = [change for event in told if (change := _change(event)) is not None]
        if changes:
            found[host] = sorted(changes, key=lambda change: change.event.filetime)
    return found


def _change(event: TellingEvent) -> ClockChange | None:
    names = ("PreviousTime", "NewTime") if event.code == 4616 else ("OldTime", "NewTime")
    old, new = (as_filetime(event.fields.get(name, "")) for name in names)
    if old is None or new is None:
        return None
    program = event.fields.get("ProcessName", "").lower().rpartition("\\")[2]
    return ClockChange(event, old, new, "" if program == "-" else program)


def as_filetime(text: str) -> int | None:
    """Return a time as a FILETIME; None where it is written otherwise. Renderers put marks into times."""
    return filetime_from_iso(text.replace("\u200e", ""))
