"""Logons of every kind, as the host, its domain controller and its session manager tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.machine import Machine, Session
from gamekeeper.simulate.site import Site, Source
from gamekeeper.simulate.wording import guid_of

if TYPE_CHECKING:
    from gamekeeper.simulate.places import Account

NETWORK, BATCH, SERVICE, UNLOCK, INTERACTIVE, REMOTE = 3, 4, 5, 7, 2, 10
_MS: Final = 10_000
_PRIVILEGES: Final = "\r\n\t\t\t".join(
    f"Se{name}Privilege"
    for name in (
        "Security",
        "Backup",
        "Restore",
        "TakeOwnership",
        "Debug",
        "SystemEnvironment",
        "LoadDriver",
        "Impersonate",
        "DelegateSessionUserImpersonate",
    )
)
_POWERFUL: Final = {"Domain Admins", "Server Operators", "Backup Operators", "Domain Controllers"}


def is_powerful(account: Account, machine: Machine) -> bool:
    """Whether an account's logons on a machine come with special privileges."""
    if machine.host.role == "jump" and "OT Operators" in account.groups:
        return True
    return bool(_POWERFUL & set(account.groups))


def _new_session(
    machine: Machine, account: Account, source: Source, logon_type: int, ticks: int
) -> Session:
    luid = machine.new_luid(ticks)
    netbios = machine.world.netbios
    return Session(
        sid="S-1-5-18" if account.name == machine.host.machine.name else account.sid,
        user=account.name,
        domain=machine.world.domain.upper() if account.kind == "machine" else netbios,
        shown=f"{netbios}\\{account.name}",
        luid=luid,
        guid=machine.session_guid(ticks, luid),
        integrity="High" if is_powerful(account, machine) else "Medium",
        logon_type=logon_type,
        address=source.address,
        client=source.name,
        started=ticks,
    )


def _log_logon(machine: Machine, session: Session, ticks: int, **fields: object) -> None:
    elevated = session.integrity != "Medium"
    machine.log(
        "security_4624",
        ticks,
        **session.target(),
        LogonType=session.logon_type,
        ElevatedToken="%%1842" if elevated else "%%1843",
        **fields,
    )
    if elevated:
        machine.log("security_4672", ticks, **session.subject(), PrivilegeList=_PRIVILEGES)


def network_logon(
    site: Site,
    account: Account,
    source: Source,
    machine: Machine,
    ticks: int,
    *,
    ntlm: bool = False,
) -> Session:
    """Log on over the network, by Kerberos or NTLM."""
    session = _new_session(machine, account, source, NETWORK, ticks)
    how: dict[str, Any] = {"IpAddress": source.address, "IpPort": str(site.port())}
    if ntlm:
        site.validate(account, source, ticks)
        how |= {"LogonProcessName": "NtLmSsp ", "AuthenticationPackageName": "NTLM"}
        how |= {"WorkstationName": source.name, "LmPackageName": "NTLM V2", "KeyLength": 128}
    else:
        site.ticket(account, source, machine.host, ticks)
        how |= {"LogonProcessName": "Kerberos", "AuthenticationPackageName": "Kerberos"}
        how |= {"LogonGuid": guid_of(site.rng)}
    _log_logon(machine, session, ticks, **how)
    return session


def directory_bind(site: Site, account: Account, source: Source, ticks: int) -> None:
    """Bind to the directory with a plain password, as appliances do."""
    controller = site.controller_for(source)
    session = _new_session(controller, account, source, NETWORK, ticks)
    site.validate(account, Source.of(controller.host), ticks)
    lsass = controller.well_known["lsass"]
    _log_logon(
        controller,
        session,
        ticks,
        **_subject_fields(controller.system),
        LogonProcessName="Advapi  ",
        AuthenticationPackageName="MICROSOFT_AUTHENTICATION_PACKAGE_V1_0",
        WorkstationName=controller.host.name,
        IpAddress=source.address,
        IpPort=str(site.port()),
        ProcessId=lsass.pid,
        ProcessName=lsass.image,
    )
    log_off(controller, session, ticks + 200 * _MS)


