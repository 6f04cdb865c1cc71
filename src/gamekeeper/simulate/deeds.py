"""What is done to a world's logs, by an intruder or by life itself, and the truth about it.

A deed is played before the world lives. It may put happenings on the agenda, silence a log for a while,
change what a log's own file says (:attr:`Stage.on_placed`), and change written files
(:attr:`Stage.on_written`). Each leaves an :class:`Act`, one line of ``tampering.jsonl``.
"""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from gamekeeper.errors import UsageError
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.files import file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path
    from random import Random

    from gamekeeper.simulate.files import Rendition
    from gamekeeper.simulate.journal import Silence
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.places import Setting
    from gamekeeper.simulate.placing import Placed
    from gamekeeper.simulate.scene import Script
    from gamekeeper.simulate.site import Site

#: When a deed changes files: first those of intruders, then the log's own life, then those who collect it.
EDITED, ROTATED, COLLECTED = range(3)
SECURITY, SYSTEM = "Security", "System"
SYSMON: Final = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL: Final = "Microsoft-Windows-PowerShell/Operational"
TASKS: Final = "Microsoft-Windows-TaskScheduler/Operational"
ALL: Final = "*"
#: Hosts on which scripts run every day.
_SCRIPTED: Final = frozenset({"dc", "file", "monitor"})


@dataclass(slots=True, eq=False)
class Act:
    """One thing that was done to logs, and whether anything of it is left in the files that were written."""

    method: str
    innocent: bool
    host: str
    channels: list[str]
    cause: str = ""  # what explains an innocent gap
    provable: bool = True
    because: str = ""  # what is left, or why nothing is
    start: int = 0  # FILETIMEs of the gap, or of the act where it leaves none
    stop: int = 0
    record_from: int | None = None  # EventRecordIDs that are gone or spoilt
    record_to: int | None = None
    files: list[str] = field(default_factory=list)

    def line(self) -> dict[str, Any]:
        """Return the line of ``tampering.jsonl``."""
        return {
            "method": self.method,
            "innocent": self.innocent,
            "cause": self.cause,
            "provable": self.provable,
            "because": self.because,
            "host": self.host,
            "channel": self.channels,
            "from": self.start,
            "to": self.stop,
            "record.from": self.record_from,
            "record.to": self.record_to,
            "files": sorted(self.files),
        }


