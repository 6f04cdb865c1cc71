from __future__ import annotations

import subprocess
import sys

import pytest

import gamekeeper as gk


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'pyarrow', 'argparse'}"
    done = run(f"import sys, gamekeeper; sys.exit(str({heavy} & set(sys.modules) or 0))")
    assert done.stderr in {"", "0\n"}, done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import gamekeeper as gk; assert callable(gk.hunt) and callable(gk.simulate)",
        "import gamekeeper.hunt.request, gamekeeper as gk; assert callable(gk.hunt)",
        "import gamekeeper.simulate, gamekeeper as gk; assert callable(gk.simulate)",
        "import gamekeeper.simulate as s; assert callable(s) and s.Setting",
        "from gamekeeper import hunt; assert callable(hunt)",
        "from gamekeeper import *; assert callable(hunt) and callable(load_rules)",
    ],
)
def test_rooms_that_are_verbs_can_be_called_whatever_was_imported_first(code: str) -> None:
    done = run(code)
    assert done.returncode == 0, done.stderr


def test_every_name_that_is_promised_is_there() -> None:
    assert {name for name in gk.__all__ if not callable(getattr(gk, name))} == set()
    assert set(gk.__all__) <= set(dir(gk))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'hnut'"):
        gk.hnut  # noqa: B018
