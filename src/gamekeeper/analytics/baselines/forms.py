"""Forms in which values are compared: what changes from one run to the next is folded away.

Each takes a text as the log has it and returns the form, or "" where the text says nothing that counts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.baselines.naming import without_names, without_server
from gamekeeper.model.ecs.forms import FORMS as ECS_FORMS
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Names of programs that are remembered.
_PROGRAMS: Final = 1_024
#: Characters of a form that are kept.
LIMIT: Final = 160
#: Longer texts are cut before anybody looks: what tells them apart stands at the start.
LOOKED_AT: Final = 2_000
_NOBODY: Final = frozenset(
    ("system", "local service", "network service", "anonymous logon", "iusr", "local system")
)
_WINDOWS_OWN: Final = re.compile(r"(?:dwm|umfd)-[0-9]+")
_LOCAL: Final = frozenset(("", "-", "::1", "127.0.0.1", "local", "localhost"))

_QUOTED: Final = re.compile(r'"([^"]*)"')
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?")
_SID: Final = re.compile(r"s-1-[0-9-]{3,}")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]{1,9}://[^\s\"',;]+")
_SHARE: Final = re.compile(r"\\\\[^\s\"',;|<>]+")
_PATH: Final = re.compile(r"\b[a-z]:\\[^\s\"',;|<>]*|%[a-z()0-9]+%\\[^\s\"',;|<>]*")
_ADDRESS: Final = re.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b")
#: What is said to be a password is nobody's habit, and must not be remembered for years.
_SECRET: Final = re.compile(
    r"(?<=[ /-])((?:p|pw|pass|passwd|password|token|secret)[:=])\s?\S+|(?<= -pw )\S+"
)
#: What must be in a text for it, found ten times faster: marks are fewer than letters.
_MAY_BE_SECRET: Final = re.compile(
    "[:=](?:"
    + "|".join(
        f"(?<={word}.)"
        for word in ("[ /-]p", "pw", "pass", "passwd", "token", "secret", "password")
    )
    + ")"
)
_ARCHIVERS: Final = frozenset(("7z", "7za", "7zr", "rar", "winrar"))
_ARCHIVE_SECRET: Final = re.compile(r"(?<= )-(h?p)\S+")
_BLOB_SIZE: Final = 40
_BLOB: Final = re.compile(rf"[a-z0-9+/=_]{{{_BLOB_SIZE},}}")
#: What programs name at random: long words of letters and several digits.
_MIXED: Final = re.compile(r"\b(?=(?:[a-z]*[0-9]){2})[a-z0-9]{12,}\b")
_HEX: Final = re.compile(r"\b(?:0x[0-9a-f]+|(?=[a-f]*[0-9])[0-9a-f]{8,})\b")
_NUMBER: Final = re.compile(r"[0-9]+")
#: Pattern, what stands for it, and what must be in a text for it: looking for that costs next to nothing,
#: while a pattern that begins with what may be there or not is tried at every letter.
_FOLDS: Final = (
    (_GUID, "<id>", re.compile("-[0-9a-f]{4}-")),
    (_SID, "<id>", re.compile("s-1-")),
    (_URL, "<url>", re.compile("://")),
    (_SHARE, "<share>", re.compile(r"\\\\")),
    (_PATH, "<path>", re.compile(r"[:%]\\")),
    (_ADDRESS, "<ip>", re.compile(r"\.[0-9]{1,3}\.[0-9]")),
)
#: The same of what has digits in it: half of the word stands on one side of a digit.
_DIGIT_FOLDS: Final = (
    (_MIXED, "<id>", re.compile("[0-9](?:[a-z0-9]{6}|(?<=[a-z0-9]{7}))")),
    (_HEX, "<id>", re.compile("[0-9](?:[0-9a-f]{4}|(?<=[0-9a-f]{5})|x)")),
)
_FIRST: Final = re.compile(r'\s*(?:"([^"]*)"|(\S+))')
#: What programs make up anew in a name: digits, hexadecimal ids, versions.
_MADE_UP: Final = re.compile(
    r"\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?|(?=[a-f]*[0-9])[0-9a-f]{5,}|[0-9]+(?:\.[0-9]+)+|[0-9]{3,}"
)
_PROFILE: Final = re.compile(r"^(?:\\\\\?\\)?([a-z]:)?\\users\\[^\\]+")


def _ecs(form: str, value: str) -> str:
    found = ECS_FORMS[form].apply(value)
    return "" if found is None else str(found)


def text(value: str) -> str:
    """Return a text without regard to case.

    >>> text(" Backup Agent ")
    'backup agent'
    """
    plain = fold(value.strip())[:LIMIT]
    return "" if plain == "-" else plain


def account(value: str) -> str:
    """Return the name of a person's or a service's account, "" for machines and Windows itself.

    >>> account("CORP\\\\Anna"), account("anna@corp.example"), account("WS01$"), account("host/ws01")
    ('anna', 'anna', '', '')
    """
    name = fold(_ecs("account_name", value))
    if (
        name.endswith("$")
        or name.startswith("host/")
        or name in _NOBODY
        or _WINDOWS_OWN.fullmatch(name)
    ):
        return ""
    return text(name)


def source(value: str) -> str:
    """Return an address or the name of a computer; "" where it is this one."""
    plain = fold(value.strip().lstrip("\\")).removeprefix("::ffff:")
    return "" if plain in _LOCAL else short_host(plain)[:LIMIT]


def program(value: str) -> str:
    """Return the file name of a program, ids and numbers folded.

    >>> program(r"C:\\Windows\\System32\\NET.exe"), program(r"C:\\Temp\\setup_81273.tmp")
    ('net.exe', 'setup_#.tmp')
    """
    name = fold(value.strip().strip('"')).rpartition("\\")[2]
    return _folded(name)


def path(value: str) -> str:
    """Return a path, whose home and made-up names are folded.

    >>> path(r"C:\\Users\\anna\\AppData\\Local\\Temp\\7zS4D1.tmp\\setup.exe")
    '<home>\\\\appdata\\\\local\\\\temp\\\\7zs4d1.tmp\\\\setup.exe'
    """
    plain = fold(value.strip().strip('"')[:LOOKED_AT])
    return "" if plain == "-" else _folded(without_server(_PROFILE.sub("<home>", plain)))


@lru_cache(_PROGRAMS)
def _folded(name: str) -> str:
    return _MADE_UP.sub("#", name)[:LIMIT] if name != "-" else ""


def command(value: str) -> str:
    """Return the shape of a command line: its program and words, without paths, names, ids and numbers.

    >>> command(r'"C:\\Windows\\System32\\net.exe" use \\\\fs01\\c$ /user:corp\\anna 4711')
    'net.exe use <share> /user:<name> #'
    >>> command("net user anna /domain"), command("net user")
    ('net user <name> /domain', 'net user')
    """
    line = fold(value[:LOOKED_AT])
    first = _FIRST.match(line)
    if first is None:
        return ""
    head = (first[1] or first[2] or "").rpartition("\\")[2]
    rest = line[first.end() :]
    if '"' in rest:
        rest = _QUOTED.sub(_quoted, rest)
    if " -pw " in rest or _MAY_BE_SECRET.search(rest):
        rest = _SECRET.sub(r"\1<secret>", rest)
    if head.removesuffix(".exe") in _ARCHIVERS:
        rest = _ARCHIVE_SECRET.sub(r"-\1<secret>", rest)
    rest = without_names(head, _replaced(rest, _FOLDS))
    if len(max(rest.split(), key=len, default="")) >= _BLOB_SIZE:
        rest = _BLOB.sub("<blob>", rest)
    if _NUMBER.search(rest):
        rest = _NUMBER.sub("#", _replaced(rest, _DIGIT_FOLDS))
    return " ".join(f"{_folded(head)} {rest}".split())[:LIMIT]


def _replaced(text: str, folds: Sequence[tuple[re.Pattern[str], str, re.Pattern[str]]]) -> str:
    for pattern, word, needs in folds:
        if needs.search(text):
            text = pattern.sub(word, text)
    return text


def _quoted(found: re.Match[str]) -> str:
    """A quoted path may hold blanks, which would end it."""
    inner = found[1]
    if inner.startswith("\\\\"):
        return "<share>"
    if inner[1:3] == ":\\" and "/" not in inner:
        return "<path>"
    return f'"{inner}"'


def script(value: str) -> str:
    """Return the file of a script."""
    return path(value)


def typed(value: str) -> str:
    """Return the shape of the first line of a script that has no file.

    >>> typed("Get-Process -Id 4711")
    'get-process -id #'
    """
    lines = value[:LOOKED_AT].split("\n", 1)
    line = lines[0] if lines[0].strip() else lines[-1].lstrip().split("\n", 1)[0]
    return command(line)


_KINDS: Final = {
    "2": "desk",
    "7": "desk",
    "11": "desk",
    "13": "desk",
    "3": "network",
    "8": "network",
    "9": "other credentials",
    "10": "remote desktop",
    "12": "remote desktop",
}


def logon(value: str) -> str:
    """Return the kind of a logon of somebody who came from somewhere."""
    return _KINDS.get(value.strip(), "")


def desk(value: str) -> str:
    """Say something where a logon was made at a desk: by its keyboard, with kept passwords, unlocking."""
    return "desk" if value.strip() in {"7", "11", "13"} else ""


def by_hand(value: str) -> str:
    """Say something where somebody sat at a desk or a remote desktop."""
    return "yes" if value.strip() in {"2", "7", "10", "11", "12", "13"} else ""


def service(value: str) -> str:
    """Return the kind of a logon that no person made."""
    return {"4": "batch", "5": "service"}.get(value.strip(), "")


def far(value: str) -> str:
    """Say something where a logon came over the network."""
    return "far" if value.strip() in {"3", "8", "10"} else ""


def directory(value: str) -> str:
    """Say something where a log is that of a domain controller's directory."""
    return "yes" if fold(value.strip()) == "directory service" else ""


