"""A scene: who does something where and when, and the steps of an activity acted out in it.

Activities are declared in ``content/simulate``: lists of steps, each one verb with its arguments. A
scene keeps what later steps refer to: the process that acted last, processes with a label, the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import ContentError
from gamekeeper.simulate.clock import SECOND, to_datetime, unix_seconds
from gamekeeper.simulate.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from gamekeeper.simulate.machine import Machine, Process, Session
    from gamekeeper.simulate.places import Account
    from gamekeeper.simulate.site import Site

StepRow = dict[str, Any]
_PAUSE_S: Final = (0.15, 1.2)
_MAX_DEPTH: Final = 6
_MOMENTS: Final = ("{today", "{minute}", "{epoch}")


@dataclass(slots=True, eq=False)
class Script:
    """Everything declared: activities by name, word lists, boot processes, the rota and the working day."""

    activities: dict[str, dict[str, Any]]
    words: dict[str, list[str]]
    boot: list[StepRow]
    rota: list[StepRow]
    day: dict[str, Any]


@dataclass(slots=True, eq=False)
class Scene:
    """One run of an activity."""

    site: Site
    script: Script
    machine: Machine
    session: Session
    account: Account | None
    now: int
    rng: Random
    shell: Process | None = None  # the parent of what is started
    context: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Process] = field(default_factory=dict)
    actor: Process | None = None  # the process that was started last
    open: list[Process] = field(default_factory=list)  # to be ended with the scene
    depth: int = 0

    def __post_init__(self) -> None:
        host, world = self.machine.host, self.site.world
        controller = self.site.controllers[0].host
        self.context = {
            "host": host.name,
            "host.fqdn": host.fqdn,
            "host.address": host.address,
            "host.machine": host.machine.name,
            "user": self.session.user,
            "user.sid": self.session.sid,
            "user.shown": self.session.shown,
            "domain": world.domain,
            "netbios": world.netbios,
            "site": world.site,
            "dc": controller.name,
            "dc.fqdn": controller.fqdn,
            "dc.address": controller.address,
            "organisation": world.organisation,
            "edge": world.networks["edge"],
            "plants": world.networks["plants"],
            "vpn_pool": world.networks["vpn_pool"],
            "file_server": world.of_role("file").name,
            "monitor_server": world.of_role("monitor").name,
            **{f"pid.{n}": str(p.pid) for n, p in self.machine.well_known.items() if n == "lsass"},
            **self.context,
        }

    def say(self, text: str) -> str:
        """Fill a text's placeholders."""
        if "{" not in text:
            return text
        if any(word in text for word in _MOMENTS):
            moment = to_datetime(self.now)
            self.context["today"] = moment.strftime("%Y%m%d")
            self.context["today.dashed"] = moment.strftime("%Y-%m-%d")
            self.context["minute"] = moment.strftime("%Y%m%d%H%M")
            self.context["epoch"] = f"{unix_seconds(self.now)}.{self.now % SECOND:07d}"
        return say(text, self.context, self.script.words, self.rng)

    def wait(self, seconds: Sequence[float]) -> None:
        """Let time pass: between the two given numbers of seconds."""
        low, high = seconds
        self.now += int(self.rng.uniform(low, high) * SECOND)

    def process(self, name: str | None) -> Process:
        """Return a process by label, by its place in the system, or the one that acted last."""
        services = self.machine.well_known["services"]
        if name is None:
            found = self.actor or self.shell or services
        elif name == "shell":
            found = self.shell or services
        elif name in self.labels:
            found = self.labels[name]
        elif name in self.machine.well_known:
            found = self.machine.well_known[name]
        else:
            message = f"no process is called {name!r} on {self.machine.host.role}"
            raise ContentError(message)
        if found.ends:
            found.ends = max(found.ends, self.now + SECOND // 10)
        return found

    def session_named(self, name: str) -> Session:
        """Return the session that ``as`` names: one of the system's own, or the acting one."""
        machine = self.machine
        own = {"system": machine.system, "network": machine.network, "local": machine.local}
        return own.get(name, self.session)

    def inner(self, **changes: object) -> Scene:
        """Return a scene within this one, elsewhere or as someone else, with its own processes."""
        values: dict[str, Any] = {
            "site": self.site,
            "script": self.script,
            "machine": self.machine,
            "session": self.session,
            "account": self.account,
            "now": self.now,
            "rng": self.rng,
            "shell": self.shell,
            "depth": self.depth + 1,
            **changes,
        }
        return Scene(**values)

    def close(self) -> None:
        """End what the scene started, youngest first."""
        for process in reversed(self.open):
            self.machine.end(process, self.now)
            self.now += self.rng.randint(10, 400) * 10_000
        self.open.clear()


VERBS: dict[str, Callable[[Scene, StepRow], None]] = {}


def verb(
    name: str,
) -> Callable[[Callable[[Scene, StepRow], None]], Callable[[Scene, StepRow], None]]:
    """Register the function that acts out a verb of the declared steps."""

    def register(act: Callable[[Scene, StepRow], None]) -> Callable[[Scene, StepRow], None]:
        VERBS[name] = act
        return act

    return register


def play(scene: Scene, steps: Sequence[StepRow]) -> None:
    """Act out steps in order."""
    if scene.depth > _MAX_DEPTH:
        message = "activities play each other without end"
        raise ContentError(message)
    for row in steps:
        if "chance" in row and scene.rng.random() >= row["chance"]:
            continue
        for _ in range(_repeats(scene, row)):
            scene.wait(row.get("after", _PAUSE_S))
            _act(scene, row)


def _repeats(scene: Scene, row: StepRow) -> int:
    times = row.get("times", 1)
    return times if isinstance(times, int) else scene.rng.randint(*times)


def _act(scene: Scene, row: StepRow) -> None:
    # The verb comes first in a row, so that rows read as sentences.
    name = next(iter(row))
    act = VERBS.get(name)
    if act is None:
        message = f"no such verb in an activity: {name!r}"
        raise ContentError(message)
    journal = scene.site.journal
    outer = journal.step
    if outer is not None and "tells" in row:
        text = scene.say(row["tells"])
        told = {"technique": outer.techniques, **row}
        journal.step = journal.new_step(outer.phase, told, scene.session.shown, text)
    act(scene, row)
    journal.step = outer


def play_activity(scene: Scene, name: str, given: Mapping[str, str] | None = None) -> None:
    """Act out a declared activity; ``with`` words are drawn once and hold for all its steps."""
    activity = scene.script.activities.get(name)
    if activity is None:
        message = f"no such activity: {name!r}"
        raise ContentError(message)
    scene.context.update(given or {})
    for word, text in activity.get("with", {}).items():
        scene.context[word] = scene.say(text)
    parent = activity.get("parent")
    if parent is not None:
        scene.shell = scene.process(parent)
    play(scene, activity["steps"])
    scene.close()
