"""Compile ``native/*.c`` into the one shared library that the package loads.

The compiler is Zig's, which pip brings as an ordinary wheel: nobody needs one of their own, and one machine
builds for every platform. ``CC`` names another one (``CC=gcc``), for the platform at hand.

``python native/build.py FOLDER`` compiles for this platform into a folder; packaging calls
:func:`compile_library`.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
#: One version, so that everybody has the same machine code.
ZIG = "ziglang==0.17.1"
FLAGS = (
    "-std=gnu17", "-O3", "-shared", "-fPIC", "-fvisibility=hidden",
    "-Wall", "-Wextra", "-Werror", "-g0", "-s",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A platform: its name in wheels, what Zig calls it, and what its libraries are called."""

    wheel: str
    zig: str
    library: str = "libgamekeeper.so"
    cpu: str = ""


#: Processors of 2009 and later on x86; the baseline elsewhere.
TARGETS = {
    "linux-x86_64": Target("manylinux_2_17_x86_64", "x86_64-linux-gnu.2.17", cpu="x86_64_v2"),
    "linux-aarch64": Target("manylinux_2_17_aarch64", "aarch64-linux-gnu.2.17"),
    "musl-x86_64": Target("musllinux_1_2_x86_64", "x86_64-linux-musl", cpu="x86_64_v2"),
    "musl-aarch64": Target("musllinux_1_2_aarch64", "aarch64-linux-musl"),
    "macos-arm64": Target("macosx_11_0_arm64", "aarch64-macos.11.0", "libgamekeeper.dylib"),
    "macos-x86_64": Target(
        "macosx_11_0_x86_64", "x86_64-macos.11.0", "libgamekeeper.dylib", "x86_64_v2"
    ),
    "windows-amd64": Target("win_amd64", "x86_64-windows-gnu", "gamekeeper.dll", "x86_64_v2"),
    "windows-arm64": Target("win_arm64", "aarch64-windows-gnu", "gamekeeper.dll"),
}
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}


def this_platform() -> str:
    """Return the name of the target that this Python runs on."""
    machine = platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    if sys.platform == "win32":
        return f"windows-{'arm64' if machine == 'aarch64' else 'amd64'}"
    if sys.platform == "darwin":
        return f"macos-{'arm64' if machine == 'aarch64' else 'x86_64'}"
    libc = "linux" if platform.libc_ver()[0] == "glibc" else "musl"
    return f"{libc}-{machine}"


def sources() -> list[Path]:
    """Return every file that the library is made of, in a fixed order."""
    return sorted(p for p in HERE.rglob("*") if p.suffix in {".c", ".h"})


def digest() -> str:
    """Name the sources' content; the library carries it and the package compares."""
    whole = hashlib.sha256()
    for path in sources():
        whole.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def compiler(target: Target) -> list[str]:
    """Return the command that compiles for a target."""
    chosen = os.environ.get("CC")
    if chosen:
        return shlex.split(chosen)
    command = [sys.executable, "-m", "ziglang", "cc", "-target", target.zig]
    return [*command, f"-mcpu={target.cpu}"] if target.cpu else command


def compile_library(folder: Path, name: str = "") -> Path:
    """Compile for the named target, or for this platform; return the library's path."""
    name = name or os.environ.get("GAMEKEEPER_TARGET") or this_platform()
    if name not in TARGETS:
        sys.exit(f"Gamekeeper has no target {name}; known are {', '.join(TARGETS)}")
    target = TARGETS[name]
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / target.library
    files = [str(p) for p in sources() if p.suffix == ".c"]
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / target.library
        command = [*compiler(target), *FLAGS, f'-DGK_DIGEST="{digest()}"', "-o", str(made), *files]
        # Zig's own cache must not depend on a home folder that can be written.
        places = {"ZIG_GLOBAL_CACHE_DIR": scratch, "ZIG_LOCAL_CACHE_DIR": scratch}
        done = subprocess.run(
            command, env=os.environ | places, check=False, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(
                f"compiling Gamekeeper's library failed:\n{shlex.join(command)}\n{done.stderr}"
            )
        # Replaced in one step: a running Gamekeeper keeps the library that it has loaded.
        fresh = library.with_name(library.name + ".new")
        fresh.write_bytes(made.read_bytes())
        fresh.replace(library)
    return library


if __name__ == "__main__":
    print(compile_library(Path(sys.argv[1])))
