"""The content of this room, typed: kinds of record, behaviours, settings, what Windows records by itself.

Everything here is ``content/visibility/*.yml``; the form of each file is said at its head.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gamekeeper import content
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from gamekeeper.content import Document

#: Every event id, every field.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One way to see something: a log, ids of which any will do, fields that must say something."""

    channel: str  # folded
    ids: tuple[int, ...] = ()  # empty: any
    fields: tuple[str, ...] = ()
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """A kind of record, which any of its lines shows."""

    name: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that the actor does. ``seen_by``: any of these, each a set of kinds of record, all needed."""

    id: str
    text: str
    techniques: tuple[str, ...]
    seen_by: tuple[tuple[str, ...], ...]
    outside: tuple[str, ...]
    roles: tuple[str, ...]
    is_ordinary: bool  # ordinary work does the same


@dataclass(frozen=True, slots=True)
class Opening:
    """What a setting opens: a log, and in it event ids and fields; ``all`` for all of them.

    ``is_there``: only where the log is there already.
    """

    channel: str
    ids: tuple[int, ...] | str = ()
    fields: tuple[str, ...] | str = ()
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One change that opens something, and how to make it."""

    id: str
    text: str
    effort: int  # 1 to 4
    commands: tuple[str, ...]
    policy: str
    opens: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Switched:
    """Event ids that need a setting; ``proof`` are those that show that it is on."""

    channel: str
    name: str
    ids: tuple[int, ...]
    proof: tuple[int, ...]
    variant: str
    setting: str
    is_daily: bool = False
    in_part_by_itself: bool = False
    is_one_for_all: bool = False  # what one host writes stands for all hosts


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of one log."""

    name: str  # as it is written
    collect: str  # the setting where it is missing
    by_itself: frozenset[int] | None  # None: all that ``switched`` does not name
    by_role: tuple[tuple[str, frozenset[int]], ...]
    switched: tuple[Switched, ...]
    fields: dict[tuple[int, str], str]  # event id and field -> setting
    is_state: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of log beside those of Windows hosts."""

    name: str
    text: str
    is_read: bool
    give: str


@dataclass(frozen=True, slots=True)
class ChainPlace:
    """Where a chain is looked for, which other logs it needs, and why ordinary work looks like it.

    ``instead``: a kind of record that does in place of the other logs.
    """

    id: str
    name: str
    roles: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    ordinary: str = ""
    instead: str = ""


def _load(name: str) -> Document:
    return content.load_yaml(f"visibility/{name}.yml")


@cache
def logs() -> dict[str, Log]:
    """Return the kinds of record by name."""
    return {
        name: Log(name, row["text"], tuple(_line(one) for one in row["any"]))
        for name, row in _load("logs").items()
    }


def _line(row: Document) -> Line:
    return Line(
        fold(row["channel"]),
        tuple(row.get("ids", ())),
        tuple(row.get("fields", ())),
        row.get("variant", ""),
    )


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Return all behaviours in their order."""
    return tuple(
        Behaviour(
            name,
            row["what"],
            tuple(row["attack"]),
            tuple((one,) if isinstance(one, str) else tuple(one) for one in row.get("seen_by", ())),
            tuple(row.get("outside", ())),
            tuple(row.get("roles", ())),
            row.get("ordinary", False),
        )
        for name, row in _load("behaviours").items()
    )


@cache
def ordinary() -> dict[str, str]:
    """Return the techniques that are means of ordinary work, and why."""
    found: dict[str, str] = _load("ordinary")
    return found


@cache
def settings() -> dict[str, Setting]:
    """Return the settings by name."""
    return {
        name: Setting(
            name,
            row["text"],
            row["effort"],
            tuple(row["do"]),
            row["policy"],
            tuple(_opening(one) for one in row.get("opens", ())),
        )
        for name, row in _load("settings").items()
    }


def _opening(row: Document) -> Opening:
    ids, fields = row.get("ids", ()), row.get("fields", ())
    return Opening(
        fold(row["channel"]),
        ids if ids == ALL else tuple(ids),
        fields if fields == ALL else tuple(fields),
        row.get("is_there", False),
    )


@cache
def channels() -> dict[str, Channel]:
    """Return what is known of logs, by folded name."""
    return {fold(name): _channel(name, row) for name, row in _load("recording").items()}


def _channel(name: str, row: Document) -> Channel:
    by_itself = row["by_itself"]
    return Channel(
        name,
        row["collect"],
        None if by_itself == ALL else frozenset(by_itself),
        tuple((role, frozenset(ids)) for role, ids in row.get("by_role", {}).items()),
        tuple(_switched(fold(name), one) for one in row.get("switched", ())),
        {
            (number, field): setting
            for number, fields in row.get("fields", {}).items()
            for field, setting in fields.items()
        },
        row.get("is_state", False),
    )


def _switched(channel: str, row: Document) -> Switched:
    return Switched(
        channel,
        row["name"],
        tuple(row["ids"]),
        tuple(row.get("proof", row["ids"])),
        row.get("variant", ""),
        row["setting"],
        row.get("daily", False),
        row.get("in_part_by_itself", False),
        row.get("one_for_all", False),
    )


@cache
def families() -> dict[str, Family]:
    """Return the other kinds of log by name."""
    return {
        name: Family(name, row["text"], row["read"], row["give"])
        for name, row in _load("families").items()
    }


@cache
def chain_places() -> dict[str, ChainPlace]:
    """Return where chains are looked for, by their ids."""
    return {
        name: ChainPlace(
            name,
            row["name"],
            tuple(row.get("roles", ())),
            tuple(row.get("outside", ())),
            row.get("ordinary", ""),
            row.get("instead", ""),
        )
        for name, row in _load("chains").items()
    }
