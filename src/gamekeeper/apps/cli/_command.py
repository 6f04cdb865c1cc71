"""What a command is: its name, its module, and its help."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``module`` has a function ``run(values)`` that returns an exit code."""

    name: str
    module: str
    summary: str
    description: str
    examples: tuple[tuple[str, str], ...]  # command line, what it does
