r"""What a value names that other events may name, too: files, and long texts that nobody types twice.

A path counts with its drive or as a share (``\\host\c$\x`` is ``c:\x`` on that host). A *payload* is a run
of 40 or more characters without blanks that is no path: an encoded command, a key, a hash. It is the same
in the service that was installed, in the shell that it started, and in the log of the script.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a value that are looked at, and how many names of each kind are kept.
_LOOKED_AT: Final = 8_192
_KEPT: Final = 6
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_PAYLOAD_CHARACTERS: Final = 64
_PATH: Final = re.compile(
    r"""(?<![a-z0-9])(?:[a-z]:\\|\\\\[a-z0-9._-]{1,64}\\)[^\s"'<>|*?,;&%()=]{1,200}""",
    re.IGNORECASE,
)
#: The same in quotes, where blanks belong to it.
_QUOTED: Final = re.compile(
    r"""["']((?:[a-z]:\\|\\\\[a-z0-9._-]{1,64}\\)[^"'<>|*?]{1,200})["']""", re.IGNORECASE
)
_WHOLE: Final = re.compile(r"""(?:[a-z]:\\|\\\\)[^"'<>|*?]{1,240}""", re.IGNORECASE)
_ADMIN_SHARE: Final = re.compile(r"\\\\([a-z0-9._-]+)\\([a-z])\$\\(.*)")
_ADMIN: Final = re.compile(r"\\\\([a-z0-9._-]+)\\admin\$\\(.*)")
_STREAM: Final = re.compile(r"(?<=[^\\:]{2}):[^\\:]+$")
#: A password as tools take it: wmic and others, archivers, net use.
_SECRET: Final = re.compile(
    r"""(?<![\w-])(?:[/-]{1,2}(?:password|passwd|pwd|pass|pw)[:= ]|-hp|"""
    r"""-p(?=[^\s"']*[^a-z\s"'][^\s"']*(?:\s|$)))"""
    r"""["']?([^\s"']{6,64})""",
    re.IGNORECASE,
)
#: By what a match of another tool's alert is known: such events name neither an account nor a process.
_ALERT: Final = "AlertName"
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1", "."})


@dataclass(frozen=True, slots=True)
class Tokens:
    """``files`` are (host or "" for the event's own, path), folded; ``payloads`` are beginnings of them.

    ``secrets`` are digests of passwords that stood on a command line: nobody needs to read them here.
    """

    files: tuple[tuple[str, str], ...] = ()
    payloads: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    is_alert: bool = False  # of another tool


NOTHING: Final = Tokens()


def tokens_of(fields: str) -> Tokens:
    r"""Return what the values of a match's ``fields`` name.

    >>> tokens_of(r'{"CommandLine": "copy \\\\FS1\\c$\\x\\a.7z D:\\b.gif"}').files
    (('fs1', 'c:\\x\\a.7z'), ('', 'd:\\b.gif'))
    """
    try:
        pairs = orjson.loads(fields)
    except orjson.JSONDecodeError:
        return NOTHING
    if not isinstance(pairs, dict):
        return NOTHING
    files: dict[tuple[str, str], None] = {}
    payloads: dict[str, None] = {}
    secrets: dict[str, None] = {}
    for text in _texts(pairs):
        for path in _paths(text):
            files[placed(path)] = None
        for payload in _PAYLOAD.findall(text):
            payloads[payload[:_PAYLOAD_CHARACTERS]] = None
        for secret in _SECRET.findall(text):
            secrets[hashlib.blake2b(secret.encode(), digest_size=8).hexdigest()] = None
    return Tokens(
        tuple(files)[:_KEPT], tuple(payloads)[:_KEPT], tuple(secrets)[:_KEPT], _ALERT in pairs
    )


def _texts(pairs: dict[str, object]) -> Iterator[str]:
    for value in pairs.values():
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str):
                yield item[:_LOOKED_AT]


def _paths(text: str) -> Iterator[str]:
    if _WHOLE.fullmatch(text):
        yield text
        return
    yield from _QUOTED.findall(text)
    yield from _PATH.findall(_QUOTED.sub(" ", text))


def placed(path: str) -> tuple[str, str]:
    """Return the host that a path is on ("" for its own) and the path there, folded."""
    folded = _STREAM.sub("", fold(path).rstrip(".\\ "))
    for pattern, form in ((_ADMIN_SHARE, r"\2:\\\3"), (_ADMIN, r"c:\\windows\\\2")):
        found = pattern.fullmatch(folded)
        if found:
            host = (
                found[1].partition(".")[0] if not found[1].replace(".", "").isdigit() else found[1]
            )
            return ("" if found[1] in _HERE else host), found.expand(form)
    return "", folded
