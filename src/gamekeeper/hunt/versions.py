"""The versions of everything that decides what is read and matched."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Final

_PACKAGES: Final = ("gamekeeper", "numpy", "pyarrow", "pysigma")


def versions() -> dict[str, str]:
    """Return name to version, our own first."""
    found = {name: version(name) for name in _PACKAGES}
    return {"gamekeeper": found.pop("gamekeeper"), "python": platform.python_version(), **found}
