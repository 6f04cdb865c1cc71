"""Starting and stopping hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate import logons
from gamekeeper.simulate.clock import MINUTE, SECOND, millisecond_text, to_datetime

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Machine, Session
    from gamekeeper.simulate.scene import Script

_MS: Final = 10_000
_SERVICE: Final = 5


def boot(
    machine: Machine, script: Script, ticks: int, *, quietly: bool = False, fell: int = 0
) -> None:
    """Start a host; ``quietly`` where that happened before its logs begin, ``fell`` says when it crashed."""
    machine.start(ticks)
    machine.is_on = False
    machine.is_quiet = quietly
    _log_kernel(machine, ticks, fell)
    now = ticks + 3 * SECOND
    sessions = {"network": machine.network, "local": machine.local}
    for row in script.boot:
        if machine.host.role not in row.get("only", (machine.host.role,)):
            continue
        parent = machine.well_known.get(row["parent"])
        session = sessions.get(row.get("as", ""), machine.system)
        process = machine.spawn(
            row["run"], now, command=row["command"], parent=parent, session=session
        )
        machine.well_known[row["name"]] = process
        now += machine.rng.randint(20, 700) * _MS
        if row["name"] == "lsass":
            _log_security_start(machine, now)
        if row["name"] == "sysmon":
            machine.log("sysmon_4", now, UtcTime=millisecond_text(now))
    _log_service_logons(machine, now)
    machine.is_quiet = False
    machine.is_on = True


def _log_kernel(machine: Machine, ticks: int, fell: int) -> None:
    build = machine.host.build
    machine.log("system_12", ticks, BuildVersion=build, QfeVersion=5458, StartTime=ticks)
    good = {"LastShutdownGood": not fell, "LastBootId": machine.boot_number - 1}
    machine.log("system_boot_20", ticks + 10 * _MS, **good)
    if fell:
        machine.log("system_41", ticks + 14 * _MS, Checkpoint=16)
    machine.log("system_boot_27", ticks + 12 * _MS, LoadOptions=b" NOEXECUTE=OPTIN\0")
    for name in ("WdFilter", "storqosflt", "wcifs", "FileCrypt", "luafv", "npsvctrig"):
        ticks += 60 * _MS
        machine.log("system_filter_6", ticks, DeviceNameLength=len(name), DeviceName=name)
    later = ticks + 9 * SECOND
    if fell:
        moment = to_datetime(fell)
        clock, day = moment.strftime("%H:%M:%S"), moment.strftime("%m/%d/%Y")
        machine.note("system_6008", later, clock, day, "", "", "8121", "", "")
    machine.note("system_6009", later, "10.00.", str(build), "", "Multiprocessor Free", "5458")
    machine.note("system_6005", later, binary=bytes(24))


def _log_security_start(machine: Machine, ticks: int) -> None:
    machine.log("security_4826", ticks - SECOND)
    machine.log("security_4608", ticks)
    logons.own_logon(machine, machine.system, 0, ticks + 5 * _MS)
    machine.log("security_4902", ticks + 30 * _MS, PuaPolicyId=machine.rng.randrange(1 << 17))


def _log_service_logons(machine: Machine, ticks: int) -> None:
    for session in (machine.network, machine.local, *[machine.system] * 5):
        logons.own_logon(machine, session, _SERVICE, ticks)
        ticks += machine.rng.randint(50, 900) * _MS
    machine.log("security_5033", ticks)
    machine.log("security_5024", ticks + 300 * _MS)


def shut_down(
    machine: Machine, ticks: int, session: Session | None = None, *, restarts: bool = False
) -> None:
    """Stop a host: by a person of the given session, or by its update service."""
    name = machine.host.name
    by = f"C:\\Windows\\System32\\RuntimeBroker.exe ({name})"
    reason, code = "Other (Unplanned)", "0x0"
    if session is None:
        by = f"C:\\Windows\\system32\\MusNotificationUx.exe ({name})"
        reason, code = "Operating System: Service pack (Planned)", "0x80020010"
    process = machine.well_known["wininit"]
    machine.log(
        "system_1074",
        ticks,
        process,
        param1=by,
        param2=name,
        param3=reason,
        param4=code,
        param5="restart" if restarts else "power off",
        param7=(session or machine.system).shown,
    )
    if session is not None:
        logons.log_off(machine, session, ticks + SECOND)
    machine.log("security_1100", ticks + 8 * SECOND)
    machine.note("system_6006", ticks + 8 * SECOND, binary=b"\x01" + bytes(7))
    machine.log("system_power_109", ticks + 9 * SECOND)
    machine.log("system_13", ticks + 10 * SECOND, StopTime=ticks + 10 * SECOND)
    machine.is_on = False


def reboot(machine: Machine, script: Script, ticks: int) -> None:
    """Restart a host for its updates."""
    shut_down(machine, ticks, restarts=True)
    boot(machine, script, ticks + machine.rng.randint(60, 240) * SECOND)


def boot_early(machine: Machine, script: Script, start: int) -> None:
    """Let a host have been running since some time before the simulation."""
    age_days = machine.rng.uniform(2, 20)
    boot(machine, script, start - int(age_days * 24 * 60) * MINUTE, quietly=True)
