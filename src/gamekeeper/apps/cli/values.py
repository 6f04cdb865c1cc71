"""Settings as commands take them: read by name, each in its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.settings import Value


class Values:
    """The settings of one command line. A wrong type here is a mistake in the table of settings."""

    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """Return a text, or None where it was not given."""
        value = self._values[name]
        assert value is None or isinstance(value, str)
        return value

    def word(self, name: str) -> str:
        """Return a text that has a default."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts that were given, which may be none."""
        value = self._values[name]
        assert isinstance(value, tuple)
        return value

    def count(self, name: str) -> int:
        """Return a whole number."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def is_on(self, name: str) -> bool:
        """Say whether a switch is on."""
        return bool(self._values[name])
