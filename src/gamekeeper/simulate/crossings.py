"""Verbs that cross from one host to another: shares, remote desktops, remote processes, directory binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate import logons
from gamekeeper.simulate.acts import run, start_provider
from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.places import world_content
from gamekeeper.simulate.scene import Scene, StepRow, play, play_activity, verb
from gamekeeper.simulate.site import Source
from gamekeeper.simulate.traces import connect, host_of, lookup

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Machine, Process, Session
    from gamekeeper.simulate.places import Account

_MS: Final = 10_000
_LOCAL_PATHS: Final = {
    "C$": "C:\\",
    "ADMIN$": "C:\\Windows",
    "IPC$": "",
    "SYSVOL": "C:\\Windows\\SYSVOL\\sysvol",
}
_WRITE: Final = {
    "AccessMask": 0x12019F,
    "AccessList": "\r\n\t\t\t\t".join(
        f"%%{code}" for code in (1538, 1541, 4416, 4417, 4418, 4419, 4420, 4423, 4424)
    )
    + "\r\n\t\t\t\t",
}


def account_of(scene: Scene, name: str | None) -> Account:
    """Return the account that ``as`` names: an account, a duty's administrator, or the acting one."""
    world = scene.site.world
    if name == "machine":
        return scene.machine.host.machine
    if name is None:
        return scene.account or scene.machine.host.machine
    name = scene.say(name)
    if name.startswith("admin:"):
        return world.of_duty(name.removeprefix("admin:"), "admin")
    if name.startswith("user:"):
        return world.of_duty(name.removeprefix("user:"), "user")
    return world.account(name)


def machine_of(scene: Scene, place: str) -> Machine:
    """Return the machine that a role or host name means."""
    host = host_of(scene, scene.say(place))
    return scene.machine if host is None else scene.site.machine(host)


def _source_of(scene: Scene, row: StepRow) -> Source:
    """Return the client: this host, or what ``from`` says about one that is none of ours."""
    if "from" not in row:
        return Source.of(scene.machine.host)
    client = scene.say(row.get("client", "DESKTOP-{hex:7}")).upper()
    return Source(scene.say(row["from"]), client)


def _use_explicitly(scene: Scene, account: Account, there: Machine, process: Process) -> None:
    """Log on the source that another account's password was used."""
    if scene.account is account:
        return
    scene.machine.log(
        "security_4648",
        scene.now,
        **scene.session.subject(),
        TargetUserName=account.name,
        TargetDomainName=scene.site.world.netbios,
        TargetServerName=there.host.fqdn,
        TargetInfo=there.host.fqdn,
        ProcessId=process.pid,
        ProcessName=process.image,
    )


@verb("share")
def share(scene: Scene, row: StepRow) -> None:
    """Use files of a share: a network logon there, the share, and each file."""
    there = machine_of(scene, row["share"])
    account = account_of(scene, row.get("as"))
    source = _source_of(scene, row)
    name = scene.say(row.get("name", "C$"))
    session = logons.network_logon(
        scene.site, account, source, there, scene.now, ntlm=row.get("ntlm", False)
    )
    local = _LOCAL_PATHS.get(name, f"D:\\Shares\\{name}")
    place = {
        **session.subject(),
        "IpAddress": source.address,
        "IpPort": str(scene.site.port()),
        "ShareName": f"\\\\*\\{name}",
        "ShareLocalPath": f"\\??\\{local}" if local else "",
    }
    scene.now += 20 * _MS
    there.log("security_5140", scene.now, **place)
    access = _WRITE if row.get("write") else {}
    for path in row.get("files", ()):
        scene.wait(row.get("pace", (0.02, 0.6)))
        there.log("security_5145", scene.now, **place, **access, RelativeTargetName=scene.say(path))
    logons.log_off(there, session, scene.now + scene.rng.randint(8, 45) * SECOND)


@verb("logon")
def logon(scene: Scene, row: StepRow) -> None:
    """Log on to another host over the network and off again, as agents do."""
    there = machine_of(scene, row["logon"])
    account = account_of(scene, row.get("as"))
    source = _source_of(scene, row)
    session = logons.network_logon(
        scene.site, account, source, there, scene.now, ntlm=row.get("ntlm", False)
    )
    logons.log_off(there, session, scene.now + scene.rng.randint(1, 12) * SECOND)


@verb("bind")
def bind(scene: Scene, row: StepRow) -> None:
    """Let the edge appliance bind to the directory."""
    source = Source(scene.site.world.networks["edge"], "vpn-edge")
    logons.directory_bind(scene.site, account_of(scene, row["bind"]), source, scene.now)


@verb("fail")
def fail(scene: Scene, row: StepRow) -> None:
    """Try a wrong password, here or on another host."""
    there = machine_of(scene, row.get("there", scene.machine.host.name))
    source = Source.of(scene.machine.host)
    logons.fail(scene.site, account_of(scene, row["fail"]), source, there, scene.now)


