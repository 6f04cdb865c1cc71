"""The ground of all questions: atoms, and what they are on each host on each day.

An atom is one of: a log covers the day; events of some numbers are recorded; a field is filled; the host has
a role; a log reaches so many days back; or the constant *partly*. Cells in which all atoms agree are one
*pattern*: questions are asked of patterns, which are few, and the answers spread over cells, which are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.visibility.recorded import Recorded
from gamekeeper.visibility.tables import ALL, Switched, channels, settings
from gamekeeper.visibility.terms import Atom, Sights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gamekeeper.visibility.tables import Opening
    from gamekeeper.visibility.terms import Values

COVER: Final = "cover"
RECORD: Final = "record"
FIELD: Final = "field"
ROLE: Final = "role"
MEMORY: Final = "memory"
PARTLY: Final = "partly"
#: Of which hosts a log has to reach back.
OF_HOST: Final = "of this host"
OF_ANY: Final = "of any host"


@dataclass(frozen=True, slots=True)
class Key:
    """What an atom says. ``ids``: event ids of which one is meant, or days that a log must reach back.

    ``word``: a field, a variant, a role, or of which hosts the log has to reach back.
    """

    kind: str
    channel: str = ""
    ids: tuple[int, ...] = ()
    word: str = ""


class Atoms:
    """The atoms that questions have asked for, in order."""

    def __init__(self) -> None:
        self.keys: dict[Key, int] = {}

    def of(self, key: Key) -> Atom:
        """Return an atom; the same one for the same key."""
        return Atom(self.keys.setdefault(key, len(self.keys)))


@cache
def switch_of(channel: str, number: int, variant: str = "") -> Switched | None:
    """Return what switches an event id on; None where Windows writes it by itself."""
    known = channels().get(channel)
    if known is None:
        return None
    found = [one for one in known.switched if number in one.ids]
    if found:
        fits = not variant or found[0].variant == variant
        return found[0] if fits else _own(channel, number, variant, found[0].setting)
    is_by_itself = known.by_itself is None or number in known.by_itself
    if is_by_itself and not variant:
        return None
    return _own(channel, number, variant, known.collect)


def _own(channel: str, number: int, variant: str, setting: str) -> Switched:
    name = f"{channels()[channel].name} {number}" + (f" ({variant})" if variant else "")
    return Switched(channel, name, (number,), (number,), variant, setting)


class Ground:
    """Values of atoms by pattern."""

    def __init__(
        self, atoms: Atoms, recorded: Recorded, roles: Mapping[str, NDArray[np.bool_]]
    ) -> None:
        self.keys = list(atoms.keys)
        #: The row of the constant, which explains nothing; -1 where nobody asked for it.
        self.constant = atoms.keys.get(Key(PARTLY), -1)
        #: Not all that was recorded: answers keep their ground, and need no counts of events any more.
        self._lowered = recorded.lowered
        self.shape = recorded.shape
        cells = self.shape[0] * self.shape[1]
        matrix = np.zeros((len(self.keys), cells), np.int8)
        for row, key in enumerate(self.keys):
            matrix[row] = _values(key, recorded, roles).reshape(-1)
        patterns, inverse = np.unique(matrix, axis=1, return_inverse=True)
        self.values: Values = np.ascontiguousarray(patterns)
        self.pattern = inverse.reshape(self.shape)
        self.sights = Sights(self.values)

    @property
    def patterns(self) -> int:
        """How many patterns there are."""
        return int(self.values.shape[1])

    def is_broken(self, setting: str) -> NDArray[np.bool_]:
        """Return the cells in which a log that a setting would open lacks records by a break."""
        logs = {one.channel for one in settings()[setting].opens if _is_opened_whole(one)}
        lowered = [self._lowered[channel] < 2 for channel in sorted(logs & self._lowered.keys())]
        found: NDArray[np.bool_] = np.any([np.zeros(self.shape, bool), *lowered], axis=0)
        return found

    def opened(self, setting: str) -> Values:
        """Return the values as they would be with a setting in force everywhere."""
        values = self.values.copy()
        for opening in settings()[setting].opens:
            self._open(opening, values)
        return values

    def _open(self, opening: Opening, values: Values) -> None:
        cover = next(
            (row for row, key in enumerate(self.keys) if key == Key(COVER, opening.channel)), None
        )
        where: NDArray[np.bool_] = np.ones(self.patterns, bool)
        if opening.is_there and cover is not None:
            where = self.values[cover] > 0
        for row, key in enumerate(self.keys):
            if key.channel == opening.channel and _is_opened(key, opening):
                values[row, where] = 2


def _is_opened(key: Key, opening: Opening) -> bool:
    if key.kind == COVER:
        return _is_opened_whole(opening)
    if key.kind == RECORD:
        return opening.ids == ALL or bool(set(key.ids) & set(opening.ids))
    return key.kind == FIELD and (opening.fields == ALL or key.word in opening.fields)


def _is_opened_whole(opening: Opening) -> bool:
    """Say whether a setting opens the log itself: where it collects it or installs its writer."""
    return not (opening.is_there or (opening.ids and opening.ids != ALL) or _is_field(opening))


def _is_field(opening: Opening) -> bool:
    return bool(opening.fields) and opening.fields != ALL


def _values(
    key: Key, recorded: Recorded, roles: Mapping[str, NDArray[np.bool_]]
) -> NDArray[np.int8]:
    if key.kind == COVER:
        return recorded.cover(key.channel)
    if key.kind == RECORD:
        switch = switch_of(key.channel, key.ids[0], key.word)
        assert switch is not None  # terms ask for switched ids only
        return recorded.switched(switch)
    if key.kind == FIELD:
        return recorded.filled(key.channel, key.ids[0], key.word)
    if key.kind == MEMORY:
        return recorded.reaches_back(key.channel, key.ids[0], is_own=key.word == OF_HOST)
    if key.kind == PARTLY:
        return np.ones(recorded.shape, np.int8)
    mask = roles.get(key.word, np.zeros(recorded.shape[0], bool))
    return np.broadcast_to(np.where(mask, np.int8(2), np.int8(0))[:, None], recorded.shape)


def settings_of(keys: Iterable[Key]) -> list[str]:
    """Return the settings that would open what is lacking."""
    return list(dict.fromkeys(name for key in keys if (name := setting_of(key))))


def setting_of(key: Key) -> str:
    """Return the setting for one atom, or nothing for a role or a log that nobody declares."""
    known = channels().get(key.channel)
    if known is None:
        return ""
    if key.kind == COVER:
        return known.collect
    if key.kind in (MEMORY, PARTLY):
        return ""
    if key.kind == RECORD:
        switch = switch_of(key.channel, key.ids[0], key.word)
        return switch.setting if switch else ""
    return known.fields.get((key.ids[0], key.word), "")


def words_of(key: Key, name: str) -> str:
    """Return what it means that an atom is not so; ``name`` is the log as it is written."""
    if key.kind == COVER:
        return f"no {name} log of that time"
    if key.kind == RECORD:
        switch = switch_of(key.channel, key.ids[0], key.word)
        return f"no sign that {name} records {switch.name if switch else key.ids[0]}"
    if key.kind == FIELD:
        return f"{key.word} is not filled in event {key.ids[0]} of {name}"
    if key.kind == MEMORY:
        return (
            f"by then the logs {key.word} go back less than {key.ids[0]} days: nothing is new yet"
        )
    return f"not a {key.word}"
