"""Verbs that change a system: services, scheduled tasks, shadow copies, cleared logs."""

from __future__ import annotations

from typing import Final

from gamekeeper.simulate import logons
from gamekeeper.simulate.clock import MINUTE, SECOND
from gamekeeper.simulate.crossings import account_of
from gamekeeper.simulate.journal import Erasure
from gamekeeper.simulate.scene import Scene, StepRow, play, verb
from gamekeeper.simulate.wording import guid_of

_MS: Final = 10_000
_GROUPS: Final = (("Administrators", "S-1-5-32-544"), ("Backup Operators", "S-1-5-32-551"))
_PROVIDER_ID: Final = "{b5946137-7b9f-4925-af80-51abd60b20d5}"


@verb("service")
def service(scene: Scene, row: StepRow) -> None:
    """Install a service."""
    machine, name, path = scene.machine, scene.say(row["service"]), scene.say(row["path"])
    start = row.get("start", "auto start")
    key = scene.say(row.get("key", name))
    machine.log(
        "system_7045",
        scene.now,
        user_sid=scene.session.sid,
        ServiceName=name,
        ImagePath=path,
        StartType=start,
    )
    machine.log(
        "security_4697",
        scene.now + 4 * _MS,
        **scene.session.subject(),
        ServiceName=name,
        ServiceFileName=path,
        ServiceStartType=2 if start == "auto start" else 3,
    )
    services = machine.well_known["services"]
    root = f"HKLM\\System\\CurrentControlSet\\Services\\{key}"
    machine.sysmon(
        "sysmon_13", scene.now, services, TargetObject=f"{root}\\ImagePath", Details=path
    )
    number = "DWORD (0x00000002)" if start == "auto start" else "DWORD (0x00000003)"
    machine.sysmon("sysmon_13", scene.now, services, TargetObject=f"{root}\\Start", Details=number)


@verb("state")
def state(scene: Scene, row: StepRow) -> None:
    """Say that a service runs or stopped."""
    name, key = row["state"], row.get("key", row["state"])
    is_running = row.get("is", "running") == "running"
    mark = f"{key}/{4 if is_running else 1}".encode("utf-16-le") + b"\0\0"
    scene.machine.log(
        "system_7036",
        scene.now,
        param1=name,
        param2="running" if is_running else "stopped",
        binary=mark,
    )


_TASK_XML: Final = """<?xml version="1.0" encoding="UTF-16"?>\r
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\r
  <RegistrationInfo>\r
    <Author>{author}</Author>\r
    <URI>{name}</URI>\r
  </RegistrationInfo>\r
  <Triggers>\r
    <CalendarTrigger>\r
      <StartBoundary>{day}T02:00:00</StartBoundary>\r
      <Enabled>true</Enabled>\r
      <ScheduleByDay>\r
        <DaysInterval>1</DaysInterval>\r
      </ScheduleByDay>\r
    </CalendarTrigger>\r
  </Triggers>\r
  <Principals>\r
    <Principal id="Author">\r
      <RunLevel>HighestAvailable</RunLevel>\r
      <UserId>S-1-5-18</UserId>\r
    </Principal>\r
  </Principals>\r
  <Actions Context="Author">\r
    <Exec>\r
      <Command>{command}</Command>\r
      <Arguments>{arguments}</Arguments>\r
    </Exec>\r
  </Actions>\r
</Task>"""


@verb("task")
def task(scene: Scene, row: StepRow) -> None:
    """Register a scheduled task."""
    machine, name = scene.machine, scene.say(row["task"])
    command, _, arguments = scene.say(row["command"]).partition(" ")
    content = _TASK_XML.format(
        author=scene.session.shown,
        name=name,
        day=scene.say("{today.dashed}"),
        command=command,
        arguments=arguments.replace("&", "&amp;").replace(">", "&gt;"),
    )
    machine.log(
        "security_4698", scene.now, **scene.session.subject(), TaskName=name, TaskContent=content
    )
    machine.log("task_106", scene.now + 20 * _MS, TaskName=name, UserContext=scene.session.shown)
    schedule = machine.well_known["schedule"]
    path = f"C:\\Windows\\System32\\Tasks{name}"
    machine.sysmon(
        "sysmon_11",
        scene.now,
        schedule,
        TargetFilename=path,
        CreationUtcTime=scene.say("{today.dashed}"),
    )


@verb("scheduled")
def scheduled(scene: Scene, row: StepRow) -> None:
    """Run a scheduled task: what it starts is done by its steps."""
    machine, name = scene.machine, scene.say(row["scheduled"])
    action, instance = scene.say(row["action"]), guid_of(scene.rng)
    account = row.get("as")
    context = "NT AUTHORITY\\SYSTEM"
    session = machine.system
    if account is not None:
        session = logons.task_logon(
            scene.site, account_of(scene, account), machine, scene.now, logons.BATCH
        )
        context = session.shown
    inner = scene.inner(
        session=session, shell=machine.well_known["schedule"], context=scene.context
    )
    engine = machine.well_known["schedule"].pid
    machine.log("task_107", inner.now, TaskName=name, InstanceId=instance)
    machine.log(
        "task_100", inner.now + 15 * _MS, TaskName=name, UserContext=context, InstanceId=instance
    )
    inner.now += 30 * _MS
    machine.log(
        "task_200",
        inner.now,
        TaskName=name,
        ActionName=action,
        TaskInstanceId=instance,
        EnginePID=engine,
    )
    play(inner, row.get("do", ()))
    if inner.actor is not None:
        machine.log(
            "task_129", inner.actor.started, TaskName=name, Path=action, ProcessID=inner.actor.pid
        )
    inner.close()
    machine.log(
        "task_201",
        inner.now,
        TaskName=name,
        TaskInstanceId=instance,
        ActionName=action,
        EnginePID=engine,
    )
    machine.log(
        "task_102", inner.now + 5 * _MS, TaskName=name, UserContext=context, InstanceId=instance
    )
    if account is not None:
        logons.log_off(machine, session, inner.now + 10 * _MS)
    scene.now = inner.now


