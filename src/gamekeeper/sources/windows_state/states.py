"""Registry keys and values as events of the dataset ``windows.registry_state``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import Event
from gamekeeper.sources.windows_state.clock import is_time
from gamekeeper.sources.windows_state.values import HIDDEN

if TYPE_CHECKING:
    from gamekeeper.sources.windows_state.keys import Place
    from gamekeeper.sources.windows_state.values import Value

#: No log of Windows is called so: what is found is how things are, not that something happened.
CHANNEL: Final = "Gamekeeper-State/Registry"
#: Said rather than left empty: such a key lacks nothing that a rule could ask for.
NO_VALUES: Final = "(no values)"


@dataclass(frozen=True, slots=True)
class Whose:
    """What holds for all events of a file."""

    source: int
    computer: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key that is there: its path as people know it, and when it or one of its values was last written."""

    path: str
    place: Place
    filetime: int | None = None

    @property
    def time(self) -> int | None:
        """The time in 100 ns since 1601; zero and what no clock shows are none."""
        return self.filetime if is_time(self.filetime) else None


def event_of(whose: Whose, key: KeyState, value: Value | None, offset: int, number: int) -> Event:
    """Return the event of a value, or of a key that has none. ``number`` counts the file's records."""
    data = [("Key", key.path)]
    if value is None:
        data = [("TargetObject", key.path), ("Details", NO_VALUES), *data]
    else:
        name = value.name or "(Default)"
        data.insert(0, ("TargetObject", f"{key.path}\\{name}"))
        data += [("ValueName", name), ("ValueType", value.kind_name)]
        data += _details(key, value)
    if whose.user:
        data.append(("User", whose.user))
    system = {"Channel": CHANNEL}
    if whose.computer:
        system["Computer"] = whose.computer
    return Event(
        whose.source, offset, record_id=number, filetime=key.time, system=system, data=data
    )


def _details(key: KeyState, value: Value) -> list[tuple[str, str]]:
    if value.size_bytes and not value.is_number and key.place.hides(value.name):
        return [("Details", HIDDEN)]
    found = [("Details", text) for text in value.texts()]
    if value.left_out_bytes:
        found.append(("DetailsLeftOut", f"{value.left_out_bytes} bytes"))
    return found
