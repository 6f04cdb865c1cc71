"""Compiled rules kept on disk, so that a worker need not compile what another one has compiled.

An entry is named by the rules of the plan, the dataset and all code of this package. Entries are pickles:
they name nothing but our own classes and arrays, and one that belongs to another person, that others may
write, or that is damaged, is compiled and written anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

_KEEP: Final = 64
_DIGEST_BYTES: Final = 32
#: What an entry may name: modules of ours, and how NumPy and containers are put together again.
_OURS: Final = ("gamekeeper.engine.columnar.", "gamekeeper.rules.")
_OTHERS: Final = frozenset(
    {
        ("builtins", "dict"),
        ("collections", "defaultdict"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.numeric", "_frombuffer"),
    }
)


class _Reader(pickle.Unpickler):
    """Reads nothing but what we have written."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        if module.startswith(_OURS):
            found = super().find_class(module, name)
            if isinstance(found, type):  # no function of ours may be called from a file
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def kept(plan_digest: str, dataset: str, kind: type[T], make: Callable[[], T]) -> T:
    """Return what ``make`` gives, from the disk where it was made before.

    Where ``plan_digest`` is empty, nothing is kept.
    """
    if not plan_digest:
        return make()
    folder = settings.cache_folder() / "programs"
    path = folder / f"{_name(plan_digest, dataset)}.program"
    found = _read(path)
    if isinstance(found, kind):
        return found
    made = make()
    _write(path, made)
    return made


def _name(plan_digest: str, dataset: str) -> str:
    return hashlib.sha256(f"{_code()}:{plan_digest}:{dataset}".encode()).hexdigest()[:40]


@cache
def _code() -> str:
    """Name the code and the content that entries rest on: all of this package, and Python's version."""
    total = hashlib.sha256(sys.version.encode())
    root = Path(settings.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".yml", ".so", ".dll", ".dylib"}:
            about = path.stat()
            total.update(f"{path.relative_to(root)}:{about.st_size}:{about.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _read(path: Path) -> object:
    try:
        with path.open("rb") as stream:
            if not _is_own(os.fstat(stream.fileno())):
                return None
            data = stream.read()
        if data[:_DIGEST_BYTES] != hashlib.sha256(data[_DIGEST_BYTES:]).digest():
            return None
        return _Reader(io.BytesIO(data[_DIGEST_BYTES:])).load()
    except (OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError):
        return None
    except (ValueError, TypeError, KeyError, IndexError):  # a pickle of another version's classes
        return None


def _is_own(about: os.stat_result) -> bool:
    """Say whether a file is this person's, and nobody else may write it."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: Path, made: object) -> None:
    """Keep an entry; a folder that cannot be written is no reason to stop."""
    body = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")  # nobody else's to write
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(body).digest() + body)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        _forget_old(path.parent)


def _forget_old(folder: Path) -> None:
    entries = sorted(folder.glob("*.program"), key=lambda path: path.stat().st_mtime)
    for path in entries[:-_KEEP]:
        path.unlink(missing_ok=True)