def own_logon(machine: Machine, session: Session, logon_type: int, ticks: int) -> None:
    """Log one of the system's own accounts on for a service or at boot."""
    services = machine.well_known.get("services")
    machine.log(
        "security_4624",
        ticks,
        **_subject_fields(machine.system if logon_type else None),
        **{**session.target(), "TargetUserName": session.shown.partition("\\")[2]},
        LogonType=logon_type,
        LogonProcessName="Advapi  " if logon_type else "-",
        AuthenticationPackageName="Negotiate" if logon_type else "-",
        ProcessId=services.pid if services is not None else 4,
        ProcessName=services.image if services is not None else "",
        ElevatedToken="%%1842",
    )
    if logon_type:
        machine.log("security_4672", ticks, **session.subject(), PrivilegeList=_PRIVILEGES)


def task_logon(site: Site, account: Account, machine: Machine, ticks: int, kind: int) -> Session:
    """Log an account on for a scheduled task or a service of its own."""
    source = Source.of(machine.host)
    site.ticket(account, source, machine.host, ticks)
    session = _new_session(machine, account, source, kind, ticks)
    starter = machine.well_known["netsvcs" if kind == BATCH else "services"]
    _log_logon(
        machine,
        session,
        ticks,
        **_subject_fields(machine.system),
        LogonProcessName="Advapi  ",
        AuthenticationPackageName="Negotiate",
        WorkstationName=machine.host.name,
        LogonGuid=guid_of(site.rng),
        ProcessId=starter.pid,
        ProcessName=starter.image,
    )
    return session


