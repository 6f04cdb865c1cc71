from __future__ import annotations

from gamekeeper.simulate import logons
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.site import Site, Source

from .conftest import logged


def test_a_network_logon_ends_under_its_own_id(site: Site) -> None:
    machine, at = site.of_role("file"), site.world.start + 9 * HOUR
    user = site.world.of_duty("office", "user")
    session = logons.network_logon(site, user, Source("10.20.20.102", "WS"), machine, at)
    logons.log_off(machine, session, at + HOUR)
    [on], [off] = logged(machine, "security_4624"), logged(machine, "security_4634")
    assert on["TargetLogonId"] == off["TargetLogonId"] == session.luid
    assert (on["LogonType"], off["LogonType"]) == (3, 3)
    assert logged(machine, "security_4672") == []


def test_ntlm_is_validated_by_the_controller(site: Site) -> None:
    admin = site.world.of_duty("administrator", "admin")
    machine, source = site.of_role("file"), Source("10.20.250.31", "KALI")
    logons.network_logon(site, admin, source, machine, site.world.start, ntlm=True)
    [on] = logged(machine, "security_4624")
    assert (on["AuthenticationPackageName"], on["KeyLength"]) == ("NTLM", 128)
    assert on["WorkstationName"] == "KALI"
    assert len(logged(machine, "security_4672")) == 1
    assert logged(site.controllers[0], "security_4776")[0]["Workstation"] == "KALI"


def test_a_remote_desktop_is_told_by_all_who_see_it(site: Site) -> None:
    machine, at = site.of_role("jump"), site.world.start + 9 * HOUR
    admin = site.world.of_duty("administrator", "admin")
    session = logons.desktop_logon(site, admin, Source("10.20.20.101", "WS101"), machine, at)
    types = [fields["LogonType"] for fields in logged(machine, "security_4624")]
    assert types == [3, 10]
    [connected] = logged(machine, "connection_1149")
    assert connected["Param3"] == "10.20.20.101"
    [opened] = logged(machine, "session_21")
    assert opened["SessionID"] == session.terminal
    logons.log_off(machine, session, at + HOUR)
    assert len(logged(machine, "session_23")) == 1


def test_leaving_and_coming_back_keeps_the_session(site: Site) -> None:
    machine, at = site.of_role("jump"), site.world.start + 9 * HOUR
    admin = site.world.of_duty("administrator", "admin")
    session = logons.desktop_logon(site, admin, Source("10.20.20.101", "WS101"), machine, at)
    logons.disconnect(machine, session, at + HOUR)
    logons.reconnect(site, admin, machine, session, at + 2 * HOUR)
    [left], [back] = logged(machine, "security_4779"), logged(machine, "security_4778")
    assert left["LogonID"] == back["LogonID"] == session.luid
    assert len(logged(machine, "session_25")) == 1


def test_locking_and_unlocking_pair_up(site: Site) -> None:
    host = next(h for h in site.world.hosts if h.owner is not None)
    machine, at = site.machine(host), site.world.start + 9 * HOUR
    assert host.owner is not None
    session = logons.desktop_logon(site, host.owner, Source.of(host), machine, at)
    logons.lock(machine, session, at + HOUR)
    logons.unlock(site, host.owner, machine, session, at + 2 * HOUR)
    [locked], [unlocked] = logged(machine, "security_4800"), logged(machine, "security_4801")
    assert locked["TargetLogonId"] == unlocked["TargetLogonId"] == session.luid
    assert [f["LogonType"] for f in logged(machine, "security_4624")] == [2, 7]


def test_the_edge_binds_from_its_own_address(site: Site) -> None:
    edge = site.world.networks["edge"]
    account = site.world.account("svc_ldapbind")
    logons.directory_bind(site, account, Source(edge, "edge"), site.world.start)
    [on] = logged(site.controllers[0], "security_4624")
    assert (on["IpAddress"], on["LogonProcessName"]) == (edge, "Advapi  ")


def test_a_failure_at_the_desk_shows_at_the_controller(site: Site) -> None:
    host = next(h for h in site.world.hosts if h.owner is not None)
    assert host.owner is not None
    logons.fail(site, host.owner, Source.of(host), site.machine(host), site.world.start)
    [failed] = logged(site.machine(host), "security_4625")
    assert (failed["LogonType"], failed["SubStatus"]) == (2, 0xC000_006A)
    assert len(logged(site.controllers[0], "security_4771")) == 1


def test_a_task_logs_its_account_on(site: Site) -> None:
    machine = site.of_role("file")
    account = site.world.account("svc_backup")
    logons.task_logon(site, account, machine, site.world.start, logons.BATCH)
    [on] = logged(machine, "security_4624")
    assert (on["LogonType"], on["TargetUserName"]) == (4, "svc_backup")
