"""Things that the texts of steps name: relays, addresses, files, services, tasks, and hosts asked for.

Texts are of logs, and a log can hold what an intruder put there: what is found here is to be looked at, and
never more than was seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.entities.addresses import is_of_one_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_TITLE: Final = re.compile(r" \[[^\[\]]*\]$")
_PROXY: Final = re.compile(r"portproxy (?:add|set) v\dtov\d +([^&|\[(]+)", re.IGNORECASE)
_PROXY_VALUE: Final = re.compile(
    r"PortProxy\\v\dtov\d\\\w+\\(\S+?)/(\d+) to (\S+?)/(\d+)", re.IGNORECASE
)
_PROXY_PARTS: Final = ("listenport", "connectaddress", "connectport", "listenaddress")
_TUNNEL: Final = re.compile(
    r"(?:^| )-([RLD]) +(\S+)(?: .*?)?(?:\S+@)?((?:\d+\.){3}\d+|[\w-]+\.[\w.-]+\w)?"
)
_ENDS: Final = re.compile(r"connected by \w+: \S+ to (\S+:\d+)")
_URL: Final = re.compile(r"https?://(?:[^/@\s\"']*@)?([\w.-]+(?::\d+)?)", re.IGNORECASE)
_SOCKET: Final = re.compile(r"(?<![\w.\\])((?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?)(?![\w.\\])")
_MADE: Final = re.compile(r"\b(?:created|made the file) ([A-Za-z]:\\.+?)(?= \[|$)")
_QUOTED: Final = re.compile(r"\"([A-Za-z]:\\[^\"]+\.\w{1,5})\"|'([A-Za-z]:\\[^']+\.\w{1,5})'")
_BARE: Final = re.compile(r"(?<![\w\"'\\])([A-Za-z]:\\[^\s\"'|<>;,&()]+\.\w{1,5})(?![\w\\.])")
_PROGRAM: Final = re.compile(r"\.(?:exe|dll|com|bat|cmd)$", re.IGNORECASE)
_FOLDER: Final = re.compile(r"create full +\"?'?([A-Za-z]:\\[^\"']+?)(?=[\"']| q\b| quit\b|$)")
_OF_WINDOWS: Final = re.compile(
    r"[a-z]:\\windows\\(?:system32|ntds|syswow64|winsxs|microsoft\.net|assembly|explorer\.exe)|"
    r"\\device\\|[a-z]:\\program files(?: \(x86\))?\\(?:windows|microsoft|internet explorer)",
    re.IGNORECASE,
)
_SERVICES: Final = (
    re.compile(r"The service (.+?) was installed"),
    re.compile(r"installed the service (.+?):"),
    re.compile(r"\bsc(?:\.exe)?\"? +create +\"?([^\s\"]+)", re.IGNORECASE),
    re.compile(r"\\Services\\([^\\\s]+)\\ImagePath", re.IGNORECASE),
)
_TASKS: Final = (
    re.compile(r"/tn +(?:\"([^\"]+)\"|(\S+))", re.IGNORECASE),
    re.compile(r"(?:created|changed|enabled) the task (.+?)(?=: |$| \[)"),
)
_NAME: Final = r"\"?(?:[\w.-]+@)?([A-Za-z0-9][\w.-]*\w)\b"
_CLIENT: Final = r"\b(?:plink|putty|kitty|pscp|psftp|ssh|scp|sftp)(?:\.exe)?\"?(?: +.*?)?"
_REMOTE: Final = (
    (
        "terminal client",
        re.compile(rf"{_CLIENT} +(?:\S+@)?((?:\d+\.){{3}}\d+)", re.IGNORECASE),
    ),
    (
        "terminal client",
        re.compile(rf"{_CLIENT} +[\w.-]+@([\w.-]*[A-Za-z][\w.-]*\w)", re.IGNORECASE),
    ),
    ("Remote Desktop", re.compile(rf"\bmstsc(?:\.exe)?\"? .*?/v:{_NAME}", re.IGNORECASE)),
    ("PsExec", re.compile(rf"\bpsexec(?:64)?(?:\.exe)?\"? +\\\\{_NAME}", re.IGNORECASE)),
    ("WMI", re.compile(rf"/node:{_NAME}", re.IGNORECASE)),
    (
        "remote shell",
        re.compile(rf"\bwinrs(?:\.exe)?\"? .*?-r(?:emote)?:(?:https?://)?{_NAME}", re.IGNORECASE),
    ),
    ("remote shell", re.compile(rf"-ComputerName +{_NAME}", re.IGNORECASE)),
    ("share", re.compile(rf"\bnet1?(?:\.exe)?\"? +use +(?:\w: +|\* +)?\\\\{_NAME}", re.IGNORECASE)),
)


def plain(text: str) -> str:
    """Return what an event is, without the rule that noticed it.

    >>> plain("x started y [Rule [1]]"), plain("x started y [Rule]")
    ('x started y [Rule [1]]', 'x started y')
    """
    return _TITLE.sub("", text)


def relays(text: str) -> Iterator[str]:
    r"""Yield where relays listen and lead to.

    >>> list(relays("portproxy add v4tov4 listenport=9999 connectaddress=10.0.0.1 connectport=3389"))
    ['9999 to 10.0.0.1:3389']
    >>> list(relays(r"set HKLM\Services\PortProxy\v4tov4\tcp\*/8081 to 10.20.10.10/3389"))
    ['8081 to 10.20.10.10:3389']
    >>> list(relays("plink -batch -R 8081:127.0.0.1:8081 ops@10.20.250.23"))
    ['8081:127.0.0.1:8081 through 10.20.250.23']
    """
    for found in _PROXY.finditer(text):
        given = dict(zip(_PROXY_PARTS, found[1].replace('"', "").split(), strict=False))
        for part in found[1].replace('"', "").split():
            name, is_named, value = part.partition("=")
            if is_named:
                given[name.lower()] = value
        named = {name: value.rpartition("=")[2] for name, value in given.items()}
        onward = named.get("connectport") or named.get("listenport", "")
        yield f"{named.get('listenport', '?')} to {named.get('connectaddress', '?')}:{onward}"
    for found in _PROXY_VALUE.finditer(text):
        yield f"{found[2]} to {found[3]}:{found[4]}"
    for found in _TUNNEL.finditer(text):
        if found[2].strip('"')[:1].isdigit():
            yield f"{found[2]} through {found[3]}" if found[3] else found[2]


def addresses(text: str) -> Iterator[str]:
    """Yield what a text connects to: addresses with their port, names in links; never the machine itself.

    >>> list(addresses("x connected by tcp: 10.0.1.14:49685 to 10.0.1.12:7010, initiated: true"))
    ['10.0.1.12:7010']
    """
    ends = _ENDS.findall(text)
    found = ends or [*_URL.findall(text), *_SOCKET.findall(text)]
    for one in found:
        if is_elsewhere(one.rpartition(":")[0] or one):
            yield one


def is_elsewhere(name: str) -> bool:
    """Say whether a name or address in a command is another machine.

    >>> is_elsewhere("10.0.0.1"), is_elsewhere("127.0.0.1"), is_elsewhere("localhost")
    (True, False, False)
    """
    if name.replace(".", "").isdigit():
        return is_of_one_machine(name) and not name.startswith(("127.", "0."))
    return name.casefold() not in {"localhost", ".", ""}


def files(text: str) -> Iterator[str]:
    r"""Yield files that a text names, but for programs of Windows; a file that was made is named alone.

    >>> list(files(r"x created C:\Windows\Temp\p\ntds.dit"))
    ['C:\\Windows\\Temp\\p\\ntds.dit']
    >>> list(files(r'C:\Windows\System32\cmd.exe /c "C:\P\a b.7z"'))
    ['C:\\P\\a b.7z']
    """
    made = _MADE.findall(text)
    if made:
        yield from made
        return
    yield from _FOLDER.findall(text)
    text = _FOLDER.sub(" ", text)
    quoted = [one or other for one, other in _QUOTED.findall(text)]
    for one in (*quoted, *_BARE.findall(_QUOTED.sub(" ", text))):
        if not _OF_WINDOWS.match(one):
            yield one


def data(text: str) -> Iterator[str]:
    r"""Yield files that a text names and that are no programs.

    >>> list(data(r'started "C:\T\7z.exe" a C:\T\out.7z'))
    ['C:\\T\\out.7z']
    """
    return (one for one in files(text) if not _PROGRAM.search(one))


def services(text: str) -> Iterator[str]:
    """Yield services that a text says were made."""
    for pattern in _SERVICES:
        yield from pattern.findall(text)


def tasks(text: str) -> Iterator[str]:
    """Yield tasks that a text names."""
    for pattern in _TASKS:
        for found in pattern.finditer(text):
            yield next(one for one in found.groups() if one)


def asked_for(text: str) -> Iterator[tuple[str, str]]:
    """Yield hosts that a command reaches out to, each with how.

    >>> list(asked_for('started plink -ssh -batch operator@10.30.1.2 "show version"'))
    [('10.30.1.2', 'terminal client')]
    >>> list(asked_for("started mstsc.exe /v:HIST01"))
    [('HIST01', 'Remote Desktop')]
    """
    for how, pattern in _REMOTE:
        for one in pattern.findall(text):
            if is_elsewhere(one):
                yield one, how


KINDS: Final[dict[str, Callable[[str], Iterator[str]]]] = {
    "relays": relays,
    "addresses": addresses,
    "files": files,
    "data": data,
    "services": services,
    "tasks": tasks,
}


def named(kind: str, texts: Iterable[str]) -> list[str]:
    """Return what some texts name of a kind, each once, in their order; spelling aside."""
    found: dict[str, str] = {}
    for text in texts:
        for one in KINDS[kind](plain(text)):
            found.setdefault(one.casefold(), one)
    return list(found.values())
