"""The events and programs that simulated hosts know, from ``content/simulate``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.simulate.layouts import Envelope, Layout, classic_data, event_data, user_data
from gamekeeper.simulate.values import BLANK, KINDS, TEXT, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, eq=False, slots=True)
class EventKind:
    """One kind of event: its envelope, its fields in schema order and what they hold by default."""

    key: str
    envelope: Envelope
    layout: Layout
    names: tuple[str, ...]
    blanks: tuple[Any, ...]
    by: str  # the process that writes it
    user: str  # Security/@UserID: a SID, "self" or nothing
    title: str
    category: str

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the field values in order; a field that nobody gave holds its default."""
        if not given.keys() <= set(self.names):
            unknown = ", ".join(sorted(given.keys() - set(self.names)))
            message = f"event {self.key} has no field {unknown}"
            raise ContentError(message)
        return tuple(map(given.get, self.names, self.blanks))


def _field(spec: str) -> tuple[str, Kind]:
    name, _, kind = spec.partition(":")
    return name, KINDS[kind] if kind else TEXT


def _layout(row: dict[str, Any], fields: list[tuple[str, Kind]]) -> Layout:
    if row.get("classic"):
        return classic_data()
    if "user_data" in row:
        return user_data(row["user_data"]["element"], fields, xmlns=row["user_data"]["xmlns"])
    return event_data(fields, name=row.get("data_name", ""), binary=row.get("binary", False))


def _envelope(row: dict[str, Any]) -> Envelope:
    is_classic = row.get("classic", False)
    return Envelope(
        provider=row["name"],
        channel=row["channel"],
        event_id=row["id"],
        provider_guid=UUID(row["guid"]) if "guid" in row else None,
        event_source_name=row.get("event_source_name"),
        qualifiers=row.get("qualifiers"),
        version=None if is_classic else row.get("version", 0),
        level=row.get("level", 4),
        task=row.get("task", 0),
        opcode=None if is_classic else row.get("opcode", 0),
        keywords=row.get("keywords", 0x8000_0000_0000_0000),
    )


def _event_kind(key: str, row: dict[str, Any]) -> EventKind:
    fields = [_field(spec) for spec in row.get("fields", ())]
    given = row.get("blank", {})
    names = tuple(name or f"#{n}" for n, (name, _) in enumerate(fields, start=1))
    blanks = tuple(
        given.get(name, BLANK[kind]) for name, (_, kind) in zip(names, fields, strict=True)
    )
    if row.get("classic"):
        names, blanks = ("strings", "binary"), ((), None)
    elif row.get("binary"):
        names, blanks = (*names, "binary"), (*blanks, None)
    return EventKind(
        key=key,
        envelope=_envelope(row),
        layout=_layout(row, fields),
        names=names,
        blanks=blanks,
        by=row.get("by", "none"),
        user=row.get("user", ""),
        title=row["title"],
        category=row.get("category", ""),
    )


@cache
def event_kinds() -> dict[str, EventKind]:
    """Return every kind of event by its key."""
    document = content.load_yaml("simulate/events.yml")
    providers = document["providers"]
    return {
        key: _event_kind(key, {**providers[row["provider"]], **row})
        for key, row in document["events"].items()
    }


@dataclass(frozen=True, slots=True)
class Program:
    """One executable file and what its version resource says."""

    name: str
    path: str
    description: str
    original: str
    version: str  # empty: the system's own
    product: str
    company: str
    is_console: bool
    child: str

    @property
    def file_name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("\\")[2]


_WINDOWS_PRODUCT = "Microsoft® Windows® Operating System"


def _program(name: str, row: dict[str, Any] | list[str]) -> Program:
    if isinstance(row, list):
        row = dict(zip(("path", "description", "original"), row, strict=True))
    return Program(
        name=name,
        path=row["path"],
        description=row["description"],
        original=row["original"],
        version=row.get("version", ""),
        product=row.get("product", _WINDOWS_PRODUCT),
        company=row.get("company", "Microsoft Corporation"),
        is_console=row.get("console", False),
        child=row.get("child", ""),
    )


@cache
def programs() -> dict[str, Program]:
    """Return every program by its short name."""
    document = content.load_yaml("simulate/programs.yml")
    rows = {**document["windows"], **document["other"]}
    return {name: _program(name, row) for name, row in rows.items()}
