from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gamekeeper as gk
from fakes.hives import BINARY, DWORD, QWORD, SZ, TIME, Key, hive, tree
from fakes.outcomes import Outcome, read_bytes
from gamekeeper.sources.base import Origin
from gamekeeper.sources.windows_state.hive import HiveSource
from gamekeeper.sources.windows_state.values import HIDDEN, TEXT_LIMIT_BYTES

SOURCE = HiveSource()
RELAY = r"HKLM\System\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/9999"


def by_target(found: Outcome) -> dict[str, Any]:
    return {row["TargetObject"]: row for row in found.rows}


@pytest.mark.parametrize("listed", ["lf", "lh", "li", "ri"])
def test_a_hive_gives_its_declared_keys(listed: str, system: Key, read: Any) -> None:
    found = read(SOURCE, hive(system, listed=listed))
    assert found.adds_up()
    assert not found.rejects
    assert found.tally.notes == ()
    rows = by_target(found)
    assert rows[RELAY]["Details"] == "10.1.1.5/8443"
    assert rows[RELAY]["event.filetime"] == TIME
    assert {row["Computer"] for row in found.rows} == {"SRV01"}
    assert {row["Channel"] for row in found.rows} == {"Gamekeeper-State/Registry"}
    service = r"HKLM\System\CurrentControlSet\Services\svc"
    assert rows[rf"{service}\Start"]["Details"] == "DWORD (0x00000002)"
    assert rows[rf"{service}\ImagePath"]["ValueType"] == "REG_EXPAND_SZ"
    assert rows[r"HKLM\System\CurrentControlSet\Control\MiniNt"]["Details"] == "(no values)"
    assert r"HKLM\System\ControlSet001\Control\ComputerName\ComputerName\ComputerName" in rows
    assert not [name for name in rows if "unseen" in name or "Setup" in name]


def test_a_list_of_strings_is_a_repeated_field_and_big_data_are_cut(system: Key, read: Any) -> None:
    rows = by_target(read(SOURCE, hive(system)))
    service = r"HKLM\System\CurrentControlSet\Services\svc"
    several = rows[rf"{service}\DependOnService"]
    assert (several["Details"], several["event.rest"]) == ("a", [{"name": "Details", "value": "b"}])
    big = rows[rf"{service}\Failure"]
    assert big["Details"] == (bytes(range(256)) * 256).hex().upper()
    assert big["event.rest"] == [
        {"name": "DetailsLeftOut", "value": f"{256 * 300 - TEXT_LIMIT_BYTES} bytes"}
    ]


def test_old_hives_keep_large_data_in_one_cell(read: Any) -> None:
    data = b"\7" * 20_000
    root = tree({r"ControlSet001\Services\svc": [("x", BINARY, data), ("q", QWORD, 5)]})
    details = read(SOURCE, hive(root, minor=3)).column("Details")
    assert details == [data.hex().upper(), "QWORD (0x00000000-0x00000005)"]


def test_a_user_s_hive_names_its_user(read: Any) -> None:
    root = tree({r"Software\SimonTatham\PuTTY\Sessions\plc": [("HostName", SZ, "plc01")]})
    found = read(SOURCE, hive(root), "case.zip!C/Users/ann/NTUSER.DAT")
    [row] = [row for row in found.rows if row["ValueName"]]
    assert row["TargetObject"] == r"HKCU\Software\SimonTatham\PuTTY\Sessions\plc\HostName"
    assert (row["User"], row["Computer"]) == ("ann", None)
    found = read(SOURCE, hive(root, name=r"\??\C:\Users\bob\ntuser.dat"), "copy.hiv")
    assert set(found.column("User")) == {"bob"}


def test_secrets_never_leave_the_file(read: Any) -> None:
    root = tree(
        {
            "Microsoft": [],
            "Classes": [],
            r"RealVNC\vncserver": [("Password", BINARY, b"hunter2!"), ("Port", DWORD, 5900)],
            r"OpenSSH\Agent\Keys\one": [("", BINARY, b"hunter2!")],
        }
    )
    found = read(SOURCE, hive(root))
    assert "DWORD (0x0000170c)" in found.column("Details")
    assert "hunter2" not in repr(found.rows)
    assert b"hunter2".hex().upper() not in repr(found.rows)
    assert found.column("Details").count(HIDDEN) == 2


