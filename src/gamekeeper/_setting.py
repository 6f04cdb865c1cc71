"""What an option is: its names, its kind, and the commands that take it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: What a setting may hold once it is read.
Value = None | bool | int | str | tuple[str, ...]


class Kind(StrEnum):
    """What the text of a setting means; each kind has one reader in ``settings.read_text``."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a word for the help, no password
    FLAG = "switch"
    COUNT = "whole number"
    LEVEL = "level"
    TIME = "time"
    ZONE = "time zone"
    SELECTOR = "selector"


@dataclass(frozen=True, slots=True)
class Setting:
    """One option. ``name`` is its key in the file; ``flag`` what is typed, "" for a positional."""

    name: str
    kind: Kind
    help: str
    commands: tuple[str, ...]
    flag: str
    metavar: str = ""
    default: Value = None
    repeats: bool = False
    required: bool = False
    short: str = ""
    in_file: bool = True  # may also come from the file and the environment
