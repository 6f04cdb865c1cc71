from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import gamekeeper

#: Ship with extras; imported only where those are installed.
_EXTRAS = ("deltalake", "pyiceberg")
_NO_MODULES = ("__main__", "libgamekeeper")


def names() -> list[str]:
    found = pkgutil.walk_packages(gamekeeper.__path__, "gamekeeper.")
    return sorted(one.name for one in found if not one.name.endswith(_NO_MODULES))


@pytest.mark.parametrize("name", names())
def test_examples_in_docstrings_are_true(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.partition(".")[0] in _EXTRAS:
            pytest.skip(f"{missing.name} is not installed")
        raise
    assert doctest.testmod(module).failed == 0