def desktop_logon(
    site: Site, account: Account, source: Source, machine: Machine, ticks: int
) -> Session:
    """Log on at the console, or over remote desktop where the source is another host."""
    is_remote = source.address != machine.host.address
    if is_remote:
        machine.log("connection_261", ticks - 900 * _MS)
        first = network_logon(site, account, source, machine, ticks - 600 * _MS)
        log_off(machine, first, ticks + 30 * SECOND)
        user, domain = account.name, machine.world.netbios
        machine.log(
            "connection_1149", ticks - 300 * _MS, Param1=user, Param2=domain, Param3=source.address
        )
    else:
        site.ticket(account, source, machine.host, ticks)
    session = _new_session(machine, account, source, REMOTE if is_remote else INTERACTIVE, ticks)
    machine.terminals += 1
    session.terminal = machine.terminals if is_remote else 1
    _log_desktop(site, machine, session, ticks, source.address if is_remote else "127.0.0.1")
    place = {"User": session.shown, "SessionID": session.terminal}
    address = source.address if is_remote else "LOCAL"
    machine.log("session_21", ticks + SECOND // 2, **place, Address=address)
    machine.log("session_22", ticks + 2 * SECOND, **place, Address=address)
    machine.log("system_7001", ticks + SECOND, TSId=session.terminal, UserSid=session.sid)
    return session


def _log_desktop(site: Site, machine: Machine, session: Session, ticks: int, address: str) -> None:
    starter = machine.well_known["dcom" if session.logon_type == UNLOCK else "termservice"]
    machine.log(
        "security_4648",
        ticks - 5 * _MS,
        **machine.system.subject(),
        TargetUserName=session.user,
        TargetDomainName=session.domain,
        TargetLogonGuid=guid_of(site.rng),
        ProcessId=starter.pid,
        ProcessName=starter.image,
        IpAddress=address,
        IpPort="0",
    )
    _log_logon(
        machine,
        session,
        ticks,
        **_subject_fields(machine.system),
        LogonProcessName="User32 ",
        AuthenticationPackageName="Negotiate",
        WorkstationName=machine.host.name,
        LogonGuid=guid_of(site.rng),
        ProcessId=starter.pid,
        ProcessName=starter.image,
        IpAddress=address,
        IpPort="0",
    )


def lock(machine: Machine, session: Session, ticks: int) -> None:
    """Lock a desktop."""
    machine.log("security_4800", ticks, **session.target(), SessionId=session.terminal)


def unlock(site: Site, account: Account, machine: Machine, session: Session, ticks: int) -> None:
    """Unlock a desktop: a short logon of its own checks the password."""
    source = Source.of(machine.host)
    site.ticket(account, source, machine.host, ticks)
    check = _new_session(machine, account, source, UNLOCK, ticks)
    _log_desktop(site, machine, check, ticks, "127.0.0.1")
    machine.log("security_4634", ticks + 20 * _MS, **check.target(), LogonType=UNLOCK)
    machine.log("security_4801", ticks + 50 * _MS, **session.target(), SessionId=session.terminal)


def log_off(machine: Machine, session: Session, ticks: int) -> None:
    """End a session; a desktop also ends its processes and tells the session manager."""
    if session.logon_type in (INTERACTIVE, REMOTE):
        machine.log("security_4647", ticks, **session.target())
        for process in machine.processes_of(session):
            machine.end(process, ticks + machine.rng.randint(100, 1500) * _MS)
        machine.log("session_23", ticks + SECOND, User=session.shown, SessionID=session.terminal)
        machine.log("system_7002", ticks + SECOND, TSId=session.terminal, UserSid=session.sid)
        ticks += 2 * SECOND
    machine.log("security_4634", ticks, **session.target(), LogonType=session.logon_type)


def disconnect(machine: Machine, session: Session, ticks: int) -> None:
    """Leave a remote desktop without logging off."""
    place = {"SessionID": session.terminal, "Address": session.address}
    machine.log("session_40", ticks, Session=session.terminal, Reason=0)
    machine.log("session_24", ticks + 20 * _MS, User=session.shown, **place)
    _log_station(machine, "security_4779", session, ticks + 40 * _MS)


def reconnect(site: Site, account: Account, machine: Machine, session: Session, ticks: int) -> None:
    """Come back to a disconnected remote desktop from the same source."""
    source = Source(session.address, session.client)
    machine.log("connection_261", ticks - 900 * _MS)
    first = network_logon(site, account, source, machine, ticks - 600 * _MS)
    log_off(machine, first, ticks + 20 * SECOND)
    user, domain = account.name, machine.world.netbios
    machine.log(
        "connection_1149", ticks - 300 * _MS, Param1=user, Param2=domain, Param3=source.address
    )
    check = _new_session(machine, account, source, UNLOCK, ticks)
    _log_desktop(site, machine, check, ticks, source.address)
    place = {"SessionID": session.terminal, "Address": session.address}
    machine.log("session_25", ticks + 100 * _MS, User=session.shown, **place)
    _log_station(machine, "security_4778", session, ticks + 120 * _MS)
    machine.log("security_4634", ticks + 200 * _MS, **check.target(), LogonType=UNLOCK)


def _log_station(machine: Machine, key: str, session: Session, ticks: int) -> None:
    machine.log(
        key,
        ticks,
        AccountName=session.user,
        AccountDomain=session.domain,
        LogonID=session.luid,
        SessionName=f"RDP-Tcp#{session.terminal}",
        ClientName=session.client,
        ClientAddress=session.address,
    )


def fail(site: Site, account: Account, source: Source, machine: Machine, ticks: int) -> None:
    """Try a wrong password."""
    is_local = source.address == machine.host.address
    controller = site.controller_for(source)
    if is_local:
        controller.log(
            "security_4771",
            ticks - 10 * _MS,
            TargetUserName=account.name,
            TargetSid=account.sid,
            ServiceName=f"krbtgt/{machine.world.netbios}",
            IpAddress=f"::ffff:{source.address}",
            IpPort=str(site.port()),
        )
    else:
        site.validate(account, source, ticks, status=0xC000_006A)
    machine.log(
        "security_4625",
        ticks,
        **(_subject_fields(machine.system) if is_local else {}),
        TargetUserName=account.name,
        TargetDomainName=machine.world.netbios,
        LogonType=INTERACTIVE if is_local else NETWORK,
        LogonProcessName="User32 " if is_local else "NtLmSsp ",
        AuthenticationPackageName="Negotiate" if is_local else "NTLM",
        WorkstationName=source.name,
        IpAddress="127.0.0.1" if is_local else source.address,
        IpPort="0" if is_local else str(site.port()),
    )


def _subject_fields(session: Session | None) -> dict[str, Any]:
    return session.subject() if session is not None else {}