@verb("remote")
def remote(scene: Scene, row: StepRow) -> None:
    """Start processes on another host through its WMI service."""
    there = machine_of(scene, row["remote"])
    if not there.is_on:
        return
    account = account_of(scene, row.get("as"))
    source = _source_of(scene, row)
    if "from" not in row:
        _use_explicitly(scene, account, there, scene.process(row.get("by")))
        connect(scene, {"connect": there.host.name, "port": 135, "by": row.get("by")})
        connect(scene, {"connect": there.host.name, "port": "{49670..49690}", "by": row.get("by")})
    scene.wait((0.2, 0.6))
    session = logons.network_logon(
        scene.site, account, source, there, scene.now, ntlm=row.get("ntlm", False)
    )
    inner = scene.inner(
        machine=there, session=session, account=account, context=_outer_words(scene)
    )
    connect(inner, {"connect": source.address, "port": 135, "inbound": True, "by": "rpcss"})
    inner.shell = start_provider(inner)
    play(inner, row["do"])
    inner.close()
    scene.now = inner.now
    logons.log_off(there, session, scene.now + scene.rng.randint(5, 30) * SECOND)


def _outer_words(scene: Scene) -> dict[str, str]:
    """Return the words that an inner scene on another host takes over: what the activity drew."""
    drawn = {word: text for word, text in scene.context.items() if "." not in word}
    for word in ("host", "user"):
        drawn.pop(word, None)
    return {
        **drawn,
        "source": scene.machine.host.name,
        "source.address": scene.machine.host.address,
    }


@verb("desktop")
def desktop(scene: Scene, row: StepRow) -> None:
    """Work on another host over remote desktop: from this host, or from an address of the VPN pool."""
    there = machine_of(scene, row["desktop"])
    if not there.is_on:
        return
    account = account_of(scene, row.get("as"))
    source = _source_of(scene, row)
    if source.address == there.host.address:  # a small world: the work is done where one is
        here = scene.inner(context=scene.context, labels=scene.labels)
        play(here, row.get("do", ()))
        here.close()
        scene.now = here.now
        return
    if "from" not in row:
        _start_client(scene, account, there)
    outside = scene.inner(machine=there, session=there.system, account=None)
    arrival = {"connect": source.address, "port": 3389, "inbound": True, "by": "termservice"}
    connect(outside, arrival)
    kept = scene.site.desktops.pop((account.name, there.host.name, source.address), None)
    if kept is not None:
        session, shell = kept
        logons.reconnect(scene.site, account, there, session, scene.now + SECOND)
    else:
        session = logons.desktop_logon(scene.site, account, source, there, scene.now + SECOND)
        shell = open_desktop(scene, there, session, account)
    inner = scene.inner(
        machine=there, session=session, account=account, context=_outer_words(scene)
    )
    inner.shell, inner.now = shell, scene.now + 4 * SECOND
    play(inner, row.get("do", ()))
    inner.close()
    inner.wait((3, 40))
    if row.get("leaves") == "disconnect":
        logons.disconnect(there, session, inner.now)
        scene.site.desktops[account.name, there.host.name, source.address] = session, shell
    else:
        logons.log_off(there, session, inner.now)
    scene.now = inner.now + SECOND


def _start_client(scene: Scene, account: Account, there: Machine) -> None:
    command = f'"C:\\Windows\\system32\\mstsc.exe" /v:{there.host.name}'
    run(scene, {"run": "mstsc", "command": command})
    scene.wait((2, 6))
    process = scene.process(None)
    lookup(scene, {"lookup": there.host.name})
    scene.machine.log("rdp_client_1024", scene.now, process, Value=there.host.name)
    connect(scene, {"connect": there.host.name, "port": 3389})
    _use_explicitly(scene, account, there, process)
    scene.machine.log("rdp_client_1102", scene.now + 300 * _MS, process, Value=there.host.address)


def open_desktop(scene: Scene, there: Machine, session: Session, account: Account) -> Process:
    """Start the processes of a new desktop and return its shell."""
    inner = scene.inner(machine=there, session=session, account=account, shell=None)
    play_activity(inner, "desktop_start" if there.host.is_server else "desktop_start_client")
    return inner.labels["explorer"]


@verb("account_change")
def account_change(scene: Scene, row: StepRow) -> None:
    """Let the help desk, or the directory itself (``by_system``), change somebody's account."""
    controller = scene.site.controllers[0]
    account = account_of(scene, "admin:helpdesk")
    source = Source.of(scene.machine.host)
    session = logons.network_logon(scene.site, account, source, controller, scene.now)
    subject = controller.system if row.get("by_system") else session
    controller.log(
        row["account_change"],
        scene.now + 50 * _MS,
        **subject.subject(),
        **_changed(scene, row.get("whom", "{some_user}"), row.get("group")),
        **{name: scene.say(text) for name, text in row.get("fields", {}).items()},
    )
    logons.log_off(controller, session, scene.now + 9 * SECOND)


def _changed(scene: Scene, person: str, group: str | None) -> dict[str, str]:
    """Return the target of a change: somebody's account, or a group and its new member."""
    world = scene.site.world
    whom = account_of(scene, person)
    if group is None:
        return {
            "TargetUserName": whom.name,
            "TargetDomainName": world.netbios,
            "TargetSid": whom.sid,
        }
    place = ",".join(f"DC={part}" for part in world.domain.split("."))
    return {
        "MemberName": f"CN={whom.display},OU=Staff,{place}",
        "MemberSid": whom.sid,
        "TargetUserName": group,
        "TargetDomainName": world.netbios,
        "TargetSid": f"{world.domain_sid}-{world_content()['groups'][group]}",
    }
