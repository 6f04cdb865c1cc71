"""Verbs of one host: starting programs and what they do to files, registry and network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import ContentError
from gamekeeper.simulate.catalog import event_kinds, programs
from gamekeeper.simulate.clock import millisecond_text
from gamekeeper.simulate.places import world_content
from gamekeeper.simulate.scene import Scene, StepRow, play, play_activity, verb
from gamekeeper.simulate.wording import guid_of

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Process, Session
    from gamekeeper.simulate.places import Host

_MS: Final = 10_000
_PORT_NAMES: Final = {80: "http", 135: "epmap", 389: "ldap", 443: "https", 445: "microsoft-ds"}
_PORT_NAMES_MORE: Final = {22: "ssh", 53: "domain", 88: "kerberos", 3389: "ms-wbt-server"}


def session_of(scene: Scene, name: str | None) -> Session | None:
    """Return the session that ``as`` names; None leaves it to the parent."""
    machine = scene.machine
    sessions = {"system": machine.system, "network": machine.network, "local": machine.local}
    return scene.session if name == "user" else sessions.get(name or "")


@verb("run")
def run(scene: Scene, row: StepRow) -> None:
    """Start a program; what the scene started before and does not need any more ends first."""
    parent = scene.process(row.get("parent", "shell"))
    _end_bystanders(scene, parent)
    name = row["run"]
    command = scene.say(row["command"]) if "command" in row else f'"{programs()[name].path}"'
    process = scene.machine.spawn(
        name,
        scene.now,
        command=command,
        parent=parent,
        session=session_of(scene, row.get("as", "user")),
        image=scene.say(row.get("image", "")),
    )
    scene.actor = process
    if "label" in row:
        scene.labels[row["label"]] = process
        scene.context[f"pid.{row['label']}"] = str(process.pid)
    if not row.get("stays", False):
        scene.open.append(process)
    if name == "powershell":
        _log_engine(scene, process)
    child = _run_child(scene, process)
    if "lasts" in row:
        scene.wait(row["lasts"])
        if process in scene.open:
            process.ends = scene.now
            if child is not None:
                child.ends = scene.now - 2 * _MS


def _end_bystanders(scene: Scene, parent: Process) -> None:
    needed: set[int] = set()
    ancestor: Process | None = parent
    while ancestor is not None:
        needed.add(id(ancestor))
        ancestor = ancestor.parent
    for process in reversed(scene.open.copy()):
        if id(process) not in needed:
            scene.machine.end(process, scene.now)
            scene.open.remove(process)
            scene.now += scene.rng.randint(5, 60) * _MS


def _run_child(scene: Scene, process: Process) -> Process | None:
    """Start the program that does the work of another: ``net`` hands over to ``net1``."""
    child = process.program.child
    if not child:
        return None
    arguments = process.command.partition(" ")[2]
    path = programs()[child].path.removesuffix(".exe").replace("System32", "system32")
    scene.now += scene.rng.randint(8, 40) * _MS
    command = f"{path} {arguments}".rstrip()
    worker = scene.machine.spawn(child, scene.now, command=command, parent=process)
    scene.open.append(worker)
    return worker


def _log_engine(scene: Scene, process: Process) -> None:
    """Write what PowerShell writes when it starts."""
    machine, host_id = scene.machine, guid_of(scene.rng)
    version = f"5.1.{machine.host.build}.5486"
    tail = (
        f"\tHostName=ConsoleHost\r\n\tHostVersion={version}\r\n\tHostId={host_id}\r\n"
        f"\tHostApplication={process.command}\r\n\tEngineVersion={{}}\r\n\tRunspaceId={{}}\r\n"
        "\tPipelineId=\r\n\tCommandName=\r\n\tCommandType=\r\n\tScriptName=\r\n\tCommandPath=\r\n\tCommandLine="
    )
    at = scene.now + 180 * _MS
    for number, provider in enumerate(("Registry", "Environment", "FileSystem"), start=1):
        details = f"\tProviderName={provider}\r\n\tNewProviderState=Started\r\n\r\n"
        details += f"\tSequenceNumber={2 * number - 1}\r\n\r\n" + tail.format("", "")
        machine.note("powershell_600", at + number * 4 * _MS, provider, "Started", details)
    details = "\tNewEngineState=Available\r\n\tPreviousEngineState=None\r\n\r\n\tSequenceNumber=13\r\n\r\n"
    details += tail.format(version, guid_of(scene.rng))
    machine.note("powershell_400", at + 40 * _MS, "Available", "None", details)
    machine.log("powershell_40961", at + 60 * _MS, process)
    machine.log(
        "powershell_53504",
        at + 75 * _MS,
        process,
        param1=str(process.pid),
        param2="DefaultAppDomain",
    )
    machine.log("powershell_40962", at + 90 * _MS, process)
    pipe = f"\\PSHost.{at}.{process.pid}.DefaultAppDomain.powershell"
    machine.sysmon("sysmon_17", at + 70 * _MS, process, PipeName=pipe)
    scene.now = at + 100 * _MS


@verb("end")
def end(scene: Scene, row: StepRow) -> None:
    """End a process that stayed."""
    process = scene.process(row["end"])
    if process in scene.open:
        scene.open.remove(process)
    scene.machine.end(process, scene.now)


@verb("wait")
def wait(scene: Scene, row: StepRow) -> None:
    """Let seconds pass."""
    scene.wait(row["wait"])


@verb("play")
def play_other(scene: Scene, row: StepRow) -> None:
    """Act out another activity in this scene's place."""
    inner = scene.inner(context=scene.context, labels=scene.labels)
    given = {word: scene.say(text) for word, text in row.get("with", {}).items()}
    play_activity(inner, row["play"], given)
    scene.context.update(inner.context)
    scene.now = inner.now


