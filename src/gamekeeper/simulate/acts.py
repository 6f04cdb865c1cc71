"""Verbs that start and end programs, and those that group other steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.catalog import programs
from gamekeeper.simulate.scene import Scene, StepRow, play, play_activity, verb
from gamekeeper.simulate.wording import guid_of

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Process

_MS: Final = 10_000


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
        session=scene.session_named(row.get("as", "user")),
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
