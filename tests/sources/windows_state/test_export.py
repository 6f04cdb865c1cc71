from __future__ import annotations

from typing import Any

import pytest

from gamekeeper.sources.windows_state.export import ExportSource

SOURCE = ExportSource()
NEW = "Windows Registry Editor Version 5.00\r\n\r\n"
RELAY = r"[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\PortProxy\v4tov4\tcp]" + "\r\n"
ENTRY = '"0.0.0.0/9999"="10.1.1.5/8443"\r\n'
SESSION = r"[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\plc%2001]" + "\r\n"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode(),
        lambda text: text.replace(NEW.strip(), "REGEDIT4").encode("cp1252"),
    ],
    ids=["utf-16", "big", "without mark", "utf-8 mark", "utf-8", "REGEDIT4"],
)
def test_exports_in_every_encoding(encode: Any, read: Any) -> None:
    data = encode(f'{NEW}{RELAY}{ENTRY}\r\n{SESSION}"HostName"="plcü"\r\n')
    assert SOURCE.sniff(data, "x.txt") == 1
    found = read(SOURCE, data)
    assert found.adds_up()
    assert found.rejects == []
    relay, session = found.rows
    assert relay["TargetObject"] == (
        r"HKLM\SYSTEM\ControlSet001\Services\PortProxy\v4tov4\tcp\0.0.0.0/9999"
    )
    assert relay["Details"] == "10.1.1.5/8443"
    assert relay["@timestamp"] is None
    assert relay["Computer"] is None
    assert session["Details"] == "plcü"
    assert session["event.record_id"] == 7
    assert found.tally.fidelity == "lossy"
    assert found.tally.fields_lacking == ("time of the last change",)


def test_offsets_lead_back_to_the_line(read: Any) -> None:
    data = f"{NEW}{RELAY}{ENTRY}".encode("utf-16")
    [row] = read(SOURCE, data).rows
    assert data[row["event.offset"] :].decode("utf-16-le") == ENTRY


def test_a_key_without_entries_is_an_event(read: Any) -> None:
    mini = r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\MiniNt]"
    found = read(SOURCE, f"{NEW}{mini}\r\n\r\n{SESSION}".encode())
    assert found.column("Details") == ["(no values)", "(no values)"]
    assert found.adds_up()


def test_other_keys_cost_nothing_and_count_nothing(read: Any) -> None:
    found = read(SOURCE, f'{NEW}[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor]\r\n"a"="b"\r\n'.encode())
    assert found.rows == []
    assert found.tally.records_present == 0


def test_a_user_of_many_is_named_by_the_sid(read: Any) -> None:
    sid = "S-1-5-21-1-2-3-1001"
    users = [f"[HKEY_USERS\\{name}\\Network\\Z]\r\n" for name in (sid, ".DEFAULT")]
    data = f'{NEW}{users[0]}"RemotePath"="x"\r\n{users[1]}'
    found = read(SOURCE, data.encode())
    assert found.column("User") == [sid, None]
    assert found.column("Key") == [rf"HKU\{sid}\Network\Z", r"HKU\.DEFAULT\Network\Z"]


def test_what_deletes_is_an_instruction_and_what_follows_is_nobody_s(read: Any) -> None:
    data = f'{NEW}{RELAY}"0.0.0.0/1"=-\r\n[-{RELAY[1:]}{ENTRY}'
    found = read(SOURCE, data.encode())
    assert [reject.reason for reject in found.rejects] == ["deletion", "deletion"]
    assert found.rows == []
    assert found.adds_up()


def test_a_damaged_key_line_takes_no_entries_for_the_key_before(read: Any) -> None:
    found = read(SOURCE, f"{NEW}{RELAY}{ENTRY}[HKEY_BROKEN\r\n{ENTRY}".encode())
    assert len(found.rows) == 1
    assert found.tally.notes == ("1 lines that make no entry of any key",)


def test_secrets_never_leave_the_file(read: Any) -> None:
    data = (
        f'{NEW}{SESSION}"ProxyPassword"="hunter2"\r\n"Password"="hunter2"x\r\n"Password"=hex:68,zz\r\n'
        "hunter2\r\n"
    )
    found = read(SOURCE, data.encode())
    assert found.column("Details") == ["(a secret, not shown)"]
    assert [reject.raw for reject in found.rejects] == [b'"Password"', b'"Password"', b""]
    assert found.adds_up()


@pytest.mark.parametrize(
    "head", [b"", b"Windows Registry", b"REGEDIT", b"REGEDIT4 is a format", b"[HKEY_USERS]\r\n"]
)
def test_the_first_line_decides(head: bytes) -> None:
    assert SOURCE.sniff(head, "x.reg") < 0