class Play(Protocol):
    """Lets a deed happen in a world that has not lived yet."""

    def __call__(self, stage: Stage, wish: Wish) -> None:
        """Plan the deed as wished."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One way to tamper with logs or to lose some innocently."""

    name: str
    play: Play
    tells: str
    options: frozenset[str] = frozenset()  # beside host, channel and hour
    needs_collector: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A deed as asked for: ``linked-past:host=DC01:records=3``."""

    deed: Deed
    options: dict[str, str]
    rng: Random

    def number(self, name: str, low: int, high: int) -> int:
        """Return a number that was asked for, or one between two."""
        given = self.options.get(name)
        if given is None:
            return self.rng.randint(low, high)
        if not given.isdecimal():
            message = f"{self.deed.name}: {name}={given!r} is no whole number"
            raise UsageError(message)
        return int(given)

    def one_of(self, name: str, choices: Iterable[str]) -> str:
        """Return the choice that was asked for, or one drawn."""
        known = list(choices)
        given = self.options.get(name)
        if given is None:
            return self.rng.choice(known)
        if given not in known:
            message = f"{self.deed.name}: {name} is one of {', '.join(known)}, not {given!r}"
            raise UsageError(message)
        return given


def read_wish(text: str, deeds: dict[str, Deed], rng: Random) -> Wish:
    """Return what ``NAME:key=value:key=value`` asks for."""
    name, _, rest = text.partition(":")
    deed = deeds.get(name)
    if deed is None:
        near = difflib.get_close_matches(name, deeds, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(deeds)}"
        message = f"nothing is called {name!r} here{hint}"
        raise UsageError(message)
    options = dict(part.partition("=")[::2] for part in rest.split(":") if part)
    known = {"host", "channel", "hour", *deed.options}
    if not options.keys() <= known:
        wrong = ", ".join(sorted(options.keys() - known))
        message = f"{name} has no option {wrong}; there are {', '.join(sorted(known))}"
        raise UsageError(message)
    return Wish(deed, options, rng)


class NothingFreeError(UsageError):
    """Every log that a deed could touch is touched by another."""


class Stage:
    """The world in which deeds are played, and what they want done later."""

    def __init__(self, site: Site, script: Script, setting: Setting) -> None:
        self.site = site
        self.script = script
        self.setting = setting
        self.is_forwarded = setting.forwarded
        self.world = site.world
        self.acts: list[Act] = []
        self.on_placed: list[Callable[[list[Placed]], None]] = []
        self.on_written: list[tuple[int, Act, Callable[[Path, dict[str, int]], None]]] = []
        #: What is in the folder in a log's place.
        self.renditions: dict[tuple[str, str], list[Rendition]] = {}
        #: Deeds for which there was no log that no other deed touches.
        self.left_out: list[str] = []
        self._claims: dict[str, set[str]] = defaultdict(set)

    def play(self, wish: Wish) -> None:
        """Plan a deed, or leave it out where it finds no log of its own."""
        try:
            wish.deed.play(self, wish)
            self.is_forwarded |= wish.deed.needs_collector
        except NothingFreeError:
            self.left_out.append(wish.deed.name)

    def act(self, wish: Wish, host: str, channels: Iterable[str], *, cause: str = "") -> Act:
        """Note that something is done to some logs of a host."""
        act = Act(wish.deed.name, bool(cause), host, list(channels), cause)
        self.acts.append(act)
        return act

    def machine_for(self, wish: Wish, channel: str = ALL, roles: Collection[str] = ()) -> Machine:
        """Return the wished host or a drawn one whose log no other deed touches.

        ``ALL`` claims all logs of the host.
        """
        roles = roles or (_SCRIPTED if channel == POWERSHELL else ())
        fitting = [
            machine
            for machine in self.site.machines.values()
            if channel not in machine.host.lacks and (not roles or machine.host.role in roles)
        ]
        if not fitting:
            message = f"{wish.deed.name}: no host of this world has what it needs"
            raise UsageError(message)
        given = wish.options.get("host")
        if given is not None:
            machine = self._named(given)
        else:
            free = [m for m in fitting if self._is_free(m.host.name, channel)]
            if not free:
                raise NothingFreeError
            machine = wish.rng.choice(free)
        self._claims[machine.host.name].add(channel)
        return machine

    def _named(self, name: str) -> Machine:
        for host, machine in self.site.machines.items():
            if name.upper() in (
                host.upper(),
                host.upper().rpartition("-")[2],
                machine.host.role.upper(),
            ):
                return machine
        message = f"no host is called {name!r}; there are {', '.join(self.site.machines)}"
        raise UsageError(message)

    def _is_free(self, host: str, channel: str) -> bool:
        claims = self._claims[host]
        return not claims if channel == ALL else not claims & {channel, ALL}

    def moment(self, wish: Wish, low: float = 0.25, high: float = 0.8) -> int:
        """Return the wished hour since the world's start, or a moment between two shares of its time."""
        world = self.world
        if "hour" in wish.options:
            return world.start + wish.number("hour", 0, 0) * HOUR
        return world.start + int(wish.rng.uniform(low, high) * (world.end - world.start))

    def silence(self, silence: Silence) -> None:
        """Let nothing be logged somewhere for a while."""
        self.site.journal.silences.append(silence)

    def happen_to_files(self, out: Path, written: dict[str, int]) -> None:
        """Change written files; an act on a log that this world did not write did not happen."""
        for _, act, happens in sorted(self.on_written, key=lambda one: one[0]):
            name = act.files[0] if act.files else file_of(act.host, act.channels[0])
            if (out / name).is_file():
                happens(out, written)
            else:
                self.acts.remove(act)

    def write_truth(self, out: Path) -> None:
        """Write ``tampering.jsonl``."""
        lines = [json.dumps(act.line(), ensure_ascii=False) for act in self.acts]
        text = "".join(line + "\n" for line in lines)
        (out / "tampering.jsonl").write_text(text, encoding="utf-8")