def port(value: str) -> str:
    """Return a port that somebody chose; those that Windows deals out by chance are one.

    >>> port("3389"), port("51022")
    ('3389', 'high')
    """
    digits = value.strip()
    if not digits.isdecimal() or len(digits) > 5:
        return ""
    return digits if int(digits) < 49_152 else "high"


def listening(value: str) -> str:
    """Return a port on which somebody waits: those dealt out by chance tell nothing."""
    found = port(value)
    return "" if found == "high" else found


def _is_private(address: str) -> bool:
    if ":" in address:
        return address.startswith(("fe80", "fc", "fd", "ff"))
    first, _, rest = address.partition(".")
    second = rest.partition(".")[0]
    if first in {"10", "127", "224", "239", "255", "0"} or (first, second) in {
        ("192", "168"),
        ("169", "254"),
    }:
        return True
    return first == "172" and second.isdecimal() and 16 <= int(second) <= 31


def inside(value: str) -> str:
    """Return an address of one's own network that one host answers to."""
    address = _ecs("address", value)
    if not address or not _is_private(address) or address in _LOCAL:
        return ""
    return "" if address.startswith(("224.", "239.", "255.", "0.", "ff")) else address


def outside(value: str) -> str:
    """Return "internet" for an address beyond one's own network."""
    address = _ecs("address", value)
    return "internet" if address and not _is_private(address) else ""


