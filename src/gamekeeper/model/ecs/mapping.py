"""``content/mappings/ecs.yml`` as frozen types: which reading gives which ECS name in which event."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs.forms import FORMS
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Types of names that are whole numbers; every other name is text.
NUMBERS: Final = frozenset({"long"})
#: Columns of the envelope that a reading may name.
_ENVELOPE: Final = ("EventID", *SYSTEM_TEXT_NAMES)


@dataclass(frozen=True, slots=True)
class Says:
    """What a field says, in a form."""

    field: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The first of a repeated field, column and rest, that the forms can read."""

    field: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A word for each known value of a field; ``words`` has folded values."""

    field: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same words for every event."""

    words: str


@dataclass(frozen=True, slots=True)
class First:
    """The first reading that says something."""

    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Two readings with a backslash between them, or the first alone."""

    left: Reading
    right: Reading
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One of two readings by what a field says; ``values`` are folded, and none stand for anything."""

    field: str
    values: tuple[str, ...]
    then: Reading
    otherwise: Reading | None


Reading = Says | AnyOf | Known | Fixed | First | Joined | Given


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the view. ``ours`` marks names that ECS does not have."""

    name: str
    type: str
    means: str
    ours: bool

    @property
    def is_number(self) -> bool:
        """Whether values are whole numbers."""
        return self.type in NUMBERS


@dataclass(frozen=True, slots=True)
class Case:
    """A reading that holds for some event ids, of one provider (folded) where it is named."""

    ids: tuple[int, ...]
    provider: str
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Choice:
    """How a dataset's events read under one name: the cases first, in order, then ``default``."""

    cases: tuple[Case, ...]
    default: Reading | None

    def readings(self) -> Iterator[Reading]:
        """Yield every reading that may hold."""
        for reading in (*(case.reading for case in self.cases), self.default):
            if reading is not None:
                yield reading


@cache
def names() -> dict[str, Name]:
    """Return every name of the view, in the order of declaration."""
    rows = content.load_yaml("mappings/ecs.yml")["names"]
    return {
        name: Name(name, row["type"], row["means"], row.get("ours", False))
        for name, row in rows.items()
    }


@cache
def choices(dataset: str) -> dict[str, Choice]:
    """Return the names that a dataset's events have, and how to read them."""
    data = content.load_yaml("mappings/ecs.yml")
    row = data["datasets"].get(dataset, {"fields": {}, "events": []})
    parser = _Parser(dataset)
    shared = {**data["shared"], **row["fields"]}
    default = {name: parser.reading(reading) for name, reading in shared.items()}
    table: dict[str, dict[tuple[int, str], Reading | None]] = {}
    for entry in row["events"]:
        fields = dict(entry.get("fields", {}))
        for key in ("category", "action"):
            if key in entry:
                fields[f"event.{key}"] = {"text": entry[key]}
        for name, reading in fields.items():
            parsed = parser.reading(reading)
            for event_id in entry["ids"]:
                cell = (event_id, fold(entry.get("provider", "")))
                table.setdefault(name, {})[cell] = parsed
    found = {}
    for name in names():
        choice = Choice(_cases(table.get(name, {})), default.get(name))
        if any(choice.readings()):
            found[name] = choice
    return found


def _cases(cells: Mapping[tuple[int, str], Reading | None]) -> tuple[Case, ...]:
    """Gather the ids that share a reading; those of one provider stand before those of any."""
    grouped: dict[tuple[str, Reading | None], list[int]] = {}
    for (event_id, provider), reading in cells.items():
        grouped.setdefault((provider, reading), []).append(event_id)
    cases = [Case(tuple(sorted(ids)), provider, r) for (provider, r), ids in grouped.items()]
    return tuple(sorted(cases, key=lambda case: (not case.provider, case.ids)))


def fields_of(reading: Reading) -> Iterator[str]:
    """Yield the columns that a reading looks at; ``event.rest`` among them where it needs that."""
    match reading:
        case Says(field) | Known(field):
            yield field
        case AnyOf(field):
            yield from (field, "event.rest")
        case Fixed():
            pass
        case First(readings):
            for one in readings:
                yield from fields_of(one)
        case Joined(left, right):
            yield from (*fields_of(left), *fields_of(right))
        case Given(field, _, then, otherwise):
            yield field
            yield from fields_of(then)
            yield from fields_of(otherwise) if otherwise is not None else ()


def is_costly(dataset: str, name: str) -> bool:
    """Say whether a name is picked out of long texts: lines of PowerShell's context, repeated fields.

    A script block and a command line may be long, too, but are handed on as they are.
    """
    choice = choices(dataset).get(name)
    return choice is not None and any(map(_picks_lines, choice.readings()))


def _picks_lines(reading: Reading) -> bool:
    match reading:
        case AnyOf():
            return True
        case Says(_, forms):
            return any(form.startswith("line_") for form in forms)
        case First(readings):
            return any(map(_picks_lines, readings))
        case _:
            return False


def ecs_fields(dataset: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of a dataset that the given names are read from, each once."""
    found: dict[str, None] = {}
    for name in wanted:
        choice = choices(dataset).get(name)
        if choice is None:
            continue
        if choice.cases:
            found.update(dict.fromkeys(("EventID", "Provider_Name")))
        for reading in choice.readings():
            found.update(dict.fromkeys(fields_of(reading)))
    return tuple(found)


class _Parser:
    """Reads the readings of one dataset and checks the names in them."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        declared = datasets()[dataset].columns
        self._columns = {**declared, **{fold(name): name for name in _ENVELOPE}}

    def reading(self, row: Any) -> Reading | None:  # noqa: ANN401 - YAML may hold anything
        match row:
            case None:
                return None
            case str():
                return Says(self._field(row))
            case list():
                return First(tuple(self._some(one) for one in row))
            case {"from": field, "known": table}:
                words = tuple((fold(str(value)), str(word)) for value, word in table.items())
                return Known(self._field(field), words)
            case {"from": [*fields]}:
                forms = _forms(row)
                return First(tuple(Says(self._field(field), forms) for field in fields))
            case {"from": str(field)}:
                return Says(self._field(field), _forms(row))
            case {"any": str(field)}:
                return AnyOf(self._field(field), _forms(row))
            case _:
                return self._composed(row)

    def _composed(self, row: Any) -> Reading:  # noqa: ANN401 - YAML may hold anything
        match row:
            case {"text": str(words)}:
                return Fixed(words)
            case {"joined": [left, right]}:
                return Joined(self._some(left), self._some(right), _forms(row))
            case {"where": str(field), "is": values, "then": then}:
                folded = () if values == "said" else tuple(fold(str(v)) for v in values)
                other = self.reading(row.get("otherwise"))
                return Given(self._field(field), folded, self._some(then), other)
            case _:
                raise ContentError(f"mappings/ecs.yml: {self._dataset}: not a reading: {row!r}")

    def _some(self, row: Any) -> Reading:  # noqa: ANN401 - YAML may hold anything
        found = self.reading(row)
        if found is None:
            raise ContentError(f"mappings/ecs.yml: {self._dataset}: a reading is missing")
        return found

    def _field(self, name: str) -> str:
        try:
            return self._columns[fold(name)]
        except KeyError:
            raise ContentError(
                f"mappings/ecs.yml: {self._dataset} has no column {name}; "
                "declare it in datasets.yml"
            ) from None


def _forms(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("as", ())
    forms = (given,) if isinstance(given, str) else tuple(given)
    unknown = [form for form in forms if form not in FORMS]
    if unknown:
        raise ContentError(f"mappings/ecs.yml: there is no form {unknown[0]!r}")
    return forms
