from __future__ import annotations

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.simulate.scene import Scene, play
from gamekeeper.simulate.traces import host_of

from .conftest import logged


def test_files_come_and_go(scene: Scene) -> None:
    play(scene, [{"run": "cmd"}, {"write": "C:\\a.tmp"}, {"delete": "C:\\a.tmp"}])
    [made], [gone] = logged(scene.machine, "sysmon_11"), logged(scene.machine, "sysmon_23")
    assert made["TargetFilename"] == gone["TargetFilename"] == "C:\\a.tmp"
    assert made["ProcessGuid"] == gone["ProcessGuid"]


def test_registry_values_come_and_go(scene: Scene) -> None:
    play(scene, [{"set": "HKLM\\X", "to": "{host.address}/3389"}, {"unset": "HKLM\\X"}])
    [made], [gone] = logged(scene.machine, "sysmon_13"), logged(scene.machine, "sysmon_12")
    assert made["Details"] == f"{scene.machine.host.address}/3389"
    assert gone["EventType"] == "DeleteValue"


def test_a_connection_knows_both_ends(scene: Scene) -> None:
    play(
        scene,
        [{"connect": "dc", "port": 389}, {"connect": "10.1.1.1", "port": 22, "inbound": True}],
    )
    out, back = logged(scene.machine, "sysmon_3")
    assert out["DestinationIp"] == scene.site.world.of_role("dc").address
    assert (out["Initiated"], out["DestinationPortName"]) == (True, "ldap")
    assert (back["SourceIp"], back["Initiated"]) == ("10.1.1.1", False)
    assert back["DestinationIp"] == scene.machine.host.address


def test_a_name_of_ours_has_its_own_address(scene: Scene) -> None:
    file = scene.site.world.of_role("file")
    play(scene, [{"lookup": file.name}, {"lookup": "www.example", "to": "::ffff:192.0.2.1;"}])
    ours, outside = logged(scene.machine, "sysmon_22")
    assert (ours["QueryName"], ours["QueryResults"]) == (file.fqdn, f"::ffff:{file.address};")
    assert outside["QueryResults"] == "::ffff:192.0.2.1;"


def test_a_script_block_belongs_to_its_shell(scene: Scene) -> None:
    play(scene, [{"run": "powershell", "label": "ps"}, {"script": "Get-Date", "by": "ps"}])
    [block] = logged(scene.machine, "powershell_4104")
    assert block["ScriptBlockText"] == "Get-Date"
    play(scene, [{"script": "x", "by": "ps", "is_suspicious": True}])
    assert len(logged(scene.machine, "powershell_4104_warning")) == 1


def test_a_declared_event_takes_session_and_process(scene: Scene) -> None:
    row = {
        "log": "security_4799",
        "whose": ["subject"],
        "by": "lsass",
        "process_as": ["CallerProcessId", "CallerProcessName"],
        "fields": {"TargetUserName": "{netbios}"},
    }
    play(scene, [row])
    [told] = logged(scene.machine, "security_4799")
    lsass = scene.machine.well_known["lsass"]
    assert (told["CallerProcessId"], told["CallerProcessName"]) == (lsass.pid, lsass.image)
    assert told["SubjectUserSid"] == "S-1-5-18"
    assert told["TargetUserName"] == scene.site.world.netbios


def test_an_unknown_event_is_a_fault_of_the_content(scene: Scene) -> None:
    with pytest.raises(ContentError, match="no such event: 'security_1'"):
        play(scene, [{"log": "security_1"}])


def test_a_note_is_a_classic_event(scene: Scene) -> None:
    play(scene, [{"note": "esent_325", "strings": ["NTDS", "{pid.lsass},D"]}])
    [told] = logged(scene.machine, "esent_325")
    assert told["strings"] == ("NTDS", f"{scene.machine.well_known['lsass'].pid},D")


def test_touching_a_process_names_source_and_target(scene: Scene) -> None:
    play(scene, [{"run": "rundll32"}, {"touch": "lsass", "access": 0x1FFFFF}])
    [told] = logged(scene.machine, "sysmon_10")
    assert told["SourceImage"].endswith("rundll32.exe")
    assert told["TargetImage"].endswith("lsass.exe")
    assert told["GrantedAccess"] == 0x1FFFFF


def test_a_place_is_a_role_a_name_or_an_address(scene: Scene) -> None:
    world = scene.site.world
    assert host_of(scene, "file") is world.of_role("file")
    assert host_of(scene, world.hosts[2].name) is world.hosts[2]
    assert host_of(scene, "10.9.9.9") is None
    assert host_of(scene, "server") is not scene.machine.host