def test_a_dirty_hive_and_a_wrong_checksum_are_told(system: Key, read: Any) -> None:
    [note] = read(SOURCE, hive(system, sequences=(8, 7))).tally.notes
    assert note.startswith("the hive was not closed")
    data = bytearray(hive(system))
    data[500] ^= 1
    assert read(SOURCE, bytes(data)).tally.notes == (
        "the checksum of the hive's first block is wrong",
    )


def test_a_log_of_changes_is_told_and_not_read(system: Key, read: Any) -> None:
    found = read(SOURCE, hive(system, kind=6))
    assert found.rows == []
    assert found.tally.shape == "hive_log"
    assert found.tally.notes == ("a log of changes to a hive; such logs are not read",)
    assert found.adds_up()


def test_a_hive_without_a_root_is_one_reject(read: Any) -> None:
    found = read(SOURCE, b"regf" + bytes(5000))
    assert [reject.reason for reject in found.rejects] == ["bad_hive"]
    assert found.adds_up()


def test_a_hive_of_another_kind_says_so(read: Any) -> None:
    found = read(SOURCE, hive(tree({r"Policy\Secrets": [("x", SZ, "y")]})))
    assert found.rows == []
    assert found.tally.records_present == 0
    assert found.tally.notes[0].startswith("no key that is looked at can be in this hive")


def test_a_file_that_breaks_off_gives_what_is_left(system: Key, read: Any) -> None:
    data = hive(system)
    found = read(SOURCE, data[:8192])
    assert found.adds_up()
    assert any(note.startswith("the file breaks off") for note in found.tally.notes)


def test_a_key_that_nothing_leads_to_is_a_reject(system: Key, read: Any) -> None:
    data = bytearray(hive(system))
    key = data.rindex(b"nk", 0, data.index(b"PortProxy"))
    data[key + 20 : key + 24] = bytes(4)  # it has no subkeys any more, it says
    found = read(SOURCE, bytes(data))
    lost = [reject for reject in found.rejects if reject.reason == "unreachable"]
    assert sum(reject.count for reject in lost) == 2  # the key v4tov4, and the entry in tcp
    assert not [row for row in found.rows if "v4tov4" in row["TargetObject"]]
    assert found.adds_up()


def test_the_count_needs_no_decoder(system: Key, tmp_path: Path) -> None:
    data = hive(system)
    found = read_bytes(SOURCE, tmp_path, data)
    origin = Origin(0, "x", tmp_path / "file", len(data))
    assert SOURCE.count(SOURCE.ranges(origin)[0]) == found.tally.records_present


def test_the_mark_decides_what_a_hive_is(system: Key) -> None:
    assert SOURCE.sniff(hive(system)[:65536], "x.txt") == 1
    assert SOURCE.sniff(b"regf", "SYSTEM") < 0
    assert SOURCE.sniff(b"", "SYSTEM") < 0


def test_a_hunt_finds_a_relay_that_outlived_the_logs(system: Key, tmp_path: Path) -> None:
    """From a folder as triage leaves it to findings, by our own rules."""
    case = tmp_path / "case"
    history = case / "Users/ann/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine"
    history.mkdir(parents=True)
    (case / "SYSTEM").write_bytes(hive(system))
    typed = "netsh interface portproxy show all\r\nreg save hklm\\sam ss.dat\r\n"
    (history / "ConsoleHost_history.txt").write_text(typed, newline="")
    with gk.hunt(case, rules="builtin", workers=1) as found:
        rows = found.findings_table().to_pylist()
    assert {(row["title"], row["host"], row["account"]) for row in rows} == {
        ("Port Forwarding Found In The Registry", "SRV01", ""),
        ("Event Log Stopped By The Registry", "SRV01", ""),
        ("Port Forwarding Typed Into PowerShell", "", "ann"),
        ("Copy Of Directory, Hives Or Memory Typed Into PowerShell", "", "ann"),
    }