@verb("choose")
def choose(scene: Scene, row: StepRow) -> None:
    """Act out one of several activities, drawn by weight."""
    names = list(row["choose"])
    [name] = scene.rng.choices(names, weights=list(row["choose"].values()))
    play_other(scene, {"play": name})


@verb("steps")
def steps(scene: Scene, row: StepRow) -> None:
    """Act out a group of steps, such that a chance or a repetition holds for all of them."""
    play(scene, row["steps"])


@verb("write")
def write(scene: Scene, row: StepRow) -> None:
    """Create a file."""
    process = scene.process(row.get("by"))
    scene.machine.sysmon(
        "sysmon_11",
        scene.now,
        process,
        TargetFilename=scene.say(row["write"]),
        CreationUtcTime=millisecond_text(scene.now),
    )


@verb("delete")
def delete(scene: Scene, row: StepRow) -> None:
    """Delete a file."""
    digest = scene.say("SHA256={hex:64}").upper()
    scene.machine.sysmon(
        "sysmon_23",
        scene.now,
        scene.process(row.get("by")),
        TargetFilename=scene.say(row["delete"]),
        Hashes=digest,
    )


@verb("set")
def set_value(scene: Scene, row: StepRow) -> None:
    """Set a registry value."""
    scene.machine.sysmon(
        "sysmon_13",
        scene.now,
        scene.process(row.get("by")),
        TargetObject=scene.say(row["set"]),
        Details=scene.say(row["to"]),
    )


@verb("unset")
def unset_value(scene: Scene, row: StepRow) -> None:
    """Delete a registry value."""
    target = scene.say(row["unset"])
    scene.machine.sysmon("sysmon_12", scene.now, scene.process(row.get("by")), TargetObject=target)


def host_of(scene: Scene, place: str) -> Host | None:
    """Return the host that a role or name means, or None where it is an address."""
    world = scene.site.world
    if place in world_content()["stands_in"]:
        return world.of_role(place)
    if place == "server":
        others = [h for h in world.hosts if h.is_server and h is not scene.machine.host]
        return scene.rng.choice(others)
    return next((h for h in world.hosts if h.name == place), None)


@verb("lookup")
def lookup(scene: Scene, row: StepRow) -> None:
    """Ask the name service; without ``to`` the answer is an address out there."""
    name = scene.say(row["lookup"])
    host = host_of(scene, name)
    if host is not None:
        name, answer = host.fqdn, f"::ffff:{host.address};"
    else:
        answer = scene.say(row.get("to", "::ffff:{13..213}.{1..250}.{1..250}.{1..250};"))
    process = scene.process(row.get("by"))
    scene.machine.sysmon("sysmon_22", scene.now, process, QueryName=name, QueryResults=answer)


