"""Package data (rules, mappings, datasets) and the one way to read it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_yaml(name: str) -> Any:
    """Return the parsed YAML document ``content/<name>``; the caller must not change it."""
    return yaml.load(files(__name__).joinpath(name).read_bytes(), Loader=_LOADER)  # noqa: S506
