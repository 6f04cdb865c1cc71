"""The forms that a value takes on its way to ECS: each once in Python and once in SQL, with one meaning.

Both are written with the same regular expressions, in the part of the language that Python and RE2 read
alike: no ``\\s``, ``\\w`` or ``\\b``, no look-around, ASCII classes only. A form takes a text that says
something (not empty, not "-") and gives a text, a whole number, or nothing where the text is no such thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gamekeeper.model.folding import fold

Value = str | int


@dataclass(frozen=True, slots=True)
class Form:
    """One form; ``sql`` turns an SQL expression of text into one of the form."""

    apply: Callable[[str], Value | None]
    sql: Callable[[str], str]
    is_number: bool = False


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


#: Texts of numbers that are remembered.
_NUMBERS: Final = 4_096
#: The ways in which Windows says nothing.
NOTHING: Final = ("", "-", " ")


def said(text: str) -> str | None:
    """Return a text that says something, and nothing for one that does not."""
    return None if text in NOTHING else text


def says_sql(column: str) -> str:
    """Return as SQL whether a text says something."""
    return f"{column} NOT IN ({', '.join(map(quoted, NOTHING))})"


def said_sql(column: str) -> str:
    """Return :func:`said` as SQL."""
    return f"CASE WHEN {says_sql(column)} THEN {column} END"


# One step of a form: each knows both languages.


@dataclass(frozen=True, slots=True)
class _Step:
    apply: Callable[[str], str]
    sql: Callable[[str], str]


def _compiled(pattern: str) -> re.Pattern[str]:
    # RE2's "$" is the end of the text; Python's also stands before a last line feed.
    end = r"\Z" if pattern.endswith("$") else ""
    return re.compile(pattern.removesuffix("$") + end, re.ASCII)


def _replace(pattern: str, new: str = "") -> _Step:
    compiled = _compiled(pattern)
    return _Step(
        lambda text: compiled.sub(new, text, count=1),
        lambda sql: f"regexp_replace({sql}, {quoted(pattern)}, {quoted(new)})",
    )


def _extract(pattern: str, group: int = 1) -> _Step:
    """What a group holds, an empty text where the pattern is not found."""
    compiled = _compiled(pattern)

    def apply(text: str) -> str:
        found = compiled.search(text)
        return found[group] or "" if found else ""

    return _Step(apply, lambda sql: f"regexp_extract({sql}, {quoted(pattern)}, {group})")


_LOWER: Final = _Step(fold, lambda sql: f"lower({sql})")
_UPPER: Final = _Step(str.upper, lambda sql: f"upper({sql})")
_TRIM: Final = _Step(lambda text: text.strip(" "), lambda sql: f"trim({sql})")
#: Braces around a line. No two processes share a GUID, so that this one is asked as often as there are.
_BRACED: Final = _Step(
    lambda text: f"{{{text}}}" if text and "\n" not in text else text,
    _replace("^(.+)$", r"{\1}").sql,
)


def _text(*steps: _Step, nothing: tuple[str, ...] = ()) -> Form:
    """A form of steps one after the other; what is then empty or listed is nothing."""
    empty = ("", *nothing)

    def apply(text: str) -> str | None:
        for step in steps:
            text = step.apply(text)
        return None if text in empty else text

    def sql(column: str) -> str:
        for step in steps:
            column = step.sql(column)
        for word in empty:
            column = f"nullif({column}, {quoted(word)})"
        return column

    return Form(apply, sql)


def _mostly(pattern: str, form: Form) -> Form:
    """A form that texts mostly have when they come: those that a pattern fits as a whole stay as they are."""
    has_it = re.compile(pattern, re.ASCII).fullmatch
    apply = form.apply
    return Form(lambda text: text if has_it(text) else apply(text), form.sql, form.is_number)


def _number(pattern: str, *, nothing: int | None = None) -> Form:
    digits = _extract(pattern)

    @lru_cache(_NUMBERS)  # process ids and ports come back in every batch
    def apply(text: str) -> int | None:
        found = digits.apply(text)
        if not found:
            return None
        number = int(found, 16) if found[:2] in {"0x", "0X"} else int(found)
        return None if number == nothing else number

    def sql(column: str) -> str:
        number = f"TRY_CAST({digits.sql(column)} AS BIGINT)"
        return number if nothing is None else f"nullif({number}, {nothing})"

    return Form(apply, sql, is_number=True)


_WHOLE: Final = "^ *(0[xX][0-9a-fA-F]{1,15}|[0-9]{1,18}) *$"
_NUMBER: Final = _number(_WHOLE)
_NOT_ZERO: Final = _number(_WHOLE, nothing=0)


def _logon_id(text: str) -> str | None:
    number = _NOT_ZERO.apply(text)
    return None if number is None else f"{number:#x}"


def _short_host(text: str) -> str | None:
    folded = fold(text)
    is_address = ":" in folded or re.fullmatch(r"[0-9.]+", folded)
    return folded if is_address else folded.partition(".")[0] or None


def _short_host_sql(column: str) -> str:
    folded = f"lower({column})"
    return (
        f"CASE WHEN contains({folded}, ':') OR regexp_full_match({folded}, '[0-9.]+') THEN {folded} "
        f"ELSE nullif(split_part({folded}, '.', 1), '') END"
    )


def _hash(kind: str) -> Form:
    """One hash of Sysmon's list; zeros stand for none (imphash of what imports nothing)."""
    return _text(_extract(f"(?i)(?:^|,) *{kind}=([0-9a-f]+)"), _LOWER, _replace("^0+$"))


