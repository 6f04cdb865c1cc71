"""Canonical text of JSON values: one spelling a value, the one of ``docs/reference/events.md``.

Exports write one and the same value as a number, a name, a quoted number or a wrapped object. Everything
here takes any JSON value and never raises; ``None`` means "this says nothing that the column can hold".
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from gamekeeper.sources.json.faults import MAX_DEPTH, too_deep

#: A JSON value, and an object of them, as ``orjson.loads`` gives it; shapes must trust none of them.
Json = Any
Record = dict[str, Json]
Pairs = list[tuple[str, str]]

_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_INT64: Final = 1 << 63

#: Names whose number no locale or provider changes. "Information" is not here: Windows renders both
#: level 0 and level 4 so.
LEVEL_NAMES: Final = {
    "critical": "1",
    "error": "2",
    "warning": "3",
    "verbose": "5",
    "logalways": "0",
    "audit_success": "0",
    "audit_failure": "0",
}
OPCODE_NAMES: Final = {"info": "0", "start": "1", "stop": "2"}
_AUDITING: Final = "microsoft-windows-security-auditing"
_AUDIT_KEYWORDS: Final = {
    "audit success": "0x8020000000000000",
    "audit failure": "0x8010000000000000",
}


def text_of(value: object) -> str:
    """Return the canonical text of a scalar; objects and lists come back as JSON text.

    >>> text_of(True), text_of(4624), text_of(None)
    ('true', '4624', '')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:  # deeper than orjson writes
        raise too_deep() from error


def scalar_of(value: object) -> object:
    """Return the value inside the wrappers that exporters put around scalars."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[key] for key in ("#text", "Value", "value") if key in value), None)
        else:
            break
    return value


def object_of(value: object) -> Record:
    """Return an object, the first object of a list (a repeated key), or an empty one."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return value if isinstance(value, dict) else {}


def integer_of(value: object) -> int | None:
    """Return a whole number that fits 64 signed bits, whatever it is written as.

    >>> integer_of("4624"), integer_of({"Value": 1}), integer_of("0x10"), integer_of("x")
    (4624, 1, 16, None)
    """
    if type(value) is int:
        return value if -_INT64 <= value < _INT64 else None
    value = scalar_of(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    elif isinstance(value, str):
        value = _integer_in(value)
    return value if isinstance(value, int) and -_INT64 <= value < _INT64 else None


def _integer_in(text: str) -> int | None:
    text = text.strip()
    if len(text) > 40 or not text.isascii() or "_" in text:
        return None
    try:
        return int(text, 16 if text[:2] in ("0x", "0X") else 10)
    except ValueError:
        return None


def event_id_of(value: object) -> tuple[int | None, str | None]:
    """Return (event id, qualifiers): an instance id carries the qualifiers in its upper half.

    >>> event_id_of(1073748860)
    (7036, '16384')
    """
    number = integer_of(value)
    if number is None or not -(1 << 31) <= number < (1 << 32):
        return None, None
    number &= 0xFFFFFFFF
    if number > 0xFFFF:
        return number & 0xFFFF, str(number >> 16)
    return number, None


def plain(value: object) -> str | None:
    """Return the text of a scalar."""
    return text_of(scalar_of(value)) or None


def decimal(value: object) -> str | None:
    """Return a whole number as decimal text, ``None`` for names."""
    number = integer_of(value)
    return None if number is None else str(number)


def level(value: object) -> str | None:
    """Return a level's number where the export gives the number or an unambiguous name."""
    return decimal(value) or LEVEL_NAMES.get(text_of(scalar_of(value)).lower())


def opcode(value: object) -> str | None:
    """Return an opcode's number where the export gives the number or a standard name."""
    return decimal(value) or OPCODE_NAMES.get(text_of(scalar_of(value)).lower())


def keywords(value: object) -> str | None:
    """Return keywords as the stored mask; exports show it signed, unsigned or as padded hex.

    >>> keywords(-9214364837600034816), keywords("0x0080000000000000"), keywords("Audit Success")
    ('0x8020000000000000', '0x80000000000000', None)
    """
    value = scalar_of(value)
    if isinstance(value, str):
        value = _integer_in(value)
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return hex(value & 0xFFFFFFFFFFFFFFFF) if -_INT64 <= value < 2 * _INT64 else None


def audit_keywords(names: object, provider: str | None) -> str | None:
    """Return the mask behind the names "Audit Success" and "Audit Failure" of the Security provider.

    Only there the rest of the mask is known; the classic bit and other channels change it elsewhere.
    """
    if (provider or "").lower() != _AUDITING:
        return None
    return _AUDIT_KEYWORDS.get(text_of(scalar_of(names)).strip().lower())


def guid(value: object) -> str | None:
    """Return a GUID in braces and upper case; other text as it is.

    >>> guid("5770385f-c22a-43e0-bf4c-06f5698ffbd9")
    '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'
    """
    text = text_of(scalar_of(value)).strip()
    found = _GUID.fullmatch(text)
    return "{" + found[1].upper() + "}" if found else text or None


def add_fields(out: Pairs, name: str, value: object, depth: int = 0) -> None:
    """Append a field: lists repeat it, objects give their members, scalars their text."""
    if isinstance(value, str):
        out.append((name, value))
        return
    if depth > MAX_DEPTH:
        raise too_deep()
    if isinstance(value, list):
        for item in value:
            add_fields(out, name, item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            add_fields(out, name if key in ("#text", "") else key, item, depth + 1)
    else:
        out.append((name, text_of(value)))
