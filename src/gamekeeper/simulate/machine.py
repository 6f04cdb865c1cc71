"""One running host: its processes and logon sessions, and the events that their lives write."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from gamekeeper.simulate.catalog import Program, event_kinds, programs
from gamekeeper.simulate.clock import millisecond_text, unix_seconds
from gamekeeper.simulate.journal import Agenda, Entry, Journal, Step

if TYPE_CHECKING:
    from gamekeeper.simulate.places import Host, World

NOBODY: Final = "S-1-0-0"
_LABELS: Final = {"System": "S-1-16-16384", "High": "S-1-16-12288", "Medium": "S-1-16-8192"}
_ELEVATION: Final = {"System": "%%1936", "High": "%%1937", "Medium": "%%1938"}
_MS: Final = 10_000


@dataclass(slots=True, eq=False)
class Session:
    """One logon session as it stands in events."""

    sid: str
    user: str  # as Security names it: SYSTEM is HOST$
    domain: str
    shown: str  # as Sysmon names it
    luid: int
    guid: UUID
    integrity: str
    logon_type: int = 0
    terminal: int = 0
    address: str = ""
    client: str = ""
    started: int = 0

    def subject(self) -> dict[str, Any]:
        """Return the four subject fields of a Security event."""
        return {
            "SubjectUserSid": self.sid,
            "SubjectUserName": self.user,
            "SubjectDomainName": self.domain,
            "SubjectLogonId": self.luid,
        }

    def target(self) -> dict[str, Any]:
        """Return the four target fields of a Security event."""
        return {
            "TargetUserSid": self.sid,
            "TargetUserName": self.user,
            "TargetDomainName": self.domain,
            "TargetLogonId": self.luid,
        }


@dataclass(slots=True, eq=False)
class Process:
    """One process."""

    pid: int
    guid: UUID
    image: str
    program: Program
    command: str
    directory: str
    session: Session
    parent: Process | None
    started: int
    step: Step | None  # why it runs, if an intruder started it
    console: Process | None = None  # the console host that it got
    ends: int = 0  # when its work is done, where that is known before it is ended


@cache
def _hashes(image: str, version: str) -> str:
    seed = f"{image.lower()}|{version}".encode()
    wide = hashlib.sha512(seed).hexdigest().upper()
    sha256 = hashlib.sha256(seed).hexdigest().upper()
    return f"SHA1={wide[:40]},MD5={wide[40:72]},SHA256={sha256},IMPHASH={wide[72:104]}"


class Machine:
    """A host between its boots."""

    def __init__(self, host: Host, world: World, journal: Journal, agenda: Agenda) -> None:
        self.host = host
        self.world = world
        self.journal = journal
        self.agenda = agenda
        self.rng = world.rng("machine", host.name)
        self.well_known: dict[str, Process] = {}
        self._running: dict[int, Process] = {}
        self.booted = 0
        self.is_on = False
        self.is_quiet = False  # what happens now is not logged: it came before the logs begin
        self.boot_number = self.rng.randint(9, 90)
        self.shadow_copies = self.rng.randint(1, 6)
        self.terminals = 1  # terminal session ids in use
        self._id = self.rng.getrandbits(32)
        self._sequence = 0
        self._luids: set[int] = set()
        self.system = self._own("S-1-5-18", "SYSTEM", 0x3E7, "System")
        self.local = self._own("S-1-5-19", "LOCAL SERVICE", 0x3E5, "System")
        self.network = self._own("S-1-5-20", "NETWORK SERVICE", 0x3E4, "System")

    def _own(self, sid: str, name: str, luid: int, integrity: str) -> Session:
        user = self.host.machine.name
        domain = self.world.netbios
        shown = f"NT AUTHORITY\\{name}"
        if name == "LOCAL SERVICE":
            user, domain = name, "NT AUTHORITY"
        return Session(sid, user, domain, shown, luid, UUID(int=0), integrity)

    def start(self, ticks: int) -> None:
        """Forget the last life: a new boot begins."""
        self.booted = ticks
        self.boot_number += 1
        self._sequence = 0
        self._running = {}
        self._luids = set()
        self.well_known = {}
        self.terminals = 1
        for session in (self.system, self.local, self.network):
            session.guid = self.session_guid(ticks, session.luid)

    # -- identities ---------------------------------------------------------------------------

    def process_guid(self, ticks: int) -> UUID:
        """Return the next process GUID as Sysmon forms it: machine, start, sequence, boot."""
        seconds = unix_seconds(ticks)
        self._sequence += 1
        tail = self._sequence.to_bytes(6, "little") + self.boot_number.to_bytes(2, "little")
        head = self._id.to_bytes(4, "big") + (seconds & 0xFFFF).to_bytes(2, "big")
        return UUID(bytes=head + (seconds >> 16).to_bytes(2, "big") + tail)

    def session_guid(self, ticks: int, luid: int) -> UUID:
        """Return the GUID that Sysmon gives a logon session."""
        seconds = unix_seconds(ticks)
        head = self._id.to_bytes(4, "big") + (seconds & 0xFFFF).to_bytes(2, "big")
        return UUID(bytes=head + (seconds >> 16).to_bytes(2, "big") + luid.to_bytes(8, "little"))

    def new_luid(self, ticks: int) -> int:
        """Return a logon id; they grow with time since boot."""
        luid = 0x1_0000 + max(ticks - self.booted, 0) // 30_000 + self.rng.randrange(64)
        while luid in self._luids:
            luid += 1
        self._luids.add(luid)
        return luid

    def new_pid(self) -> int:
        """Return a free process id; those of the boot are low."""
        low, high = (120, 3000) if self.is_on else (75, 450)
        while True:
            pid = 4 * self.rng.randint(low, high)
            if pid not in self._running:
                return pid

    # -- events -------------------------------------------------------------------------------

    def log(self, key: str, ticks: int, writer: Process | None = None, /, **fields: object) -> None:
        """Write one event; ``writer`` is the process for events that their own process writes."""
        kind = event_kinds()[key]
        if self.is_quiet or kind.envelope.channel in self.host.lacks:
            return
        pid = self._writer_id(kind.by, writer)
        thread = None if pid is None else (pid + 4 * self.rng.randint(1, 14) if pid else 0)
        # Two fields of the envelope vary from event to event.
        activity, given = fields.pop("activity_id", None), fields.pop("user_sid", None)
        user = kind.user or None
        if user == "self":
            session = writer.session if writer is not None else self.system
            user = str(given or session.sid)
        values = kind.values(fields)
        entry = Entry(
            filetime=ticks,
            order=0,
            kind=kind,
            values=values,
            process_id=pid,
            thread_id=thread,
            user_sid=user,
            activity_id=activity if isinstance(activity, UUID) else None,
            step=None,
        )
        self.journal.add(self.host.name, entry)

    def _writer_id(self, by: str, writer: Process | None) -> int | None:
        if by == "none":
            return None
        if by == "system":
            return 4
        process = writer if by == "self" else self.well_known.get(by)
        return process.pid if process is not None else 0

    def note(self, key: str, ticks: int, *strings: str, binary: bytes | None = None) -> None:
        """Write one event of a provider without a manifest."""
        self.log(key, ticks, strings=strings, binary=binary)

    # -- processes ----------------------------------------------------------------------------

    def spawn(
        self,
        program: str,
        ticks: int,
        *,
        command: str = "",
        parent: Process | None = None,
        session: Session | None = None,
        image: str = "",
    ) -> Process:
        """Start a process and write what Security and Sysmon say about it."""
        what = programs()[program]
        parent = parent or self.well_known.get("services")
        session = session or (parent.session if parent is not None else self.system)
        path = image or what.path
        process = Process(
            pid=self.new_pid(),
            guid=self.process_guid(ticks),
            image=path,
            program=what,
            command=command or path,
            directory=self._directory(session),
            session=session,
            parent=parent,
            started=ticks,
            step=self.journal.step,
        )
        self._running[process.pid] = process
        self._log_creation(process)
        if what.is_console and not (parent is not None and parent.program.is_console):
            process.console = self.spawn(
                "conhost", ticks + 30 * _MS, command=_CONSOLE_HOST, parent=process
            )
        return process

    def _directory(self, session: Session) -> str:
        if session.terminal and session.integrity != "System":
            return f"C:\\Users\\{session.user}\\"
        return "C:\\Windows\\system32\\"

    def _log_creation(self, process: Process) -> None:
        session, parent = process.session, process.parent
        creator = parent.session if parent is not None else self.system
        target = session.target() if creator is not session else {"TargetUserSid": NOBODY}
        self.log(
            "security_4688",
            process.started,
            **creator.subject(),
            **target,
            NewProcessId=process.pid,
            NewProcessName=process.image,
            TokenElevationType=_ELEVATION[session.integrity],
            ProcessId=parent.pid if parent is not None else 4,
            CommandLine=process.command if self.host.has_command_lines else "",
            ParentProcessName=parent.image if parent is not None else "",
            MandatoryLabel=_LABELS[session.integrity],
        )
        what = process.program
        version = what.version or self.host.file_version
        self.log(
            "sysmon_1",
            process.started + self.rng.randint(2, 9) * _MS,
            UtcTime=millisecond_text(process.started),
            **_identity(process),
            FileVersion=version,
            Description=what.description,
            Product=what.product,
            Company=what.company,
            OriginalFileName=what.original,
            CommandLine=process.command,
            CurrentDirectory=process.directory,
            User=session.shown,
            LogonGuid=session.guid,
            LogonId=session.luid,
            TerminalSessionId=session.terminal,
            IntegrityLevel=session.integrity,
            Hashes=_hashes(what.path, version),
            **_parentage(parent),
        )

    def processes_of(self, session: Session) -> list[Process]:
        """Return a session's running processes, youngest first."""
        return [p for p in reversed(self._running.values()) if p.session is session]

    def end(self, process: Process, ticks: int) -> None:
        """End a process, with the console host that served it; one that ended before is left alone."""
        if self._running.pop(process.pid, None) is None:
            return
        journal = self.journal
        step, journal.step = journal.step, process.step
        ticks = min(ticks, process.ends or ticks)
        self.sysmon("sysmon_5", ticks, process)
        journal.step = step
        if process.console is not None:
            self.end(process.console, ticks + 3 * _MS)

    def sysmon(self, key: str, ticks: int, process: Process, /, **fields: object) -> None:
        """Write what Sysmon says about something that a process did."""
        self.log(
            key,
            ticks + self.rng.randint(1, 6) * _MS,
            UtcTime=millisecond_text(ticks),
            **_identity(process),
            User=process.session.shown,
            **fields,
        )


_CONSOLE_HOST: Final = "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1"
_NO_PARENT: Final = {"ParentProcessGuid": UUID(int=0), "ParentImage": "-", "ParentCommandLine": "-"}


def _identity(process: Process) -> dict[str, Any]:
    return {"ProcessGuid": process.guid, "ProcessId": process.pid, "Image": process.image}


def _parentage(parent: Process | None) -> dict[str, Any]:
    if parent is None:
        return {**_NO_PARENT, "ParentUser": "-"}
    return {
        "ParentProcessGuid": parent.guid,
        "ParentProcessId": parent.pid,
        "ParentImage": parent.image,
        "ParentCommandLine": parent.command,
        "ParentUser": parent.session.shown,
    }
