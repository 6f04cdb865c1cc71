r"""Which words of a command line name a host or an account, told by their place alone.

Workers know no list of hosts, and what they make of a command is remembered for years: so a form must follow
from the command itself. ``/node:ws01`` and ``/node:amstel`` are one habit because of ``/node:``; a name that
stands where none is looked for stays a word like others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOST: Final = "<host>"
_NAME: Final = "<name>"
_HIDDEN: Final = "<secret>"

#: Windows' own accounts and this computer are called the same everywhere.
_EVERYWHERE: Final = (
    r"localhost|\.|localsystem|local ?service|network ?service|(?:nt authority\\)?system|s-1-[0-9-]+"
    r"|nt authority\\[a-z ]+"
)
#: Variables, switches and placeholders are no names.
_NO_NAME: Final = rf"(?![\"']?[-<$%@({{*/]|[\"']?(?:{_EVERYWHERE})[\"']?(?:[\s,;)]|$))"
_VALUE: Final = rf"{_NO_NAME}(?:\"[^\"]*\"|'[^']*'|[^\s\",;'|&<>()]+)"
_VALUES: Final = rf"{_VALUE}(?:,\s?{_VALUE})*"

#: A pattern whose first group stays, what stands behind it then, and what must be in a text for it: found
#: ten times faster, since marks are fewer than letters.
_Rule = tuple[re.Pattern[str], str, re.Pattern[str] | None]


def _rule(before: str, word: str, needs: str = "", *, value: str = _VALUES) -> _Rule:
    found = re.compile(needs) if needs else None
    return re.compile(rf"({before}){value}"), rf"\g<1>{word}", found


#: ``-name value`` and ``/name value``, as programs of one kind have them.
def _switches(names: str, word: str, mark: str = "[/-]") -> _Rule:
    return _rule(rf"{mark}(?<=\s.)(?:{names})\s+", word)


def _first_word(word: str) -> _Rule:
    return _rule(r"^\s+", word, value=_VALUE)


_COLON_HOST: Final = (
    "node|server|computer|computername|cn|host|hostname|remote|domaincontroller|s|dc"
)
_BLANK_HOST: Final = (
    "comp|computer(?:n[a-z]*)?|cn|server|servername|hostname|machinename|domaincontroller|vmhost"
)
_COLON_NAME: Final = "user|username|u|ru|account|samid|login|credential"
_BLANK_NAME: Final = "credential|cred|user|username|samaccountname|members?|loginname"
_SERVICES: Final = "host|cifs|http|ldap|termsrv|wsman|mssqlsvc|rpcss|restrictedkrbhost|gc"
_ASKING_HOSTS: Final = (
    "test-netconnection test-connection resolve-dnsname enter-pssession new-pssession restart-computer "
    "stop-computer get-adcomputer"
)
_ASKING_NAMES: Final = (
    "get-aduser set-aduser unlock-adaccount enable-adaccount disable-adaccount set-adaccountpassword "
    "get-adprincipalgroupmembership get-mailbox"
)
_ASKED: Final = "-(?:netconnection|connection|dnsname|pssession|computer|ad[acpu]|mailbox)"
#: Groups that are everywhere are no names.
_GRANTED: Final = r"(?!\"?(?:everyone|builtin\\|administrators|users|system|\*))\"?[^\s\":(]+"

#: What any program may have, once paths, shares and addresses are folded: switches, and other signs.
_SWITCHES: Final[tuple[_Rule, ...]] = (
    _rule(rf"[/-](?:{_COLON_HOST})[:=]", _HOST),
    _rule(r"[/-]target:(?!computer\b|user\b)", _HOST),
    _switches(_BLANK_HOST, _HOST, "-"),
    _rule(rf"[/-](?:{_COLON_NAME})[:=]", _NAME),
    _switches(_BLANK_NAME, _NAME, "-"),
)
_MAY_SWITCH: Final = re.compile(
    rf"[/-](?:(?:{_COLON_HOST}|{_COLON_NAME}|target)[:=]|(?:{_BLANK_HOST}|{_BLANK_NAME})\s)"
)
_ANYWHERE: Final[tuple[_Rule, ...]] = (
    _rule(rf"\b(?:{_ASKING_HOSTS.replace(' ', '|')})\s+", _HOST, _ASKED),
    _rule(rf"\b(?:{_ASKING_NAMES.replace(' ', '|')})\s+(?:-identity\s+)?", _NAME, _ASKED),
    _rule(
        rf"(?<![\w/])(?:{_SERVICES})/",
        _HOST,
        "/(?:" + "|".join(f"(?<={word}.)" for word in _SERVICES.split("|")) + ")",
        value=rf"{_NO_NAME}[\w.-]+",
    ),
    _rule(r"(?<![\w.+</@-])", _NAME, "@", value=r"\w[\w.+-]*@\w[\w.-]*"),
    _rule(
        r"(?<![\w$%.\\<-])",
        f"{_HOST}$",
        r"\$(?<=[a-z0-9_-].)",
        value=r"(?!(?:[a-z]|admin|ipc|print)\$)[a-z0-9][\w-]*\$(?![\w\\:({.])",
    ),
)

_REMOTE: Final = (
    _switches("s", _HOST),
    _switches("u|ru|user", _NAME),
    _switches("p|rp", _HIDDEN),
)
_CREDENTIALS: Final = _REMOTE[1:]
_TO_HOSTS: Final = (
    _rule(r"(?<=\s)", _HOST, value=rf"{_NO_NAME}(?![0-9#.]+(?:\s|$)|nul\b)[a-z0-9_][^\s|&<>]*"),
)
_OF_SESSIONS: Final = (
    _rule(
        r"^\s+(?:user\s+|session\s+)?",
        _NAME,
        value=rf"(?![0-9]{1, 3}(?:\s|$)|#|(?:user|session)\b){_VALUE}",
    ),
)
_SHELL: Final = (_switches("l", _NAME), _first_word(_HOST))
_NET: Final = (
    _rule(r"^\s+user\s+", _NAME, value=_VALUE),
    _rule(rf"^\s+user\s+{_NAME}\s+", _HIDDEN, value=r"(?![/*<])\S+"),
    _rule(
        r"^\s+(?:local)?group\s+(?:\"[^\"]*\"|\S+)\s+",
        _NAME,
        value=rf"{_VALUE}(?:\s+{_VALUE})*(?=\s+/(?:add|del))",
    ),
)
#: What programs have of their own.
_OF_PROGRAMS: Final[tuple[tuple[str, tuple[_Rule, ...]], ...]] = (
    ("net net1", _NET),
    (
        "schtasks tasklist taskkill systeminfo driverquery getmac gpresult openfiles eventcreate takeown",
        _REMOTE,
    ),
    ("sqlcmd osql isql bcp", _REMOTE),
    ("psexec psexec64 pskill pslist psservice psloggedon", _CREDENTIALS),
    ("netsh", (_switches("r", _HOST), *_CREDENTIALS)),
    ("dsquery dsget dsmod dsadd", (_switches("s", _HOST), _switches("samid|name|u", _NAME))),
    ("ping tracert pathping nslookup telnet ftp psping", _TO_HOSTS),
    ("mstsc", (_rule(r"[/-]v(?::|\s+)", _HOST),)),
    ("winrs wevtutil", (_rule(r"[/-]r:", _HOST),)),
    ("cmdkey", (_rule(r"[/-](?:add|delete|generic|list):(?:termsrv/)?", _HOST),)),
    ("nbtstat", (_switches("a", _HOST),)),
    ("portqry", (_switches("n", _HOST),)),
    ("setspn", (_switches("l|r", _NAME),)),
    ("msra", (_switches("offerra", _HOST),)),
    ("repadmin", (_rule(r"^\s+/[a-z]+\s+", _HOST, value=r"(?![/*<]|\S*=)\S+"),)),
    ("dnscmd eventvwr", (_first_word(_HOST),)),
    ("quser qwinsta query msg logoff rwinsta", _OF_SESSIONS),
    ("ssh scp sftp plink putty pscp kitty", _SHELL),
    (_ASKING_HOSTS, (_first_word(_HOST),)),
    (_ASKING_NAMES, (_rule(r"^\s+(?:-identity\s+)?", _NAME),)),
    ("icacls", (_rule(r"/(?:grant|deny|remove|setowner)(?::[a-z])?\s+", _NAME, value=_GRANTED),)),
    ("sc", (_rule(r"\bobj=\s*", _NAME),)),
    ("ntdsutil", (_rule(r"connect to server\s+", _HOST, value=r"[^\s\"]+"),)),
)
_BY_PROGRAM: Final = {program: rules for names, rules in _OF_PROGRAMS for program in names.split()}

#: Devices are no hosts, and addresses are folded as numbers are.
_SERVER: Final = re.compile(r"^\\\\(?![?.]\\|[0-9.]+\\)[^\\]+(?=\\)")


def without_names(program: str, rest: str) -> str:
    r"""Return the folded words behind a program, the names of hosts and accounts folded.

    >>> without_names("wmic.exe", ' /node:ws01 /user:corp\\anna process list')
    ' /node:<host> /user:<name> process list'
    >>> without_names("ping", " -n 1 ws01"), without_names("net", " use z: <share>")
    (' -n 1 <host>', ' use z: <share>')
    """
    rules = _BY_PROGRAM.get(program.removesuffix(".exe"))
    if rules:
        rest = _applied(rest, rules)
    if _MAY_SWITCH.search(rest):
        rest = _applied(rest, _SWITCHES)
    return _applied(rest, _ANYWHERE)


def without_server(path: str) -> str:
    r"""Return a folded path; of a share it counts where on it something lies, not on which host.

    >>> without_server(r"\\fs01\scripts\a.ps1"), without_server(r"c:\a.ps1")
    ('\\\\<host>\\scripts\\a.ps1', 'c:\\a.ps1')
    """
    return _SERVER.sub(r"\\\\<host>", path)


def _applied(text: str, rules: Iterable[_Rule]) -> str:
    for pattern, word, needs in rules:
        if needs is None or needs.search(text):
            text = pattern.sub(word, text)
    return text
