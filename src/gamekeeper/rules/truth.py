"""Whether one value satisfies one predicate: the meaning of every operator, without any cleverness.

Fast engines must equal this. ``docs/reference/semantics.md`` says the same in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Op, Predicate
from gamekeeper.rules.regexes import search, searcher

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_HEX = re.compile(r"0[xX][0-9a-fA-F]+", re.ASCII)
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(?::[0-9.]+)? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)
_NUMERIC = frozenset({Op.LT, Op.LTE, Op.GT, Op.GTE})
#: What stands before the IPv4 address in an IPv6 address that holds one.
_MAPPED_BITS = 96
#: Longer texts are no number: Python's integers would take quadratic time.
_NUMBER_LIMIT = 400


def holds(predicate: Predicate, value: str) -> bool:
    """Say whether a value satisfies a predicate of a kind that asks single values."""
    op = predicate.op
    if op is Op.REGEX:
        return search(predicate.value, predicate.flags, value)
    if op is Op.CIDR:
        return _in_network(predicate.value, value)
    if op in _NUMERIC:
        return _compares(predicate, value)
    if op is Op.TIME_PART:
        return _time_part(value, predicate.part) == int(predicate.value)
    return _matches(predicate, value)


def asking(predicate: Predicate) -> Callable[[str], bool]:
    """Return :func:`holds` for one predicate, which many values are asked about."""
    if predicate.op is Op.REGEX:
        return searcher(predicate.value, predicate.flags)
    if predicate.op is Op.CIDR:
        return partial(_in_network, predicate.value)
    return partial(holds, predicate)


def _matches(predicate: Predicate, value: str) -> bool:
    text, wanted = value, predicate.value
    if not predicate.cased:
        text, wanted = fold(text), fold(wanted)
    match predicate.op:
        case Op.EQUALS:
            return text == wanted
        case Op.CONTAINS:
            return wanted in text
        case Op.STARTSWITH:
            return text.startswith(wanted)
        case Op.ENDSWITH:
            return text.endswith(wanted)
        case Op.GLOB:
            return _glob(text, predicate)
    raise AssertionError(predicate.op)  # the others ask the event, not one value


def refers(predicate: Predicate, value: str, other: str) -> bool:
    """Say whether a value of a field and one of the field that the predicate names satisfy it."""
    if not predicate.cased:
        value, other = fold(value), fold(other)
    match predicate.op:
        case Op.FIELD_STARTSWITH:
            return value.startswith(other)
        case Op.FIELD_ENDSWITH:
            return value.endswith(other)
        case Op.FIELD_CONTAINS:
            return other in value
    return value == other


def _glob(text: str, predicate: Predicate) -> bool:
    """Match from start to end: ``any`` is any run of characters, ``one`` is exactly one."""
    # A list of tokens: a character, "one" or "any"; the last ``any`` is the only place to go back to.
    tokens: list[str] = []
    for kind, literal in predicate.parts:
        tokens += (literal if predicate.cased else fold(literal)) if kind == "lit" else [kind]
    at = token = 0
    star, resume = -1, 0
    while at < len(text):
        if token < len(tokens) and tokens[token] == "any":
            star, resume = token, at
            token += 1
        elif token < len(tokens) and tokens[token] in (text[at], "one"):
            at, token = at + 1, token + 1
        elif star >= 0:
            resume += 1
            at, token = resume, star + 1
        else:
            return False
    return all(rest == "any" for rest in tokens[token:])


def number(text: str) -> int | float | None:
    """Return the number that a text writes in decimal or as ``0x...``, or None.

    >>> number("0x1F"), number("-2"), number("1.50"), number("1e3")
    (31, -2, 1.5, None)
    """
    text = text.strip()
    if len(text) > _NUMBER_LIMIT:
        return None
    if _HEX.fullmatch(text):
        return int(text, 16)
    if not _DECIMAL.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def _compares(predicate: Predicate, value: str) -> bool:
    left = _time_part(value, predicate.part) if predicate.part else number(value)
    right = number(predicate.value)
    if left is None or right is None:
        return False
    match predicate.op:
        case Op.LT:
            return left < right
        case Op.LTE:
            return left <= right
        case Op.GT:
            return left > right
    return left >= right


def _in_network(network: str, value: str) -> bool:
    text = value.strip()
    address = _remembered(text) if len(text) <= _ADDRESS_LIMIT else _address(text)
    net = _network(network)
    return address is not None and address.version == net.version and address in net


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 address in IPv6 clothes (``::ffff:10.0.0.1``) counts as IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


#: An address is asked about many networks; a hostile text may go on for megabytes.
_ADDRESS_LIMIT = 64
_remembered = lru_cache(maxsize=4096)(_address)


@lru_cache(maxsize=1024)
def _network(text: str) -> IPv4Network | IPv6Network:
    """Read a network; one of IPv4 addresses in IPv6 clothes counts as one of IPv4, like its addresses."""
    network = ip_network(text)
    inner = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if inner is None or network.prefixlen < _MAPPED_BITS:
        return network
    return IPv4Network((inner, network.prefixlen - _MAPPED_BITS))


def _time_part(value: str, part: str) -> int | None:
    """Return minute, hour, day, ISO week, month or year of a time as written, in its own zone."""
    match = _TIME.fullmatch(value.strip())
    if match is None:
        return None
    try:
        time = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
    except ValueError:
        return None
    if part == "week":
        return time.isocalendar().week
    return int(getattr(time, part))


def time_text(filetime: int) -> str:
    """Return a FILETIME as events write it; a time behind the year 9999 is a plain number.

    >>> time_text(133_000_000_000_000_007)
    '2022-06-18T04:26:40.0000007Z'
    """
    seconds, ticks = divmod(filetime, 10_000_000)
    try:
        time = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return str(filetime)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{ticks:07d}Z"
