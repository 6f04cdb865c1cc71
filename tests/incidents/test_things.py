from __future__ import annotations

import pytest

from gamekeeper.incidents import things


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (
            "relays",
            "netsh interface portproxy add v4tov4 8081 10.2.1.1 3389 (x)",
            "8081 to 10.2.1.1:3389",
        ),
        ("relays", "portproxy delete v4tov4 listenport=9999", ""),
        ("addresses", "asked http://10.0.1.12:8888/x of 127.0.0.1", "10.0.1.12:8888"),
        ("addresses", "C:\\tool-1.2.3.4\\a.exe ran", ""),
        ("files", 'x started 7z.exe: "C:\\T\\7z.exe" a C:\\T\\o.7z', "C:\\T\\7z.exe, C:\\T\\o.7z"),
        ("data", 'x started 7z.exe: "C:\\T\\7z.exe" a C:\\T\\o.7z', "C:\\T\\o.7z"),
        ("files", "x started cmd.exe: C:\\Windows\\System32\\cmd.exe /c y", ""),
        ("files", "ntdsutil.exe 'ac i ntds' 'ifm' 'create full c:\\hacker' q q", "c:\\hacker"),
        ("files", 'ntdsutil "ac i ntds" ifm "create full C:\\T" q q', "C:\\T"),
        ("services", "The service AB was installed: x [Rule]", "AB"),
        ("services", "ann installed the service AB: x", "AB"),
        ("tasks", "ann created the task \\Up: cmd.exe", "\\Up"),
        ("tasks", 'schtasks /create /tn "My Task" /tr x', "My Task"),
    ],
)
def test_texts_name_things(kind: str, text: str, found: str) -> None:
    assert ", ".join(things.named(kind, [text, text])) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plink -ssh -batch operator@10.30.1.2 show", [("10.30.1.2", "terminal client")]),
        ("ssh -l op gateway@plc.example", [("plc.example", "terminal client")]),
        ("mstsc.exe /v:HIST01", [("HIST01", "Remote Desktop")]),
        ("wmic /node:DC01 process", [("DC01", "WMI")]),
        ('wmic /node:"127.0.0.1" process', []),
        ("psexec \\\\FS01 cmd", [("FS01", "PsExec")]),
        ("net use Z: \\\\FS01\\C$", [("FS01", "share")]),
        ("Enter-PSSession -ComputerName DC01", [("DC01", "remote shell")]),
        ("ping 10.0.0.1", []),
    ],
)
def test_commands_ask_for_hosts(text: str, found: list[tuple[str, str]]) -> None:
    assert list(things.asked_for(text)) == found
