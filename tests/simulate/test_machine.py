from __future__ import annotations

from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.site import Site

from .conftest import logged

NINE = 9 * HOUR


def test_a_process_is_told_by_security_and_sysmon_alike(site: Site) -> None:
    machine = site.of_role("jump")
    at = site.world.start + NINE
    process = machine.spawn(
        "ipconfig", at, command="ipconfig /all", parent=machine.well_known["lsm"]
    )
    audit, _ = logged(machine, "security_4688")
    sysmon, console = logged(machine, "sysmon_1")
    assert audit["CommandLine"] == sysmon["CommandLine"] == "ipconfig /all"
    assert audit["NewProcessId"] == sysmon["ProcessId"] == process.pid
    assert audit["ParentProcessName"] == sysmon["ParentImage"]
    assert sysmon["OriginalFileName"] == "ipconfig.exe"
    assert console["Image"].endswith("conhost.exe")


def test_a_process_guid_holds_machine_and_start(site: Site) -> None:
    machine = site.of_role("dc")
    at = site.world.start + NINE
    first, second = machine.process_guid(at), machine.process_guid(at)
    assert first.hex[:16] == second.hex[:16]
    assert first != second
    seconds = int(first.hex[12:16] + first.hex[8:12], 16)
    assert seconds == at // 10_000_000 - 11_644_473_600


def test_logon_ids_grow_with_time(site: Site) -> None:
    machine = site.of_role("dc")
    at = site.world.start + NINE
    luids = [machine.new_luid(at + minute * 60 * 10_000_000) for minute in range(50)]
    assert luids == sorted(luids)
    assert len(set(luids)) == 50


def test_process_ids_are_multiples_of_four_and_free(site: Site) -> None:
    machine = site.of_role("dc")
    at = site.world.start + NINE
    pids = [machine.spawn("dllhost", at).pid for _ in range(200)]
    assert all(pid % 4 == 0 for pid in pids)
    assert len(set(pids)) == 200


def test_a_process_ends_once_and_takes_its_console_along(site: Site) -> None:
    machine = site.of_role("jump")
    at = site.world.start + NINE
    process = machine.spawn("cmd", at)
    machine.end(process, at + HOUR)
    machine.end(process, at + 2 * HOUR)
    ended = [fields["Image"].rpartition("\\")[2] for fields in logged(machine, "sysmon_5")]
    assert ended == ["cmd.exe", "conhost.exe"]


def test_the_end_of_a_process_belongs_to_the_step_that_started_it(site: Site) -> None:
    machine = site.of_role("jump")
    journal, at = site.journal, site.world.start + NINE
    journal.step = journal.new_step("phase", {"technique": []}, "", "")
    process = machine.spawn("dllhost", at)
    journal.step = None
    machine.end(process, at + HOUR)
    [entry] = [e for e in journal.logs[machine.host.name, _SYSMON] if e.kind.key == "sysmon_5"]
    assert entry.step is not None
    assert entry.step.number == 1
    assert journal.step is None


_SYSMON = "Microsoft-Windows-Sysmon/Operational"


def test_a_host_that_lacks_a_channel_writes_nothing_there(site: Site) -> None:
    machine = site.of_role("historian")
    machine.spawn("cmd", site.world.start + NINE, command="cmd /c secret")
    assert logged(machine, "sysmon_1") == []
    assert {fields["CommandLine"] for fields in logged(machine, "security_4688")} == {""}


def test_the_same_file_has_the_same_hashes_on_equal_systems(site: Site) -> None:
    at = site.world.start + NINE
    hashes = set()
    for role in ("dc", "jump"):
        site.of_role(role).spawn("dllhost", at)
        hashes.add(logged(site.of_role(role), "sysmon_1")[0]["Hashes"])
    assert len(hashes) == 1
    assert "IMPHASH=" in hashes.pop()
