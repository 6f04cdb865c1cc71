"""The compiled part: it is made of the sources that are here, and says so when it cannot be loaded."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gamekeeper import native
from gamekeeper.errors import NativeError

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "native" / "build.py"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("native_build_of_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_library_is_made_of_the_sources_that_are_here(build: ModuleType) -> None:
    assert native.digest() == build.digest(), "run 'make install': native/ has changed"


def test_a_missing_library_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "library_path", lambda: tmp_path / "none.so")
    native.library.cache_clear()
    try:
        with pytest.raises(NativeError, match="install Gamekeeper anew"):
            native.library()
    finally:
        native.library.cache_clear()


def test_every_target_is_known_to_wheels_and_has_one_library_name(build: ModuleType) -> None:
    assert build.this_platform() in build.TARGETS
    names = {target.wheel: target.library for target in build.TARGETS.values()}
    assert len(names) == len(build.TARGETS)
    for wheel, library in names.items():
        suffix = {"win": "dll", "mac": "dylib"}.get(wheel[:3], "so")
        assert library.endswith(suffix)


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def compiler(tmp_path: Path, body: str) -> str:
    """A compiler of our own making, for what the real one would need seconds for."""
    path = tmp_path / "cc.py"
    path.write_text("import sys\nout = sys.argv[sys.argv.index('-o') + 1]\n" + body)
    return f"{sys.executable} {path}"


def test_a_compiler_of_ones_own_gets_every_source_and_the_digest(
    tmp_path: Path, build: ModuleType
) -> None:
    cc = compiler(tmp_path, "open(out, 'w').write('\\n'.join(sys.argv))\n")
    done = run(tmp_path / "made", CC=cc)
    assert done.returncode == 0, done.stderr
    written = Path(done.stdout.strip()).read_text().splitlines()
    assert {str(p) for p in build.sources() if p.suffix == ".c"} <= set(written)
    assert f'-DGK_DIGEST="{build.digest()}"' in written
    assert [p.name for p in (tmp_path / "made").iterdir()] == [Path(done.stdout.strip()).name]


def test_what_a_compiler_says_is_shown_and_nothing_is_left_behind(tmp_path: Path) -> None:
    done = run(tmp_path / "made", CC=compiler(tmp_path, "sys.exit('no such register')\n"))
    assert done.returncode == 1
    assert "no such register" in done.stderr
    assert list((tmp_path / "made").iterdir()) == []


def test_an_unknown_target_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    done = run(tmp_path, GAMEKEEPER_TARGET="amiga-m68k")
    assert done.returncode == 1
    assert "linux-x86_64" in done.stderr
