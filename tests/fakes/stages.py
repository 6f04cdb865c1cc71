"""Stages that misbehave on demand; in a file of their own because worker processes import it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gamekeeper.errors import UsageError


def act(word: str) -> str:
    """Do what one word of a unit says."""
    if word == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif word == "hang":
        time.sleep(60)
    elif word == "raise":
        raise ValueError("a surprise")
    elif word == "usage":
        raise UsageError("no room")
    elif word == "memory":
        bytearray(1 << 40)
    elif word == "print":
        print("noise on standard output")  # noqa: T201
    elif word.startswith("once:"):
        marker = Path(word.removeprefix("once:"))
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return word.upper()


@dataclass(frozen=True)
class Acting:
    """Units are tuples of words; a lost one is cut into its words."""

    limit: float = 30.0

    def prepare(self) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
        return lambda unit: tuple(act(word) for word in unit)

    def split(self, unit: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
        return [(word,) for word in unit]

    def limit_s(self, unit: tuple[str, ...], *, is_first: bool) -> float:  # noqa: ARG002
        return self.limit


@dataclass(frozen=True)
class Unprepared(Acting):
    """A stage whose preparation fails: with an exception, or with the process."""

    word: str = "raise"

    def prepare(self) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
        act(self.word)
        return super().prepare()