def network(value: str) -> str:
    """Return the network of an address beyond one's own: half of an IPv4 address, a quarter of an IPv6 one.

    >>> network("203.0.113.9"), network("2001:db8:1::5"), network("10.0.0.1"), network("00-1A-2B-3C-4D-5E")
    ('203.0.0.0/16', '2001:db8::/32', '', '')
    """
    address = _ecs("address", value)
    if not address or _is_private(address):
        return ""
    bits = 32 if ":" in address else 16
    try:
        return str(ip_network(f"{address}/{bits}", strict=False))
    except ValueError:  # it only looks like one: 999.1.1.1
        return ""


def virtual(value: str) -> str:
    """Say something where the port of an access server is that of a VPN (RFC 2865, NAS-Port-Type 5)."""
    return "vpn" if fold(value.strip()) in {"virtual", "5"} else ""


def started(value: str) -> str:
    """Say something where a host began a connection itself."""
    return "yes" if fold(value.strip()) in {"true", "%%14593", "outbound"} else ""


def came_in(value: str) -> str:
    """Say something where a connection came from elsewhere."""
    return "yes" if fold(value.strip()) in {"false", "%%14592", "inbound"} else ""


def nothing(value: str) -> str:
    """Say something where the log says nothing."""
    return "" if value.strip(" -") else "yes"


def portproxy(value: str) -> str:
    """Return the listening end of a port proxy, whose address is a value's name in the registry.

    >>> portproxy(r"HKLM\\System\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp\\0.0.0.0/8080")
    'v4tov4\\\\tcp\\\\0.0.0.0/8080'
    """
    plain = fold(value)
    _, found, rest = plain.partition("\\services\\portproxy\\")
    return rest[:LIMIT] if found else ""


def requester(value: str) -> str:
    """Return the program that asked for a shadow copy: the first that the event names.

    >>> requester("S-1-5-18 CORP\\\\dc$ 0x1f C:\\\\Windows\\\\System32\\\\vssadmin.exe x")
    'vssadmin.exe'
    """
    found = re.search(r"([^\\/:*?\"<>|\x1f]+\.exe)", fold(value))
    return found[1].strip() if found else ""


def install(value: str) -> str:
    """Return the program of a service with its arguments folded: paths of programs tell more than names."""
    plain = fold(value.strip()[:LOOKED_AT])
    first = _FIRST.match(plain)
    if first is None:
        return ""
    head = first[1] or first[2] or ""
    shape = command(plain)
    return f"{path(head)} {shape.partition(' ')[2]}".strip()[:LIMIT]


FORMS: Final[dict[str, Callable[[str], str]]] = {
    form.__name__: form
    for form in (
        text,
        account,
        source,
        program,
        path,
        command,
        script,
        typed,
        logon,
        desk,
        service,
        far,
        directory,
        port,
        listening,
        inside,
        outside,
        network,
        virtual,
        by_hand,
        started,
        came_in,
        nothing,
        portproxy,
        requester,
        install,
    )
}
