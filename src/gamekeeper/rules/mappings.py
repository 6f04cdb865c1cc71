"""The log source table and field maps of ``content/mappings``, as frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Event value -> what rules call it.
Known = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """A field under other names; ``form`` says how the event writes numbers."""

    names: tuple[str, ...]
    known: Known = ()
    form: str = ""  # "", "hex" or "sysmon_number"


@dataclass(frozen=True, slots=True)
class Joined:
    """A field whose value stands in two fields of the event, with a backslash between them."""

    left: str
    right: str
    sid: str = ""
    sids: Known = ()
    prefixes: Known = ()
    inner: Known = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of two readings, by whether the event says something in the field ``given``."""

    given: str
    then: FieldMap
    otherwise: FieldMap


@dataclass(frozen=True, slots=True)
class Listed:
    """A field that is one entry of a text with many: ``MD5=...`` among ``SHA1=...,MD5=...``."""

    name: str
    key: str


FieldMap = Renamed | Joined | Chosen | Listed


@dataclass(frozen=True, slots=True)
class Selection:
    """Events that a log source means; ``where`` holds of each of them."""

    channels: tuple[str, ...]
    event_ids: tuple[int, ...] = ()
    fields: tuple[tuple[str, FieldMap], ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ProductMap:
    """The log sources of one product."""

    product: str
    services: dict[str, Selection]
    categories: dict[str, tuple[Selection, ...]]
    without_log: dict[str, str]
    fields: tuple[tuple[str, FieldMap], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Names of logs that rules ask for and that no source reads, by product, category and service."""

    products: dict[str, str]
    categories: dict[str, str]
    services: dict[str, str]


@cache
def windows() -> ProductMap:
    """Return Sigma's log sources on Windows."""
    data = content.load_yaml("mappings/windows.yml")
    shared = _fields(data["fields"])
    extra = {name: _fields(rows) for name, rows in data["service_fields"].items()}
    services = {
        name: Selection(tuple(channels), fields=_overlaid(shared, extra.get(name, ())))
        for name, channels in data["services"].items()
    }
    categories = {
        name: tuple(_selection(row, services) for row in rows)
        for name, rows in data["categories"].items()
    }
    return ProductMap(data["product"], services, categories, data["without_log"], shared)


@cache
def alerts() -> tuple[str, Selection]:
    """Return the product of alerts of other tools, and the events that it means."""
    data = content.load_yaml("mappings/alerts.yml")
    return data["product"], Selection(tuple(data["channels"]))


@cache
def unread() -> Unread:
    """Return the logs that this version does not read, in words for people."""
    data = content.load_yaml("mappings/generic.yml")
    return Unread(data["products"], data["categories"], data["services"])


def _selection(row: Mapping[str, Any], services: Mapping[str, Selection]) -> Selection:
    service = services[row["service"]]
    where = tuple((name, tuple(values)) for name, values in row.get("where", {}).items())
    fields = _overlaid(service.fields, _fields(row.get("fields", {})))
    return Selection(service.channels, tuple(row["event_ids"]), fields, where)


def _overlaid(
    below: tuple[tuple[str, FieldMap], ...], above: tuple[tuple[str, FieldMap], ...]
) -> tuple[tuple[str, FieldMap], ...]:
    replaced = {fold(name) for name, _ in above}
    return tuple([item for item in below if fold(item[0]) not in replaced]) + above


def _fields(rows: Mapping[str, Any]) -> tuple[tuple[str, FieldMap], ...]:
    return tuple((name, _field_map(row)) for name, row in rows.items())


def _field_map(row: str | list[str] | dict[str, Any]) -> FieldMap:
    if isinstance(row, str):
        return Renamed((row,))
    if isinstance(row, list):
        return Renamed(tuple(row))
    if "given" in row:
        return Chosen(row["given"], _field_map(row["then"]), _field_map(row["otherwise"]))
    if "listed" in row:
        return Listed(row["listed"], row["key"])
    if "joined" in row:
        left, right = row["joined"]
        tables = (_known(row.get(key, {})) for key in ("sids", "prefixes", "inner"))
        return Joined(left, right, row.get("sid", ""), *tables)
    if "name" in row and row.get("form", "") in {"", "hex", "sysmon_number"}:
        return Renamed((row["name"],), _known(row.get("known", {})), row.get("form", ""))
    raise ContentError(f"mappings: not a field map: {row!r}")


def _known(rows: Mapping[str, list[str]]) -> Known:
    return tuple((value, tuple(shown)) for value, shown in rows.items())
