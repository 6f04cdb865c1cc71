"""Whoever tampers with the logs of a host: an administrator's account that comes in over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from gamekeeper.simulate import logons
from gamekeeper.simulate.boots import boot
from gamekeeper.simulate.clock import MINUTE, SECOND
from gamekeeper.simulate.site import Source

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage
    from gamekeeper.simulate.machine import Machine, Process, Session

_MS = 10_000


class Intruder:
    """A session of an administrator on a host, from one moment on; use as a context manager.

    A host that is off is started first.
    """

    def __init__(self, stage: Stage, machine: Machine, ticks: int) -> None:
        self.stage = stage
        self.machine = machine
        self.now = ticks
        self.session: Session
        self.shell: Process

    def __enter__(self) -> Self:
        world, site = self.stage.world, self.stage.site
        if not self.machine.is_on:
            boot(self.machine, self.stage.script, self.now - 2 * MINUTE)
        account = world.of_duty("administrator", "admin")
        others = [host for host in world.hosts if host is not self.machine.host]
        home = next((host for host in others if not host.is_server), others[0])
        source = Source.of(home)
        self.session = logons.network_logon(site, account, source, self.machine, self.now)
        self.shell = self.run(
            "wmiprvse",
            "C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
            parent=self.machine.well_known["dcom"],
            session=self.machine.network,
        )
        self.now += SECOND
        return self

    def run(
        self,
        program: str,
        command: str,
        *,
        parent: Process | None = None,
        session: Session | None = None,
    ) -> Process:
        """Start a program and let it work for some moments."""
        rng = self.stage.site.rng
        process = self.machine.spawn(
            program,
            self.now,
            command=command,
            parent=parent or self.shell,
            session=session or self.session,
        )
        self.now += rng.randint(60, 400) * _MS
        return process

    def __exit__(self, *_: object) -> None:
        for process in self.machine.processes_of(self.session):
            self.machine.end(process, self.now + 200 * _MS)
        self.machine.end(self.shell, self.now + SECOND)
        logons.log_off(self.machine, self.session, self.now + 2 * SECOND)
