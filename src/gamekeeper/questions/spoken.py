"""What single values of events mean, in words: logon types, status codes, SIDs, rights, parts of texts.

A *form* takes a value as the log has it and returns the words for it, or None where the value says
nothing. The tables of codes are data: ``content/mappings/values.yml``.
"""

from __future__ import annotations

import html
import re
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Takes a value of the log, gives one visible line or None.
Form = "Callable[[str], str | None]"

#: Characters of one value in a summary, where its form does not say otherwise.
VALUE_LIMIT: Final = 300
#: Characters of a value that are looked at: nobody's megabyte is worth a second.
LOOKED_AT: Final = 20_000
#: What logs write for "nothing"; %%1793 is "value not set".
_NOTHING: Final = frozenset({"", "-", "%%1793", "{00000000-0000-0000-0000-000000000000}"})
_SPACES: Final = re.compile(r"\s+")
_WORDS: Final = re.compile(r"%%(\d{1,6})")
_SID: Final = re.compile(r"S-1-\d+(?:-\d+){1,15}", re.IGNORECASE)
_DOMAIN_SID: Final = re.compile(r"S-1-5-21-\d+-\d+-\d+-(\d+)")
_FAILURE_BIT: Final = 1 << 52
_HIGH_BIT: Final = 1 << 31


def line(text: str, limit: int = VALUE_LIMIT) -> str | None:
    r"""Return a value on one line, controls escaped and cut to ``limit``; None where it says nothing.

    >>> line(" a\r\n\t b\x1b ", 20)
    'a b\\x1b'
    """
    if len(text) <= limit and text.isprintable() and "  " not in text:  # as most values are
        return None if (plain := text.strip()) in _NOTHING else plain
    one = _SPACES.sub(" ", text[: LOOKED_AT + 1]).strip()
    if one in _NOTHING:
        return None
    shown = visible(one[:limit])
    return shown if len(one) <= limit else f"{shown}…"


def number(text: str) -> int | None:
    """Return the whole number that a log wrote, decimal or hexadecimal; None where it is none."""
    text = text.strip()
    if len(text) > 20:
        return None
    try:
        return int(text, 16) if text[:2].lower() == "0x" else int(text)
    except ValueError:
        return None


@cache
def table(name: str) -> Mapping[str, str]:
    """Return a table of codes. Keys are texts; numbers stand in decimal."""
    tables = content.load_yaml("mappings/values.yml")
    if name not in tables:
        raise ContentError(f"there is no table of values {name!r}")
    return {str(key): value for key, value in tables[name].items()}


def _coded(codes: Mapping[str, str], text: str) -> str | None:
    """Return the word for a code; an unknown one stays as it is."""
    value = number(text)
    word = codes.get(text.strip().lower()) if value is None else codes.get(str(value))
    return word or line(text)


def _failure(codes: Mapping[str, str], text: str) -> str | None:
    """Return the word for a code of an error; success says nothing."""
    value = number(text)
    if value == 0:
        return None
    if value is None:
        return _coded(codes, text)
    return codes.get(str(value % 2**32)) or (hex(value) if value >= _HIGH_BIT else line(text))


def _rights(bits: Mapping[str, str], text: str) -> str | None:
    """Return the names of the bits that are set in a mask; a whole mask may have a name, too."""
    mask = number(text)
    if mask is None:
        return words(text)
    if str(mask) in bits:
        return bits[str(mask)]
    named = {int(bit): word for bit, word in bits.items() if int(bit).bit_count() == 1}
    found = [word for bit, word in named.items() if mask & bit]
    unknown = mask & ~sum(named)
    return ", ".join([*found, *([hex(unknown)] if unknown else [])]) or line(text)


def words(text: str) -> str | None:
    """Return a value whose ``%%1234`` are written out; those without words stay."""
    codes = table("words")
    if "%%" not in text:
        return line(text)
    known = [codes.get(code, f"%%{code}") for code in _WORDS.findall(text[:LOOKED_AT])]
    return line(", ".join(word for word in known if word))


def sid(text: str) -> str | None:
    """Return the name of a well-known SID; the group or account of a domain keeps its SID behind it."""
    text = text.strip().upper()
    if text in {"", "-", "S-1-0-0"}:
        return None
    name = table("sids").get(text.lower())
    own = _DOMAIN_SID.fullmatch(text)
    relative = table("relative_ids").get(own[1]) if own else None
    return name or (f"{relative} ({text})" if relative else line(text))


