"""Parsed rule sets kept on disk, so that thousands of rules load in a fraction of a second.

An entry is named by the digest of the rule files and of the code that parses them. Damage of any kind
means that the entry is parsed and written anew.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import platform
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from gamekeeper.rules.codec import decode_above, decode_rules, encode_above, encode_rules
from gamekeeper.rules.ir import RuleSet

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEEP = 8
_HEX = 64  # characters of the checksum line


def read(folder: Path, digest: str) -> RuleSet | None:
    """Return the set kept under a digest, or None where there is none that is whole."""
    path = _entry(folder, digest)
    try:
        data = path.read_bytes()
        if data[:_HEX].decode("ascii") != hashlib.sha256(data[_HEX:]).hexdigest():
            return None
        with without_collection():
            values = orjson.loads(data[_HEX:])
            rules, skipped = decode_rules(values)
            above = decode_above(values)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return RuleSet(rules, skipped, digest=digest, **above._asdict())


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Pause the garbage collector, which would walk the growing tree again and again for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def write(folder: Path, rules: RuleSet) -> None:
    """Keep a set; a folder that cannot be written is no reason to stop."""
    body = orjson.dumps(encode_rules(rules.rules, rules.skipped) | encode_above(rules))
    data = hashlib.sha256(body).hexdigest().encode() + body
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="rules-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).replace(_entry(folder, rules.digest))
        finally:
            Path(name).unlink(missing_ok=True)
        _forget_old(folder)


def _forget_old(folder: Path) -> None:
    entries = sorted(folder.glob("rules-*.json"), key=lambda path: path.stat().st_mtime)
    for path in entries[:-_KEEP]:
        path.unlink(missing_ok=True)


def _entry(folder: Path, digest: str) -> Path:
    name = hashlib.sha256(f"{_code_digest()}:{digest}".encode()).hexdigest()[:32]
    return folder / f"rules-{name}.json"


@cache
def _code_digest() -> str:
    """Name the code that turns text into rules: this room, the parser's version and Python's."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    for package in ("pysigma", "pyyaml"):
        total.update(version(package).encode())
    total.update(platform.python_version().encode())
    return total.hexdigest()
