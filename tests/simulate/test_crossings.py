from __future__ import annotations

from gamekeeper.simulate.crossings import account_of, machine_of
from gamekeeper.simulate.scene import Scene, play

from .conftest import logged


def test_a_share_is_a_logon_the_share_and_its_files(scene: Scene) -> None:
    play(scene, [{"share": "file", "name": "C$", "as": "svc_backup", "files": ["a", "b"]}])
    there = scene.site.of_role("file")
    [on] = logged(there, "security_4624")
    [opened] = logged(there, "security_5140")
    files = logged(there, "security_5145")
    assert opened["SubjectLogonId"] == on["TargetLogonId"]
    assert [f["RelativeTargetName"] for f in files] == ["a", "b"]
    assert opened["ShareLocalPath"] == "\\??\\C:\\"
    assert len(logged(there, "security_4634")) == 1


def test_writing_to_a_share_asks_for_more_access(scene: Scene) -> None:
    play(scene, [{"share": "file", "name": "Public", "write": True, "files": ["a"]}])
    [told] = logged(scene.site.of_role("file"), "security_5145")
    assert told["AccessMask"] == 0x12019F


def test_remote_processes_are_born_by_wmi_under_the_callers_name(scene: Scene) -> None:
    row = {
        "remote": "file",
        "as": "admin:administrator",
        "do": [{"run": "cmd", "command": "cmd /c from {source}"}],
    }
    play(scene, [{"run": "wmic"}, row])
    there = scene.site.of_role("file")
    born = next(f for f in logged(there, "sysmon_1") if f["Image"].endswith("cmd.exe"))
    assert born["ParentImage"].endswith("WmiPrvSE.exe")
    assert born["CommandLine"] == f"cmd /c from {scene.machine.host.name}"
    audit = next(f for f in logged(there, "security_4688") if "cmd /c" in f["CommandLine"])
    assert audit["SubjectUserName"] == there.host.machine.name
    assert audit["TargetUserName"].startswith("adm-")
    assert len(logged(scene.machine, "security_4648")) == 1


def test_a_caller_from_outside_leaves_no_trace_on_our_host(scene: Scene) -> None:
    row = {
        "remote": "file",
        "as": "admin:administrator",
        "from": "10.20.250.9",
        "client": "kali",
        "do": [],
    }
    play(scene, [row])
    assert scene.site.journal.logs.keys() & {(scene.machine.host.name, "Security")} == set()
    [on] = logged(scene.site.of_role("file"), "security_4624")
    assert on["IpAddress"] == "10.20.250.9"


def test_a_desktop_that_was_left_is_found_again(scene: Scene) -> None:
    row = {
        "desktop": "file",
        "as": "admin:administrator",
        "from": "10.20.250.9",
        "leaves": "disconnect",
        "do": [{"run": "whoami"}],
    }
    play(scene, [row, row])
    there = scene.site.of_role("file")
    assert [f["LogonType"] for f in logged(there, "security_4624")] == [3, 10, 3, 7]
    shells = [f for f in logged(there, "sysmon_1") if f["Image"].endswith("explorer.exe")]
    runs = [f for f in logged(there, "sysmon_1") if f["Image"].endswith("whoami.exe")]
    assert len(shells) == 1
    assert {f["ParentProcessGuid"] for f in runs} == {shells[0]["ProcessGuid"]}


def test_a_desktop_from_our_host_shows_on_it(scene: Scene) -> None:
    play(scene, [{"desktop": "file", "as": "admin:administrator", "leaves": "logoff"}])
    assert (
        logged(scene.machine, "rdp_client_1024")[0]["Value"] == scene.site.of_role("file").host.name
    )
    assert logged(scene.machine, "security_4648")[0]["TargetUserName"].startswith("adm-")
    there = scene.site.of_role("file")
    started = {f["ProcessGuid"] for f in logged(there, "sysmon_1") if "adm-" in f["User"]}
    ended = {f["ProcessGuid"] for f in logged(there, "sysmon_5")}
    assert started <= ended


def test_a_desktop_on_the_host_itself_needs_no_logon(scene: Scene) -> None:
    play(scene, [{"desktop": "jump", "as": "admin:administrator", "do": [{"run": "whoami"}]}])
    assert logged(scene.machine, "security_4624") == []
    assert logged(scene.machine, "sysmon_1")[0]["Image"].endswith("whoami.exe")


def test_accounts_are_named_by_duty_or_name(scene: Scene) -> None:
    assert account_of(scene, "machine") is scene.machine.host.machine
    assert account_of(scene, "svc_backup").name == "svc_backup"
    assert account_of(scene, "admin:engineer").kind == "admin"
    assert account_of(scene, "user:office").kind == "user"
    assert account_of(scene, None) is scene.machine.host.machine
    assert machine_of(scene, "dc") is scene.site.controllers[0]


def test_agents_log_on_and_off(scene: Scene) -> None:
    play(scene, [{"logon": "file", "as": "svc_monitor"}])
    there = scene.site.of_role("file")
    assert logged(there, "security_4624")[0]["TargetUserName"] == "svc_monitor"
    assert len(logged(there, "security_4634")) == 1


def test_the_edge_and_failures_reach_the_controller(scene: Scene) -> None:
    play(scene, [{"bind": "svc_ldapbind"}, {"fail": "user:office", "there": "file"}])
    [controller] = scene.site.controllers
    assert logged(controller, "security_4624")[0]["IpAddress"] == scene.site.world.networks["edge"]
    assert len(logged(scene.site.of_role("file"), "security_4625")) == 1


def test_the_help_desk_changes_accounts_and_groups(scene: Scene) -> None:
    play(scene, [{"account_change": "security_4724"}])
    play(scene, [{"account_change": "security_4728", "group": "VPN Users"}])
    play(scene, [{"account_change": "security_4740", "by_system": True}])
    [controller] = scene.site.controllers
    [reset] = logged(controller, "security_4724")
    [joined] = logged(controller, "security_4728")
    [locked] = logged(controller, "security_4740")
    assert reset["SubjectUserName"].startswith("adm-")
    assert joined["TargetUserName"] == "VPN Users"
    assert joined["MemberName"].endswith("DC=mvwater,DC=example")
    assert locked["SubjectUserSid"] == "S-1-5-18"