@verb("connect")
def connect(scene: Scene, row: StepRow) -> None:
    """Open a connection to a role, a host or an address, or take one (``inbound``)."""
    place = scene.say(str(row["connect"]))
    host = host_of(scene, place)
    there = {"Ip": host.address if host else place, "Hostname": host.fqdn if host else "-"}
    here = {"Ip": scene.machine.host.address, "Hostname": scene.machine.host.fqdn}
    inbound = row.get("inbound", False)
    source, target = (there, here) if inbound else (here, there)
    port = int(scene.say(str(row["port"])))
    name = _PORT_NAMES.get(port) or _PORT_NAMES_MORE.get(port, "-")
    scene.machine.sysmon(
        "sysmon_3",
        scene.now,
        scene.process(row.get("by")),
        Initiated=not inbound,
        **{f"Source{key}": value for key, value in source.items()},
        SourcePort=scene.site.port(),
        **{f"Destination{key}": value for key, value in target.items()},
        DestinationPort=port,
        DestinationPortName=name,
        Protocol=row.get("protocol", "tcp"),
    )


@verb("script")
def script(scene: Scene, row: StepRow) -> None:
    """Run a PowerShell script block in the shell that acted last."""
    key = "powershell_4104_warning" if row.get("is_suspicious") else "powershell_4104"
    scene.machine.log(
        key,
        scene.now,
        scene.process(row.get("by")),
        ScriptBlockText=scene.say(row["script"]),
        ScriptBlockId=str(guid_of(scene.rng)),
        Path=scene.say(row.get("path", "")),
        activity_id=guid_of(scene.rng),
    )


@verb("log")
def log(scene: Scene, row: StepRow) -> None:
    """Write one event as declared; ``whose`` fills in the fields of the acting session."""
    kind = event_kinds().get(row["log"])
    if kind is None:
        message = f"no such event: {row['log']!r}"
        raise ContentError(message)
    fields: dict[str, Any] = {
        name: scene.say(value) if isinstance(value, str) else value
        for name, value in row.get("fields", {}).items()
    }
    if "strings" in row:
        fields["strings"] = [scene.say(text) for text in row["strings"]]
    session = session_of(scene, row.get("as", "user")) or scene.session
    for whose in row.get("whose", ()):
        fields |= session.subject() if whose == "subject" else session.target()
    process = scene.process(row.get("by"))
    fields |= dict(zip(row.get("process_as", ()), (process.pid, process.image), strict=False))
    scene.machine.log(row["log"], scene.now, process, **fields)


@verb("note")
def note(scene: Scene, row: StepRow) -> None:
    """Write one event of a provider without a manifest."""
    scene.machine.note(row["note"], scene.now, *[scene.say(text) for text in row["strings"]])


_CALL_TRACE: Final = (
    "C:\\Windows\\SYSTEM32\\ntdll.dll+9d1e4|C:\\Windows\\System32\\KERNELBASE.dll+2bcbe|{}"
)


@verb("touch")
def touch(scene: Scene, row: StepRow) -> None:
    """Open another process with some access right."""
    source, target = scene.process(row.get("by")), scene.process(row["touch"])
    scene.machine.log(
        "sysmon_10",
        scene.now,
        UtcTime=millisecond_text(scene.now),
        SourceProcessGUID=source.guid,
        SourceProcessId=source.pid,
        SourceThreadId=4 * scene.rng.randint(200, 2500),
        SourceImage=source.image,
        TargetProcessGUID=target.guid,
        TargetProcessId=target.pid,
        TargetImage=target.image,
        GrantedAccess=row["access"],
        CallTrace=_CALL_TRACE.format(row.get("trace", f"{source.image}+1a2f0")),
        SourceUser=source.session.shown,
        TargetUser=target.session.shown,
    )


@verb("through_wmi")
def through_wmi(scene: Scene, row: StepRow) -> None:
    """Let the local WMI service start processes, which breaks the chain of parents."""
    inner = scene.inner(context=scene.context)
    inner.shell = start_provider(scene)
    inner.now = scene.now
    play(inner, row["do"])
    inner.close()
    scene.now = inner.now


def start_provider(scene: Scene) -> Process:
    """Start a WMI provider host."""
    machine = scene.machine
    provider = machine.spawn(
        "wmiprvse",
        scene.now,
        command="C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding",
        parent=machine.well_known["dcom"],
        session=machine.network,
    )
    scene.now += 300 * _MS
    machine.log(
        "wmi_5857",
        scene.now,
        provider,
        ProviderName="CIMWin32",
        ProcessID=provider.pid,
        ProviderPath="%systemroot%\\system32\\wbem\\cimwin32.dll",
    )
    return provider