def sids(text: str) -> str | None:
    """Return all SIDs of a list, named."""
    named = [sid(one) for one in _SID.findall(text[:LOOKED_AT])]
    return line(", ".join(name for name in named if name))


def hexadecimal(text: str) -> str | None:
    """Return a number in hexadecimal, however it was written."""
    value = number(text)
    return line(text) if value is None else hex(value)


def decimal(text: str) -> str | None:
    """Return a number in decimal, however it was written."""
    value = number(text)
    return line(text) if value is None else str(value)


def file_name(text: str) -> str | None:
    r"""Return the last part of a path.

    >>> file_name("C:\\Windows\\System32\\cmd.exe")
    'cmd.exe'
    """
    return line(re.split(r"[\\/]", text.strip().rstrip("\\/"))[-1])


def address(text: str) -> str | None:
    """Return a network address without the prefix of a mapped one; the unspecified says nothing."""
    text = text.strip()
    short = text[7:] if text.lower().startswith("::ffff:") else text
    return None if short in {"0.0.0.0", "::", "0"} else line(short)  # noqa: S104 - no one binds here


def moment(text: str) -> str | None:
    """Return a time to the second as people write it."""
    whole, dot, _ = text.strip().partition(".")
    return line(whole.replace("T", " ") + "Z" if dot and text.strip().endswith("Z") else text)


def size(text: str) -> str | None:
    """Return a number of bytes; all bits set means that nobody knew."""
    value = number(text)
    if value is None or value >= 2**63 - 1:
        return None
    return f"{value:,} bytes"


def nonzero(text: str) -> str | None:
    """Return a value unless it is zero or one of the words for no."""
    return None if number(text) == 0 or text.strip().lower() in {"false", "no"} else line(text)


def refused(text: str) -> str | None:
    """Return the word for a failed audit, from an event's keywords; success says nothing."""
    value = number(text)
    failed = "failure" in text.lower() if value is None else bool(value & _FAILURE_BIT)
    return "refused" if failed else None


def _cut(argument: str, text: str) -> str | None:
    return line(text, int(argument))


def first_line(text: str) -> str | None:
    """Return what stands before the first line break."""
    return line(text.lstrip().partition("\n")[0])


def _key(argument: str, text: str) -> str | None:
    """Return what stands behind ``argument=`` or ``argument:`` at the start of a line or list entry."""
    text = text[:LOOKED_AT]
    at = text.find(argument)
    while at >= 0:
        before, stop = at, text.find("\n", at)
        while before and text[before - 1] in " \t\r":
            before -= 1
        after = text[at + len(argument) : None if stop < 0 else stop].lstrip()
        if after[:1] in {"=", ":"} and (not before or text[before - 1] in "\n,;"):
            return line(after[1:])
        at = text.find(argument, at + 1)
    return None


def _element(argument: str, text: str) -> str | None:
    """Return the text of the first element of a name in a value that holds XML."""
    text = text[:LOOKED_AT]
    if "&lt;" in text and "<" not in text:
        text = html.unescape(text)
    _, start, rest = text.partition(f"<{argument}>")
    inner, end, _ = rest.partition(f"</{argument}>")
    return line(html.unescape(inner)) if start and end else None


_PLAIN: Final[dict[str, Callable[[str], str | None]]] = {
    "": line,
    "words": words,
    "sid": sid,
    "sids": sids,
    "hex": hexadecimal,
    "number": decimal,
    "file": file_name,
    "address": address,
    "time": moment,
    "size": size,
    "nonzero": nonzero,
    "refused": refused,
    "line": first_line,
}
_TAKING: Final[dict[str, Callable[[str, str], str | None]]] = {
    "cut": _cut,
    "key": _key,
    "xml": _element,
}
_TABLED: Final[dict[str, Callable[[Mapping[str, str], str], str | None]]] = {
    "code": _coded,
    "failure": _failure,
    "rights": _rights,
}


@cache
def form(name: str, argument: str) -> Callable[[str], str | None]:
    """Return the form of a name; a name that is no form is a table of codes."""
    if name in _PLAIN and not argument:
        return _PLAIN[name]
    if name in _TAKING and argument:
        return partial(_TAKING[name], argument)
    if name in _TABLED and argument:
        return partial(_TABLED[name], table(argument))
    if argument:
        raise ContentError(f"there is no form {name}({argument}) for values")
    return partial(_coded, table(name))
