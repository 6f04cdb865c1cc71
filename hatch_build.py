"""Packaging: compile the library, put it into the wheel and name the wheel's platform."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _native() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "native_build", Path(__file__).parent / "native" / "build.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys  # noqa: PLC0415

    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


class NativeHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compile before a wheel or an editable install is made."""

    def dependencies(self) -> list[str]:
        """Ask pip for the compiler, unless the caller named one."""
        return [] if os.environ.get("CC") else [_native().ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree when editable, into the build folder otherwise."""
        native, root = _native(), Path(self.root)
        if version == "editable":
            native.compile_library(root / "src" / "gamekeeper")
            return
        name = os.environ.get("GAMEKEEPER_TARGET") or native.this_platform()
        library = native.compile_library(root / "build" / "native" / name, name)
        build_data["force_include"][str(library)] = f"gamekeeper/{library.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{native.TARGETS[name].wheel}"
