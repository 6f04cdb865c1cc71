"""Write constraints.txt: the exact version of everything that this environment runs and tests with.

Run it in an environment that holds nothing but Gamekeeper and its development extra, or more: only what
the project needs, directly or through others, is written.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HEAD = "# Written by 'make lock'; pip reads it as constraints (make demo, make test).\n"


def needed(root: str, extras: frozenset[str]) -> dict[str, str]:
    """Return name -> version of what a distribution needs here, directly or through others."""
    pins: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(root, extras)]
    while todo:
        item = todo.pop()
        if item in seen:
            continue
        seen.add(item)
        name, wanted = item
        try:
            lines = requires(name) or []
            pins[canonicalize_name(name)] = version(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed here; run 'make install' first")
        for line in lines:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in (*wanted, "")):
                todo.append((requirement.name, frozenset(requirement.extras)))
    del pins[canonicalize_name(root)]
    return pins


def main() -> None:
    """Write the file."""
    pins = needed("gamekeeper", frozenset({"dev"}))
    text = HEAD + "".join(f"{name}=={pin}\n" for name, pin in sorted(pins.items()))
    Path(__file__).parents[1].joinpath("constraints.txt").write_text(text, encoding="utf-8")
    print(f"{len(pins)} packages pinned")


if __name__ == "__main__":
    main()
