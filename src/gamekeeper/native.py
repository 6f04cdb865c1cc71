"""The compiled part: one shared library, loaded once, its functions declared where they are used.

The sources are in ``native/``; packaging compiles them. Calls release the GIL. Addresses cross the border as
integers (``array.ctypes.data``): the caller keeps the arrays alive and sees to their types.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from gamekeeper.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES: Final = {"win32": "gamekeeper.dll", "darwin": "libgamekeeper.dylib"}


def library_path() -> Path:
    """Return where the library belongs, beside this file."""
    return Path(__file__).with_name(_NAMES.get(sys.platform, "libgamekeeper.so"))


@cache
def library() -> ctypes.CDLL:
    """Return the library; raises :class:`NativeError` where it is missing or cannot be loaded."""
    path = library_path()
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        message = (
            f"Gamekeeper's compiled part cannot be loaded from {path} ({error}); install Gamekeeper anew, "
            "from a wheel for this platform or with 'pip install' in a checkout"
        )
        raise NativeError(message) from error


def function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of the library with its types declared; for modules that are imported when needed."""
    found = getattr(library(), name)
    found.restype, found.argtypes = result, arguments
    return cast("Callable[..., Any]", found)


def digest() -> str:
    """Return the digest of the sources that the library was compiled from."""
    return str(function("gk_digest", ctypes.c_char_p)().decode())
