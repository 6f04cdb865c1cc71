"""Package data (rules, mappings, datasets) and the one way to read it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

#: What a YAML document may hold; its reader knows the form.
Document: TypeAlias = Any

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_yaml(name: str) -> Document:
    """Return the parsed YAML document ``content/<name>``; the caller must not change it."""
    return yaml.load(files(__name__).joinpath(name).read_bytes(), Loader=_LOADER)  # noqa: S506


def read_bytes(name: str) -> bytes:
    """Return the bytes of ``content/<name>``."""
    return files(__name__).joinpath(name).read_bytes()
