"""The shape of a match: its fields with what changes from run to run folded away.

``rundll32 comsvcs.dll MiniDump 612`` and ``… MiniDump 4711`` are one habit, seen twice. GUIDs, account
SIDs, hexadecimal numbers, dates, times, runs of three or more digits, user profiles and temporary names
become placeholders. Shorter numbers within a text are shown and do not tell shapes apart: ``srv1`` and
``srv2`` are one shape, shown as the first that was met. What tells things apart stays: addresses
(``10.0.0.5``), values that are nothing but a small number, fields whose numbers name a kind (event ids,
access masks, destination ports), ``Users\\Public``, and programs in a temporary folder whose names hold
no digits.

Names of hosts and accounts that the run knows are names whatever they look like. All hosts are one: a shell
that asks two hundred hosts has one habit. Accounts tell shapes apart, and their digits with them. Shown is
the name that was met first.

The shape depends on nothing but the fields and these names. Values count up to :data:`VALUE_LIMIT`
characters: two scripts that differ only behind that share a shape.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from gamekeeper.incidents.naming import Finder, Named

#: Characters of one value that take part; a name counts as a fixed number of them, however long it is.
VALUE_LIMIT: Final = 1_024
_NAME_LENGTH: Final = 10
_LOOKED_AT: Final = 2 * VALUE_LIMIT
_HOST: Final = "<host>"
#: Characters of a shape that people are shown.
SHOWN_LIMIT: Final = 500

_FLAGS: Final = re.ASCII | re.IGNORECASE

#: One alternative each for what holds a digit, the longest kinds first; "" keeps the text.
_NUMERIC: Final = (
    ("<guid>", r"\{?\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b\}?"),
    ("<sid>", r"\bs-1-5-21(?:-\d+)+"),
    ("", r"(?<![a-z\d])sha\d{3}(?!\d)"),
    ("", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    ("<date>", r"\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)?\b"),
    ("<date>", r"\b\d{1,2}[./]\d{1,2}[./]\d{4}\b"),
    ("<time>", r"\b\d\d?:\d\d:\d\d(?:\.\d+)?\b"),
    ("<hex>", r"\b0x[0-9a-f]+\b"),
    ("<hex>", r"(?<![0-9a-z])(?=[a-f]{0,16}\d)(?=\d{0,16}[a-f])[0-9a-f]{8,}(?![0-9a-z])"),
    ("<hex>", r"(?<=\+)(?=[a-f]{0,8}\d)[0-9a-f]{3,}(?![0-9a-z])"),  # offsets in call traces
    ("<n>", r"\d{3,}"),
)
_NUMERIC_RE: Final = re.compile("|".join(f"({pattern})" for _, pattern in _NUMERIC), _FLAGS)

#: A run of text around a digit. Trying nine alternatives at every character of a command line costs 50 us;
#: looking at tokens, of which most are old acquaintances ("System32"), costs a fifth.
_TOKEN: Final = re.compile(r"(?<![\w{.:+-])[a-z_{.:+-]*+\d[\w{}.:/+-]*+", _FLAGS)
_TOKENS_REMEMBERED: Final = 16_384

_USER: Final = re.compile(
    r"([\\/](?:users|documents and settings)[\\/])"
    r"(?!(?:public|default|all users)[\\/])[^\\/:*?\"<>|]+(?=[\\/])",
    _FLAGS,
)
_TEMP: Final = re.compile(
    r"([\\/]temp[\\/])(?=[a-z]{0,12}\d)[a-z0-9]{6,}(?![a-z0-9])|__psscriptpolicytest_[^\s\\/\"']+",
    _FLAGS,
)
_TMP: Final = re.compile(r"(?<![\w.~-])[\w.~-]{1,24}\.tmp\b", _FLAGS)
_SMALL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")

#: Fields whose numbers are kinds, not counters: they tell findings apart.
_NAMING: Final = frozenset(
    {
        "accessmask",
        "destinationport",
        "destport",
        "eventid",
        "failurecode",
        "grantedaccess",
        "keywords",
        "logontype",
        "status",
        "substatus",
        "ticketencryptiontype",
        "ticketoptions",
    }
)


@dataclass(frozen=True, slots=True)
class Shape:
    """``key`` is equal for equal shapes, whatever their case; ``text`` is for people."""

    key: bytes
    text: str


def shape_of(fields: str, finder: Finder | None = None) -> Shape:
    r"""Return the shape of a match's ``fields``, a JSON object; any other text is one nameless field.

    ``finder`` knows names of hosts and accounts.

    >>> shape_of(r'{"CommandLine": "dump 4711 C:\\Users\\bob\\out.dmp"}').text
    'CommandLine: dump <n> C:\\Users\\<user>\\out.dmp'
    """
    try:
        pairs = orjson.loads(fields)
    except orjson.JSONDecodeError:
        pairs = None
    if not isinstance(pairs, dict):
        pairs = {"": fields}
    shown: list[str] = []
    told_apart: list[str] = []
    for folded, name, value in sorted((fold(name), name, value) for name, value in pairs.items()):
        for item in value[:VALUE_LIMIT] if isinstance(value, list) else [value]:
            text, told = _shapes(folded, _text(item), finder)
            shown.append(f"{name}: {text}" if name else text)
            told_apart.append(f"{folded}\0{told}")
    key = hashlib.blake2b("\0\0".join(told_apart).encode(), digest_size=16).digest()
    return Shape(key, _cut("; ".join(shown), SHOWN_LIMIT))


def value_shape(name: str, text: str) -> str:
    """Return one value of a field as shapes show it.

    >>> value_shape("ProcessId", "4711"), value_shape("EventID", "4688")
    ('<n>', '4688')
    """
    return text if fold(name) in _NAMING else normalise(text)


def _text(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text[:_LOOKED_AT]


def _shapes(field: str, text: str, finder: Finder | None) -> tuple[str, str]:
    """Return a value of a folded field as people are shown it, and as it tells shapes apart."""
    if field in _NAMING:
        text = text[:VALUE_LIMIT]
        return text, fold(text)
    text = _without_users(text)
    found = finder.find(field, text) if finder else []
    if found:
        return _with_names(text, found)
    shown = _without_changing(text[:VALUE_LIMIT])
    key = fold(shown)
    return shown, key if key.isdecimal() else _counted_out(key)


def _with_names(text: str, found: list[Named]) -> tuple[str, str]:
    """Return the same of a text in which names stand: what is around each is folded without a look at it."""
    shown: list[str] = []
    key: list[str] = []
    room, at = VALUE_LIMIT, 0
    for one in found:
        around = _without_changing(text[at : min(one.start, at + room)])
        room -= one.start - at + _NAME_LENGTH
        shown.append(around)
        key.append(_counted_out(fold(around)))
        at = one.end
        if room < 0:
            break
        shown.append(text[one.start : one.end])
        key.append(one.account or _HOST)
    rest = _without_changing(text[at : at + max(room, 0)])
    return "".join([*shown, rest]), "".join([*key, _counted_out(fold(rest))])


def _counted_out(text: str) -> str:
    """Return text without its small numbers: "seg1" and "seg2" are one shape, shown as the first."""
    return _SMALL.sub(_address_only, text)


def _address_only(match: re.Match[str]) -> str:
    return match[0] if _ADDRESS.fullmatch(match[0]) else ""


def normalise(text: str) -> str:
    r"""Return text with what changes from run to run replaced.

    >>> normalise(r"C:\Users\ann\AppData\Local\Temp\tmpA1.tmp 0x3e7 {6B29FC40-CA47-1067-B31D-00DD010662DA}")
    'C:\\Users\\<user>\\AppData\\Local\\Temp\\<temp> <hex> <guid>'
    """
    return _without_changing(_without_users(text))


def _without_users(text: str) -> str:
    folded = fold(text)
    if "users" in folded or "documents and" in folded:
        return _USER.sub(r"\1<user>", text)
    return text


def _without_changing(text: str) -> str:
    folded = fold(text)
    if "temp" in folded or "__ps" in folded:
        text = _TEMP.sub(_temp_folded, text)
    if ".tmp" in folded:
        text = _TMP.sub("<temp>", text)
    return _TOKEN.sub(_token_folded, text)


def _temp_folded(match: re.Match[str]) -> str:
    return (match[1] or "") + "<temp>"


def _token_folded(match: re.Match[str]) -> str:
    return _numbers_folded(match[0])


@lru_cache(_TOKENS_REMEMBERED)
def _numbers_folded(token: str) -> str:
    return _NUMERIC_RE.sub(_placeholder, token)


def _placeholder(match: re.Match[str]) -> str:
    return _NUMERIC[(match.lastindex or 1) - 1][0] or match[0]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
