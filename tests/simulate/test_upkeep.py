from __future__ import annotations

import xml.etree.ElementTree as ET

from gamekeeper.simulate.scene import Scene, play

from .conftest import logged


def test_a_service_is_told_by_three_logs(scene: Scene) -> None:
    play(scene, [{"service": "Updater", "path": "C:\\u.exe", "start": "demand start"}])
    machine = scene.machine
    [system], [audit] = logged(machine, "system_7045"), logged(machine, "security_4697")
    assert system["ImagePath"] == audit["ServiceFileName"] == "C:\\u.exe"
    assert audit["ServiceStartType"] == 3
    assert {f["Details"] for f in logged(machine, "sysmon_13")} == {
        "C:\\u.exe",
        "DWORD (0x00000003)",
    }


def test_a_task_carries_readable_xml(scene: Scene) -> None:
    play(scene, [{"task": "\\Job", "command": "cmd.exe /c a & b > c"}])
    [told] = logged(scene.machine, "security_4698")
    root = ET.fromstring(told["TaskContent"].partition("?>\r\n")[2])
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert root.findtext(f".//{space}Arguments") == "/c a & b > c"
    assert logged(scene.machine, "sysmon_11")[0]["TargetFilename"].endswith("\\Tasks\\Job")


def test_a_scheduled_task_frames_what_it_starts(scene: Scene) -> None:
    row = {"scheduled": "\\Job", "action": "whoami", "as": "svc_backup", "do": [{"run": "whoami"}]}
    play(scene, [row])
    machine = scene.machine
    [process] = [f for f in logged(machine, "sysmon_1") if f["Image"].endswith("whoami.exe")]
    assert process["User"].endswith("svc_backup")
    assert logged(machine, "task_129")[0]["ProcessID"] == process["ProcessId"]
    ids = {f["InstanceId"] for f in logged(machine, "task_100", "task_102")}
    assert len(ids) == 1
    assert [f["LogonType"] for f in logged(machine, "security_4624", "security_4634")] == [4, 4]


def test_a_snapshot_names_who_asked_for_it(scene: Scene) -> None:
    play(scene, [{"run": "vssadmin"}, {"snapshot": "now"}])
    machine = scene.machine
    [told] = logged(machine, "security_8222")
    assert told["strings"][3].endswith("vssadmin.exe")
    assert told["strings"][9].endswith(scene.context["shadow"])
    callers = {f["CallerProcessName"].rpartition("\\")[2] for f in logged(machine, "security_4799")}
    assert callers == {"VSSVC.exe", "vssadmin.exe"}
    assert logged(machine, "esent_2001") == []


def test_a_controllers_database_freezes_for_a_snapshot(scene: Scene) -> None:
    inner = scene.inner(machine=scene.site.controllers[0], session=scene.site.controllers[0].system)
    inner.shell = inner.machine.well_known["services"]
    play(inner, [{"run": "wbengine"}, {"snapshot": "now"}])
    keys = ("esent_2001", "esent_2003", "esent_2005", "esent_2006")
    assert len(logged(inner.machine, *keys)) == 4


def test_a_clear_says_who_did_it(scene: Scene) -> None:
    play(scene, [{"clear": "Security"}, {"clear": "Application"}])
    assert logged(scene.machine, "security_1102")[0]["SubjectLogonId"] == 0x3E7
    assert logged(scene.machine, "system_104")[0]["Channel"] == "Application"
    assert [e.channel for e in scene.site.journal.erasures] == ["Security", "Application"]


def test_a_removal_says_nothing(scene: Scene) -> None:
    play(scene, [{"remove": "Security", "minutes": 5}])
    assert scene.site.journal.logs == {}
    [erasure] = scene.site.journal.erasures
    assert erasure.only_intrusion
    assert erasure.stop - erasure.start == 5 * 60 * 10_000_000


def test_a_service_state_carries_its_key(scene: Scene) -> None:
    play(scene, [{"state": "Volume Shadow Copy", "key": "VSS", "is": "stopped"}])
    [told] = logged(scene.machine, "system_7036")
    assert (told["param1"], told["param2"]) == ("Volume Shadow Copy", "stopped")
    assert told["binary"].decode("utf-16-le") == "VSS/1\0"


def test_the_clock_is_set_a_little(scene: Scene) -> None:
    play(scene, [{"clock": 0.4}])
    [system], [audit] = (
        logged(scene.machine, "system_time_1"),
        logged(scene.machine, "security_4616"),
    )
    assert 0 < system["NewTime"] - system["OldTime"] <= 4_000_000
    assert audit["ProcessName"].endswith("svchost.exe")
