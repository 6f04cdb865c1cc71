from __future__ import annotations

import pytest

from gamekeeper.analytics.baselines.forms import FORMS

#: Each with names in it, and with the same names otherwise.
NAMED = [
    ("ping -n 1 {host}", "ping -n # <host>"),
    ("nslookup {host}", "nslookup <host>"),
    ("ping {host} >> c:\\x.txt", "ping <host> >> <path>"),
    ("wmic /node:{host},{other} process list", "wmic /node:<host> process list"),
    ('wmic /node:"{host}" /user:corp\\{name} os get', "wmic /node:<host> /user:<name> os get"),
    ("mstsc.exe /v:{host}", "mstsc.exe /v:<host>"),
    ("systeminfo /s {host} /u corp\\{name} /p x", "systeminfo /s <host> /u <name> /p <secret>"),
    ("schtasks /create /s {host} /ru {name} /tn x", "schtasks /create /s <host> /ru <name> /tn x"),
    ("net user {name} /domain", "net user <name> /domain"),
    ("net user {name} Passw0rd /add", "net user <name> <secret> /add"),
    ('net group "domain admins" {name} /add', 'net group "domain admins" <name> /add'),
    ("net localgroup administrators corp\\{name} /add", "net localgroup administrators <name> /add"),
    ("runas /user:{name}@corp.example cmd", "runas /user:<name> cmd"),
    ("cmdkey /add:{host} /user:{name}", "cmdkey /add:<host> /user:<name>"),
    ("quser {name} /server:{host}", "quser <name> /server:<host>"),
    ("powershell invoke-command -computername {host}", "powershell invoke-command -computername <host>"),
    ("powershell -c test-netconnection {host} -port 389", "powershell -c test-netconnection <host> -port #"),
    ("powershell get-aduser {name}", "powershell get-aduser <name>"),
    ("winrs -r:{host} cmd", "winrs -r:<host> cmd"),
    ("ssh {name}@{host}", "ssh <host>"),
    ("curl -u {name}@{host} x", "curl -u <name> x"),
    ("test-netconnection {host} -port 389", "test-netconnection <host> -port #"),
    ("get-aduser -identity {name}", "get-aduser -identity <name>"),
    ("setspn -q cifs/{host}", "setspn -q cifs/<host>"),
    ("rubeus asktgt /user:{host}$ /ptt", "rubeus asktgt /user:<name> /ptt"),
    ("net use \\\\{host}\\c$", "net use <share>"),
    ("icacls c:\\x /grant corp\\{name}:f", "icacls <path> /grant <name>:f"),
    ('ntdsutil "connect to server {host}" q', 'ntdsutil "connect to server <host>" q'),
    ("repadmin /showrepl {host}", "repadmin /showrepl <host>"),
    ("dsquery user -samid {name} -s {host}", "dsquery user -samid <name> -s <host>"),
]  # fmt: skip
KEPT = [
    "gpupdate /target:computer /force",
    "schtasks /create /ru system /tn x",
    'schtasks /create /ru "nt authority\\system" /tn x',
    "reg save hklm\\sam",
    "robocopy /s /e",
    "psexec -s cmd",
    "net localgroup administrators",
    'net group "domain admins" /domain',
    "net user * /domain",
    "ping localhost",
    "ping <ip>",
    "wmic /node:localhost os",
    "task -servername:app.appxb.mca",
    "cmd /c dir folder\\tool.exe",
    "java -server -jar x.jar",
    "invoke-command -computername $name",
    "whoami /user",
]  # fmt: skip
NAMES = [
    {"host": "ws01", "other": "ws02", "name": "anna"},
    {"host": "kazumi", "other": "pelo", "name": "u10422"},
    {"host": "desktop-7f3k2a1", "other": "desktop-9a2b3c4", "name": "kazu.welo"},
    {"host": "ru84-lo", "other": "na12-mo", "name": "104233"},
]


@pytest.mark.parametrize(("line", "form"), NAMED)
@pytest.mark.parametrize("names", NAMES)
def test_a_name_is_folded_by_its_place(line: str, form: str, names: dict[str, str]) -> None:
    assert FORMS["command"](line.format(**names)) == form


@pytest.mark.parametrize("line", KEPT)
def test_what_is_no_name_stays(line: str) -> None:
    assert FORMS["command"](line) == line


@pytest.mark.parametrize("names", NAMES)
def test_a_share_counts_without_its_host(names: dict[str, str]) -> None:
    path = rf"\\{names['host']}\netlogon\start.cmd"
    assert FORMS["path"](path) == r"\\<host>\netlogon\start.cmd"
    assert FORMS["script"](path) == r"\\<host>\netlogon\start.cmd"
    assert FORMS["path"](r"\\10.0.0.5\c$\a.exe") == r"\\#\c$\a.exe"
    assert FORMS["path"](r"\\.\pipe\x") == r"\\.\pipe\x"
