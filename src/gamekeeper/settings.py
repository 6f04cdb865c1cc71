"""Every option: where its value comes from and what it may be.

The table declares each option once, for the command line, the environment, the optional file
``gamekeeper.toml`` and the page ``docs/reference/options.md``. The command line wins over the
environment, the environment over the file, the file over the default. The file is never looked for
beside the logs: a folder of evidence must not be able to change how it is examined.
"""

from __future__ import annotations

import os
import sys
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper._table_settings import SETTINGS, Kind, Setting, Value
from gamekeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SETTINGS", "Kind", "Setting", "Value"]

#: Most severe first. ``model.findings`` says the same; a test compares them.
LEVEL_NAMES: Final = ("critical", "high", "medium", "low", "informational")
SELECTOR_KINDS: Final = ("rule", "host", "channel")
ENVIRONMENT_PREFIX: Final = "GAMEKEEPER_"
FILE_NAME: Final = "gamekeeper.toml"


def settings_of(command: str) -> tuple[Setting, ...]:
    """Return the settings that a command takes, in the order in which its help shows them."""
    return tuple(setting for setting in SETTINGS if command in setting.commands)


def near(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` where something known looks like ``word``, else nothing.

    >>> near("hgih", LEVEL_NAMES)
    "; did you mean 'high'?"
    """
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _read_flag(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"", "0", "false", "no", "off"}:
        return False
    raise UsageError(f"{text!r} is neither true nor false")


def _read_count(text: str) -> int:
    if not text.strip().isdecimal():
        raise UsageError(f"{text!r} is no whole number")
    return int(text)


def check_level(text: str) -> str:
    """Return the name of a level, or say what is wrong with it."""
    level = text.strip().lower()
    if level not in LEVEL_NAMES:
        raise UsageError(
            f"{text!r} is no level ({', '.join(LEVEL_NAMES)}){near(level, LEVEL_NAMES)}"
        )
    return level


def parse_time(text: str) -> datetime:
    """Return the moment that a person wrote, in UTC where no offset is given.

    >>> parse_time("2026-01-31T08:00+01:00").isoformat()
    '2026-01-31T07:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time; write 2026-01-31, 2026-01-31T08:00 or 2026-01-31T08:00:00+01:00"
        ) from None


def _read_time(text: str) -> str:
    parse_time(text)
    return text.strip()


def check_zone(text: str) -> str:
    """Return the name of a time zone that this system knows, or say which one was perhaps meant."""
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        if text != "UTC":  # systems without a zone table know it all the same
            hint = near(text, sorted(zoneinfo.available_timezones()))
            message = f"{text!r} is no time zone that this system knows{hint}"
            raise UsageError(message) from None
    return text


def check_selector(text: str) -> str:
    """Return a selector such as ``host:dc*``, or say what is wrong with it."""
    kind, colon, pattern = text.partition(":")
    if kind not in SELECTOR_KINDS or not colon or not pattern:
        kinds = ", ".join(f"{kind}:PATTERN" for kind in SELECTOR_KINDS)
        raise UsageError(f"{text!r} is none of {kinds}{near(kind, SELECTOR_KINDS)}")
    return text


_READERS: Final[dict[Kind, Callable[[str], bool | int | str]]] = {
    Kind.TEXT: str,
    Kind.SECRET: str,
    Kind.FLAG: _read_flag,
    Kind.COUNT: _read_count,
    Kind.LEVEL: check_level,
    Kind.TIME: _read_time,
    Kind.ZONE: check_zone,
    Kind.SELECTOR: check_selector,
}


def read_text(setting: Setting, text: str) -> bool | int | str:
    """Return the value that a person's text stands for, or say what is wrong with it."""
    return _READERS[setting.kind](text)


def _from_environment(setting: Setting, environment: Mapping[str, str]) -> Value:
    """Return the value of ``GAMEKEEPER_<NAME>``. Commas separate several, but for passwords."""
    name = ENVIRONMENT_PREFIX + setting.name.upper()
    text = environment.get(name)
    if text is None:
        return None
    try:
        if setting.kind is Kind.SECRET:
            return (text,)
        if setting.repeats:
            return tuple(str(read_text(setting, part)) for part in text.split(",") if part)
        return read_text(setting, text)
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


def _from_file(setting: Setting, value: object, path: Path) -> Value:
    """Return the value of one key of the file, held to the same rules as what is typed."""
    items = value if isinstance(value, list) and setting.repeats else [value]
    try:
        read = [read_text(setting, _written(item)) for item in items]
    except UsageError as error:
        raise UsageError(f"{path}: {setting.name}: {error}") from None
    return tuple(str(item) for item in read) if setting.repeats else read[0]


def _written(item: object) -> str:
    if isinstance(item, str | int):  # bool is an int
        return str(item)
    raise UsageError(f"{item!r} is neither text, a number, true nor false")


def config_file(chosen: str | None, environment: Mapping[str, str]) -> Path | None:
    """Return the file with settings, or None; one that was asked for must be there."""
    asked = chosen or environment.get(ENVIRONMENT_PREFIX + "CONFIG")
    if asked:
        if not Path(asked).is_file():
            raise UsageError(f"there is no file with settings at {asked}")
        return Path(asked)
    path = config_folder(environment) / FILE_NAME
    return path if path.is_file() else None


def config_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the person's own configuration folder, which need not exist."""
    if sys.platform == "win32":
        return Path(environment.get("APPDATA") or "~").expanduser() / "gamekeeper"
    return Path(environment.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "gamekeeper"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what can be computed again: ``GAMEKEEPER_CACHE`` or the platform's."""
    chosen = environment.get(ENVIRONMENT_PREFIX + "CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or "~").expanduser() / "gamekeeper" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/gamekeeper").expanduser()
    return Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "gamekeeper"


def load_file(path: Path) -> dict[str, Value]:
    """Return the settings in a file; an unknown key is an error: a typo must not pass unseen."""
    import tomllib  # noqa: PLC0415 - a tenth of the time that --help may take

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}") from None
    known = {setting.name: setting for setting in SETTINGS if setting.in_file}
    for key in table:
        if key not in known:
            raise UsageError(f"{path}: there is no setting {key!r}{near(key, known)}")
    return {key: _from_file(known[key], value, path) for key, value in table.items()}


def resolve(
    command: str, typed: Mapping[str, Value], environment: Mapping[str, str] = os.environ
) -> dict[str, Value]:
    """Return every setting of a command: what was typed, else environment, file, default."""
    path = config_file(str(typed.get("config") or ""), environment)
    filed = load_file(path) if path else {}
    values: dict[str, Value] = {}
    for setting in settings_of(command):
        value = typed.get(setting.name)
        if value is None and setting.in_file:
            value = _from_environment(setting, environment)
            value = filed.get(setting.name) if value is None else value
        values[setting.name] = setting.default if value is None else value
        if setting.repeats and values[setting.name] is None:
            values[setting.name] = ()
    return values
