"""A writer for small databases in MaxMind's format: a binary tree over address bits, then the data."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

_MARK = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = bytes(16)


def mmdb(
    networks: Mapping[str, Mapping[str, Any]], *, ip_version: int = 6, kind: str = "Test"
) -> bytes:
    """Return a database that answers for these networks."""
    tree = [[0, 0]]  # 0: nothing; a positive number: a node; a negative one: -1 - place in the data
    data = b""
    for written, record in networks.items():
        network = ipaddress.ip_network(written)
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
        if network.version == 4 and ip_version == 6:
            bits = "0" * 96 + bits
        _insert(tree, bits, -1 - len(data))
        data += encoded(dict(record))
    count = len(tree)
    nodes = b"".join(_record(side, count) for node in tree for side in node)
    return nodes + _SEPARATOR + data + _MARK + _about(count, ip_version, kind)


def _about(nodes: int, ip_version: int, kind: str) -> bytes:
    """Return the metadata, in which every number has the size that the format asks for."""
    pairs = [
        ("binary_format_major_version", _number(2, 5)),
        ("binary_format_minor_version", _number(0, 5)),
        ("build_epoch", _number(1_767_225_600, 9)),
        ("database_type", encoded(kind)),
        ("description", encoded({"en": "made by a test"})),
        ("ip_version", _number(ip_version, 5)),
        ("languages", encoded(["en"])),
        ("node_count", _number(nodes, 6)),
        ("record_size", _number(24, 5)),
    ]
    return _control(7, len(pairs)) + b"".join(encoded(key) + value for key, value in pairs)


def _number(value: int, kind: int) -> bytes:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _control(kind, len(raw)) + raw


def _insert(tree: list[list[int]], bits: str, leaf: int) -> None:
    node = 0
    for bit in bits[:-1]:
        side = int(bit)
        if tree[node][side] <= 0:
            tree.append([0, 0])
            tree[node][side] = len(tree) - 1
        node = tree[node][side]
    tree[node][int(bits[-1])] = leaf


def _record(side: int, count: int) -> bytes:
    """Return one side of a node: another node, nothing, or a place in the data."""
    pointer = count + len(_SEPARATOR) - 1 - side
    return (side or count if side >= 0 else pointer).to_bytes(3, "big")


def encoded(value: Any) -> bytes:
    """Return a value of the data section; numbers are unsigned."""
    if isinstance(value, str):
        return _control(2, len(value.encode())) + value.encode()
    if isinstance(value, int):
        return _number(value, 6)
    if isinstance(value, dict):
        pairs = b"".join(encoded(key) + encoded(item) for key, item in value.items())
        return _control(7, len(value)) + pairs
    return _control(11, len(value)) + b"".join(map(encoded, value))


def _control(kind: int, size: int) -> bytes:
    """Return the control byte or bytes; sizes beyond 28 take one more."""
    extended = bytes([kind - 7]) if kind > 7 else b""
    first = (0 if kind > 7 else kind) << 5
    if size < 29:
        return bytes([first | size]) + extended
    return bytes([first | 29]) + extended + bytes([size - 29])
