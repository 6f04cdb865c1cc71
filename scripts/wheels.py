"""Build a wheel for every platform into ``dist/``; one machine builds them all.

``python scripts/wheels.py [TARGET ...]``: the targets of ``native/build.py``, all unless some are named.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def targets() -> list[str]:
    """Return the targets that the library can be compiled for."""
    spec = importlib.util.spec_from_file_location("native_build", ROOT / "native" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return list(module.TARGETS)


def main() -> None:
    """Build one wheel after another; the first for Windows takes a minute more than the others."""
    for name in sys.argv[1:] or targets():
        print(f"{name} …", flush=True)
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
        subprocess.run(
            [*command, "--no-deps", "--wheel-dir", str(ROOT / "dist"), str(ROOT)],
            env=os.environ | {"GAMEKEEPER_TARGET": name},
            check=True,
        )


if __name__ == "__main__":
    main()
