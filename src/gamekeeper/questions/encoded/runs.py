"""Where in a text Base64 may stand, and what around it says that it does.

Most runs of letters and digits are words, paths, hashes and identifiers. What they are is decided by what
they decode to (``base64_layers``); here only those are left out that can be told by their looks.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Signs of a run that nothing points at: twelve bytes, or six characters of UTF-16.
SHORTEST: Final = 16
#: Runs of one text that are looked at.
MOST_RUNS: Final = 1_000

_SIGNS: Final = string.ascii_letters.encode() + string.digits.encode()
#: Blanks for everything that is in neither alphabet of Base64: splitting is many times faster than a pattern.
_SPLIT: Final = bytes(at if at in _SIGNS + b"+/-_" else 32 for at in range(256))
_SPLIT_PIECES: Final = bytes(at if at in _SIGNS + b"+" else 32 for at in range(256))
_HEX: Final = re.compile(rb"[0-9a-f-]+|[0-9A-F-]+")
_LINE: Final = 60
_LONG_LINE: Final = 80
#: Lines of one length, as tools wrap them.
_LINES: Final = re.compile(
    rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,80}\r?\n[ \t]*)+[A-Za-z0-9+/]{4,80}(?![A-Za-z0-9+/])"
)
_BLANKS: Final = b" \t\r\n\f\v"
#: Signs that shells drop: they are put into words to hide them.
_DROPPED: Final = b"^`"


class Mark(StrEnum):
    """What points at a run."""

    NONE = ""
    COMMAND = "EncodedCommand"  # the parameter of PowerShell, however short
    CALL = "FromBase64String"
    HEADER = "BEGIN"  # as certutil and PEM write it
    DATA = "data:"


#: PowerShell takes this parameter at any length. A pattern that begins with a set of bytes is searched for
#: quickly; the names are held against the parameter afterwards. The last bytes are those of longer dashes.
_PARAMETER: Final = rb"[-/\x90-\x95](?P<name>e[a-z]{0,13})(?:\s+|:)[\"']?(?P<run>[a-z0-9+/]{8,})"
_NAME: Final = b"encodedcommand"
_SHORT_NAME: Final = b"ec"
#: A text that must be there, and the pattern, both for text in lower case.
_MARKED: Final = (
    (
        Mark.COMMAND,
        b"e",
        re.compile(_PARAMETER),
    ),
    (
        Mark.CALL,
        b"frombase64",
        re.compile(rb"frombase64(?:string|chararray)[\"']?\s*\(\s*[\"']+(?P<run>[a-z0-9+/\s]{8,})"),
    ),
    (
        Mark.HEADER,
        b"-----begin ",
        re.compile(rb"-----begin [a-z0-9 ]{1,40}-----\s*(?P<run>[a-z0-9+/\s]{8,})"),
    ),
    (
        Mark.DATA,
        b";base64,",
        re.compile(rb"data:[a-z0-9.+/;=-]{0,80};base64,(?P<run>[a-z0-9+/]{8,})"),
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a text that may be Base64, without blanks and padding."""

    text: bytes
    mark: Mark = Mark.NONE


def runs(text: str) -> Iterator[Run]:
    """Yield what may be Base64: what something points at first, then the rest, each run once.

    >>> [(run.mark, run.text) for run in runs("powershell -enc ZABpAHIA")]
    [(<Mark.COMMAND: 'EncodedCommand'>, b'ZABpAHIA')]
    """
    seen: set[bytes] = set()
    for run in _candidates(text.encode("utf-8", "replace")):
        if run.text not in seen:
            seen.add(run.text)
            yield run
            if len(seen) >= MOST_RUNS:
                return


def _candidates(text: bytes) -> Iterator[Run]:
    yield from _marked(text)
    if any(sign in text for sign in (b"^", b"`")):
        yield from _marked(text.translate(None, _DROPPED))
    words = [word for word in text.translate(_SPLIT).split() if len(word) >= SHORTEST]
    if b"\n" in text and any(_LINE <= len(word) <= _LONG_LINE for word in words):
        for match in _LINES.finditer(text):
            yield Run(match[0].translate(None, _BLANKS))
    for word in words:
        yield from _of_word(word)


def _marked(text: bytes) -> Iterator[Run]:
    """Yield the runs that something points at; the case of letters counts in them, not around them."""
    lowered = text.lower()
    for mark, needed, pattern in _MARKED:
        if needed not in lowered:
            continue
        for match in pattern.finditer(lowered):
            if mark is not Mark.COMMAND or _is_parameter(lowered, match):
                yield Run(text[slice(*match.span("run"))].translate(None, _BLANKS), mark)


def _is_parameter(text: bytes, match: re.Match[bytes]) -> bool:
    """Say whether a match is the parameter of PowerShell, and no word that has a dash in it."""
    name, start = match["name"], match.start()
    if not (_NAME.startswith(name) or name == _SHORT_NAME):
        return False
    if text[start] >= 128:
        start -= 2
        if text[start : start + 2] != b"\xe2\x80":
            return False
    return not text[max(start - 1, 0) : start].strip(_BLANKS + b"\"'(,")


def _of_word(word: bytes) -> Iterator[Run]:
    """Yield a run as a whole and, where it may be several words, its pieces."""
    if not _is_hopeless(word):
        yield Run(word)
    if any(sign in word for sign in (b"/", b"_", b"-")):
        for piece in word.translate(_SPLIT_PIECES).split():
            if SHORTEST <= len(piece) < len(word) and not _is_hopeless(piece):
                yield Run(piece)


def _is_hopeless(word: bytes) -> bool:
    """Say whether a run is a number, a hash or a GUID, or mixes the signs of two alphabets."""
    if _HEX.fullmatch(word):
        return True
    return (b"+" in word or b"/" in word) and (b"-" in word or b"_" in word)
