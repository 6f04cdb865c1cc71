"""Verbs that leave a trace of what a process does: files, registry, name service, network, scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import ContentError
from gamekeeper.simulate.catalog import event_kinds
from gamekeeper.simulate.clock import millisecond_text
from gamekeeper.simulate.places import world_content
from gamekeeper.simulate.scene import Scene, StepRow, verb
from gamekeeper.simulate.wording import guid_of

if TYPE_CHECKING:
    from gamekeeper.simulate.places import Host

_PORT_NAMES: Final = {80: "http", 135: "epmap", 389: "ldap", 443: "https", 445: "microsoft-ds"}
_PORT_NAMES_MORE: Final = {22: "ssh", 53: "domain", 88: "kerberos", 3389: "ms-wbt-server"}


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
    session = scene.session_named(row.get("as", "user"))
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