@verb("snapshot")
def snapshot(scene: Scene, row: StepRow) -> None:
    """Take a shadow copy of the system volume, on behalf of the process that acted last."""
    machine = scene.machine
    requester = scene.process(row.get("by"))
    vss = machine.spawn(
        "vssvc", scene.now, command="C:\\Windows\\system32\\vssvc.exe", session=machine.system
    )
    state(scene, {"state": "Volume Shadow Copy", "key": "VSS"})
    scene.now += 150 * _MS
    state(scene, {"state": "Microsoft Software Shadow Copy Provider", "key": "swprv"})
    source_id = scene.rng.randrange(0x100000, 0x900000)
    audit = {"EventSourceId": source_id, "ProcessId": vss.pid, "ProcessName": vss.image}
    machine.log("security_4904", scene.now, **machine.system.subject(), **audit)
    for caller in (vss, requester):
        _enumerate_groups(scene, caller)
    is_controller = machine.host.role == "dc"
    lsass = machine.well_known["lsass"].pid
    number = str(machine.shadow_copies)
    if is_controller:
        machine.note("esent_2005", scene.now, "lsass", f"{lsass},G,0", "", number)
        machine.note("esent_2001", scene.now + 80 * _MS, "lsass", f"{lsass},G,0", "", number)
    scene.wait((2.5, 6))
    machine.shadow_copies += 1
    device = f"HarddiskVolumeShadowCopy{machine.shadow_copies}"
    scene.context["shadow"] = device
    if is_controller:
        machine.note("esent_2003", scene.now, "lsass", f"{lsass},G,0", "", number)
        machine.note("esent_2006", scene.now + 80 * _MS, "lsass", f"{lsass},G,0", "", number)
    machine.log(
        "system_98",
        scene.now + 300 * _MS,
        DriveName=f"\\\\?\\GLOBALROOT\\Device\\{device}",
        DeviceName=f"\\Device\\{device}",
    )
    _audit_snapshot(scene, requester.pid, requester.image, device)
    scene.now += SECOND
    closing = scene.now + 3 * MINUTE
    machine.log("security_4905", closing, **machine.system.subject(), **audit)
    machine.note("vss_8224", closing + SECOND, binary=b"-\0")
    machine.end(vss, closing + SECOND)


def _enumerate_groups(scene: Scene, caller: object) -> None:
    """Log the reading of powerful groups that VSS and its requesters do."""
    for group, sid in _GROUPS:
        scene.now += scene.rng.randint(3, 30) * _MS
        scene.machine.log(
            "security_4799",
            scene.now,
            **caller.session.subject(),  # type: ignore[attr-defined]
            TargetUserName=group,
            TargetSid=sid,
            CallerProcessId=caller.pid,  # type: ignore[attr-defined]
            CallerProcessName=caller.image,  # type: ignore[attr-defined]
        )


def _audit_snapshot(scene: Scene, pid: int, image: str, device: str) -> None:
    machine = scene.machine
    volume = scene.site.world.rng("volume", machine.host.name).getrandbits(32)
    machine.note(
        "security_8222",
        scene.now + 400 * _MS,
        scene.session.sid,
        scene.session.shown,
        f"0x{pid:016x}",
        image,
        "{" + str(guid_of(scene.rng)) + "}",
        "{" + str(guid_of(scene.rng)) + "}",
        _PROVIDER_ID,
        machine.host.fqdn,
        f"\\\\?\\Volume{{{volume:08x}-0000-0000-0000-500600000000}}\\",
        f"\\\\?\\GLOBALROOT\\Device\\{device}",
    )


@verb("clear")
def clear(scene: Scene, row: StepRow) -> None:
    """Clear a log: its earlier entries are gone, and one event says who did it."""
    machine, channel = scene.machine, row["clear"]
    erasure = Erasure(machine.host.name, channel, 0, scene.now, only_intrusion=False)
    scene.site.journal.erasures.append(erasure)
    session = scene.session
    if channel == "Security":
        machine.log("security_1102", scene.now, **session.subject())
        return
    machine.log(
        "system_104",
        scene.now,
        user_sid=scene.session.sid,
        SubjectUserName=session.user,
        SubjectDomainName=session.domain,
        Channel=channel,
        BackupPath="",
    )


@verb("remove")
def remove(scene: Scene, row: StepRow) -> None:
    """Take the intruder's own entries of the last minutes out of a log; their record ids stay unused."""
    start = scene.now - row["minutes"] * MINUTE
    erasure = Erasure(scene.machine.host.name, row["remove"], start, scene.now, only_intrusion=True)
    scene.site.journal.erasures.append(erasure)


@verb("clock")
def clock(scene: Scene, row: StepRow) -> None:
    """Let the time service correct the clock by up to so many seconds."""
    machine = scene.machine
    off = int(scene.rng.uniform(0.05, row["clock"]) * SECOND)
    old, new = scene.now - off, scene.now
    service_host = machine.well_known["local_service"]
    machine.log("system_time_1", scene.now, NewTime=new, OldTime=old)
    machine.log(
        "security_4616",
        scene.now,
        **machine.local.subject(),
        PreviousTime=old,
        NewTime=new,
        ProcessId=service_host.pid,
        ProcessName=service_host.image,
    )
