"""Compiled kernels, kept between runs.

Every Numba kernel of the package is decorated with :func:`kernel`. Machine code goes to the user's
cache folder, below a name made of the digest of the kernel's source file, the versions of Numba and
Python, and the CPU: Numba itself would keep stale code when a callee in another file changes, and
fails where its folder cannot be written. A kernel may therefore call only kernels of its own file.
Nothing is compiled at import.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
import os
import pickle
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import numba
from llvmlite import binding
from numba.core import config
from numba.core.caching import FunctionCache

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")

_log = logging.getLogger("gamekeeper")

#: What a damaged cache file raises while it is read: it is compiled again, never trusted.
_DAMAGED = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    ValueError,
    TypeError,
    LookupError,
    RuntimeError,
    AttributeError,
    ImportError,
)


class _Signature(Protocol):
    args: tuple[object, ...]


class _Compiled(Protocol):
    signature: _Signature


class _Dispatcher(Protocol):
    _cache: FunctionCache


def user_cache() -> Path:
    """Return the folder for what can be computed again: ``GAMEKEEPER_CACHE`` or the platform's."""
    chosen = os.environ.get("GAMEKEEPER_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "gamekeeper" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gamekeeper"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gamekeeper"


def _refusal(folder: Path) -> str:
    """Say why a folder may not hold machine code, or nothing. Creates the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    if sys.platform == "win32":
        return ""
    status = folder.stat()
    if status.st_uid != os.geteuid():
        return "it belongs to another user"
    # Whoever can write here can run code as this user.
    return "others can write to it" if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else ""


@cache
def _usable(folder: Path) -> bool:
    try:
        reason = _refusal(folder)
    except OSError as error:
        reason = str(error)
    if reason:
        _log.warning(
            "compiled kernels are not kept in %s (%s): each start compiles them again; "
            "set GAMEKEEPER_CACHE to a folder of yours",
            folder,
            reason,
        )
    return not reason


@cache
def _digest(source: str) -> str:
    """Name everything that machine code depends on."""
    digest = hashlib.blake2b(Path(source).read_bytes(), digest_size=12)
    features = binding.get_host_cpu_features().flatten()
    for part in (numba.__version__, sys.version, binding.get_host_cpu_name(), features):
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


class _KernelCache(FunctionCache):
    """Numba's cache where a damaged file or a full disk costs time only."""

    def load_overload(self, sig: object, target_context: object) -> _Compiled | None:
        try:
            found: _Compiled | None = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except _DAMAGED as error:
            self._start_again(error)
            return None
        # Two processes that save different signatures at once may leave an index that points wrong.
        asked = getattr(sig, "args", sig)
        return found if found is not None and found.signature.args == asked else None

    def save_overload(self, sig: object, data: object) -> None:
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as error:
            _log.warning("a compiled kernel could not be kept: %s", error)

    def _start_again(self, error: Exception) -> None:
        try:
            self.flush()  # type: ignore[no-untyped-call]
        except OSError:
            self.disable()  # type: ignore[no-untyped-call]
        _log.info("a kept kernel could not be read and is compiled again: %s", error)


def _keep(dispatcher: _Dispatcher, function: Callable[..., object]) -> None:
    """Give a dispatcher its cache folder; without one it compiles in every process."""
    try:
        folder = user_cache() / "kernels"
        name = _digest(inspect.getfile(function))
    except (OSError, RuntimeError, TypeError):  # no home, or a source inside an archive
        return
    if not _usable(folder):
        return
    # Numba reads this setting only while a cache object is made; other users of Numba keep theirs.
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(folder / name)  # type: ignore[attr-defined]
    try:
        dispatcher._cache = _KernelCache(function)  # type: ignore[no-untyped-call]  # noqa: SLF001 - no public way
    except (OSError, RuntimeError) as error:
        _log.warning("compiled kernels are not kept in %s (%s)", folder, error)
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]


def kernel(*, inline: bool = False, boundscheck: bool = False) -> Callable[[Function], Function]:
    """Make a function a kernel: compiled at its first call, without the GIL, wrapping integers.

    Division follows NumPy (no exception), so that a kernel has no hidden error path. ``inline``
    pastes a small kernel into its callers before types are known.
    """
    paste: Literal["always", "never"] = "always" if inline else "never"

    def decorate(function: Function) -> Function:
        made: Any = numba.njit(
            nogil=True, error_model="numpy", boundscheck=boundscheck, inline=paste
        )(function)
        if hasattr(made, "_cache"):  # absent with NUMBA_DISABLE_JIT
            _keep(made, function)
        return made  # type: ignore[no-any-return]

    return decorate