def _line(label: str) -> Form:
    """What stands behind ``label =`` on a line of its own, the first line apart."""
    # Text of the kind runs to many kilobytes: a pattern that starts with a letter is found ten times faster
    # than one that starts with "^", and nothing is copied. The labels never stand on the first line.
    return _text(_extract(rf"\n[ \t]*{label}[ \t]*=[ \t]*([^\r\n]*)"), _TRIM)


_GUID: Final = "[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
_GROUP: Final = "[0-9a-f]{1,4}"
#: No two processes share a GUID, and few sessions a number: these forms are asked as often as there are.
_PLAIN_GUID: Final = rf"(?!\{{0{{8}}-0{{4}}-0{{4}}-0{{4}}-0{{12}}\}})\{{{_GUID}\}}"
_PLAIN_LOGON: Final = "0x[1-9a-f][0-9a-f]{0,14}"
_SID: Final = r"^ *(?:%\{)?(S-1-[0-9-]*[0-9])\}? *$"
_HIVE: Final = r"^HK[A-Z]+(?:\\|$)"

#: Every form by the name that ``content/mappings/ecs.yml`` uses.
FORMS: Final[dict[str, Form]] = {
    "text": _text(),
    "lower": _text(_LOWER),
    "number": _NUMBER,
    "port": _number("^ *([0-9]{1,5}) *$", nothing=0),
    "logon_id": _mostly(
        _PLAIN_LOGON,
        Form(_logon_id, lambda sql: f"'0x' || format('{{:x}}', {_NOT_ZERO.sql(sql)})"),
    ),
    "sid": _text(_UPPER, _extract(_SID), nothing=("S-1-0-0",)),
    # DOMAIN\user, user@realm, user; a SID is no name.
    "account_name": _text(_TRIM, _replace(_SID), _extract(r"([^\\@]+)(?:@[^\\]*)?$")),
    "account_domain": _text(
        _TRIM,
        _replace(r"^[^\\@]*$"),
        _replace(r"^[^\\@]*@([^\\]*)$", r"\1"),
        _replace(r"\\[^\\]*$"),
        nothing=(".",),
    ),
    "address": _mostly(
        r"[0-9]+(?:\.[0-9]+){3}",
        _text(
            _TRIM,
            _LOWER,
            _replace(r"^\[([^\]]*)\](?::[0-9]+)?$", r"\1"),
            _replace(r"^([0-9.]+):[0-9]+$", r"\1"),
            _replace(r"^(?:0:0:0:0:0|:):ffff:([0-9.]+)$", r"\1"),
            _replace(r"%.*$"),
            # Sysmon writes fe80:0:0:0:1:2:3:4 where other logs write fe80::1:2:3:4.
            _replace(rf"^((?:{_GROUP}:)*?)0(?::0)+((?::{_GROUP})*)$", r"\1:\2"),
            _replace(":{3,}", "::"),
            _replace("^:$", "::"),
            _extract(r"^(?:[0-9]+(?:\.[0-9]+){3}|[0-9a-f:]*:[0-9a-f:.]*)$", 0),
        ),
    ),
    "address_port": _number(r"^ *(?:[0-9.]+|\[[^\]]*\]):([0-9]{1,5}) *$", nothing=0),
    "computer": _text(_TRIM, _replace(r"^\\+")),
    "spn_computer": _text(_TRIM, _replace(r"^[^/]*/"), _extract("^[^/:]+", 0)),
    "url_computer": _text(_TRIM, _replace("^[A-Za-z]+://"), _extract("^[^/:?]+", 0)),
    "short_host": Form(_short_host, _short_host_sql),
    "guid": _mostly(
        _PLAIN_GUID,
        _text(
            _UPPER,
            _extract(rf"^ *\{{?({_GUID})\}}? *$"),
            _BRACED,
            nothing=("{00000000-0000-0000-0000-000000000000}",),
        ),
    ),
    "file_name": _text(_extract(r"[^\\/]*$", 0)),
    "hash_md5": _hash("md5"),
    "hash_sha1": _hash("sha1"),
    "hash_sha256": _hash("sha256"),
    "hash_imphash": _hash("imphash"),
    "hash_alone": _text(_LOWER, _extract("^ *(?:0x)?([0-9a-f]{32,128}) *$")),
    "registry_path": _text(
        _replace(r"(?i)^\\REGISTRY\\MACHINE(\\|$)", r"HKLM\1"),
        _replace(r"(?i)^\\REGISTRY\\USER(\\|$)", r"HKU\1"),
    ),
    "registry_hive": _text(_extract(r"^(HK[A-Z]+)(?:\\|$)")),
    "registry_key": _text(_replace(_HIVE)),
    "registry_value_key": _text(_replace(_HIVE), _replace(r"\\[^\\]*$")),
    "registry_value": _text(_extract(r"[^\\]*$", 0)),
    # Defender lists what it saw: file:_C:\x; webfile:_C:\x|https://...
    "scanned_file": _text(_extract(r"(?:^|; *)file:_([^;]+)")),
    "local_path": _text(_replace(r"^\\\?\?\\"), _replace(r"\\$")),
    "common_name": _text(_extract("(?i)^cn=([^,]+)")),
    "dns_name": _text(_LOWER, _replace(r"\.$")),
    "line_user": _line("User"),
    "line_host_application": _line("Host Application"),
    "line_script_name": _line("Script Name"),
    "line_userid": _line("UserId"),
    "line_hostapplication": _line("HostApplication"),
}
