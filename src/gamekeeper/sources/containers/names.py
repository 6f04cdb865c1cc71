"""Names from archives as people may see them; nothing else is ever done with them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

#: Velociraptor percent-encodes each component below its accessor: ``uploads/auto/C%3A/Windows/…``. Only there
#: may names be decoded: in ``Microsoft-Windows-AppLocker%4EXE and DLL.evtx`` the ``%4E`` is no N.
_VELOCIRAPTOR: Final = re.compile(r"((?:.*/)?uploads/[^/]+/)([^/]*%3A(?:/.*)?)", re.DOTALL)
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_PACKED_SUFFIXES: Final = {
    ".gz": "",
    ".bz2": "",
    ".xz": "",
    ".zst": "",
    ".tgz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
    ".tzst": ".tar",
}


def printable(text: str) -> str:
    """Return ``text`` with every character that could play with a terminal replaced.

    >>> printable("a\\x1b[2Jb\\u202e")
    'a\\ufffd[2Jb\\ufffd'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def shown(name: str) -> str:
    """Return a member's name as a relative path without tricks.

    >>> shown("../../C:\\\\Windows\\\\x.evtx"), shown("C:/x"), shown("//server/share")
    ('_/_/C:/Windows/x.evtx', 'C_/x', 'server/share')
    >>> shown("uploads/auto/C%3A/Logs/Sysmon%254Operational.evtx")
    'uploads/auto/C:/Logs/Sysmon%4Operational.evtx'
    """
    if found := _VELOCIRAPTOR.fullmatch(name):
        name = found[1] + unquote(found[2])
    if _DRIVE.match(name):
        name = f"{name[0]}_/{name[2:]}"
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    return printable("/".join("_" if part == ".." else part for part in parts)) or "_"


def without_packing(path: str) -> str:
    """Return the name of what a compressed file holds.

    >>> without_packing("logs/a.json.gz"), without_packing("a.TGZ"), without_packing("a.log")
    ('a.json', 'a.tar', 'a.log')
    """
    name = re.split(r"[/!]", path)[-1]
    for suffix, inner in _PACKED_SUFFIXES.items():
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)] + inner
    return name
