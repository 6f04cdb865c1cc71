"""The ledger of claims: which names mean whom, who attributes what, who disputes it, each with sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: How strong a holder's own words are, the strongest first.
STRENGTHS: Final = ("stated", "high", "moderate", "likely", "assessed", "overlap", "press")
RELATIONS: Final = ("same", "associated", "overlap")
_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that claims lean on; ``read`` is the page that was read for it, where that is another."""

    id: str
    title: str
    by: str
    date: str
    url: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that somebody gives to a group; only ``same`` says that it is the same actor."""

    group: str
    name: str
    by: str
    relation: str
    note: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says about a group, in our words. ``strength`` is "" for what is no attribution."""

    group: str
    by: str
    date: str
    says: str
    strength: str
    sources: tuple[Source, ...]
    name: str = ""  # of a cluster that is kept apart from the group


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is said about one group, or about all of them, in order of time."""

    names: tuple[Name, ...] = ()
    apart: tuple[Claim, ...] = ()
    claims: tuple[Claim, ...] = ()
    disputes: tuple[Claim, ...] = ()
    answers: tuple[Claim, ...] = ()
    open: tuple[Claim, ...] = ()

    def of(self, group: str) -> Ledger:
        """Return what is said about one group."""
        return Ledger(
            tuple(one for one in self.names if one.group == group),
            *(
                tuple(one for one in getattr(self, part) if one.group == group)
                for part in ("apart", "claims", "disputes", "answers", "open")
            ),
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.claims)


@cache
def ledger() -> Ledger:
    """Return the ledger that comes with the program."""
    return read_ledger(content.load_yaml("intel/claims.yml"))


def read_ledger(document: dict[str, Any]) -> Ledger:
    """Return a ledger; raise ContentError where a claim has no source, date or known strength."""
    sources = {key: _source(key, row) for key, row in document["sources"].items()}

    def cited(row: dict[str, Any]) -> tuple[Source, ...]:
        unknown = [key for key in row["sources"] if key not in sources]
        if unknown or not row["sources"]:
            raise ContentError(f"claims.yml: {row} cites {unknown or 'nothing'}")
        return tuple(sources[key] for key in row["sources"])

    return Ledger(
        names=tuple(_name(row, cited) for row in document["names"]),
        apart=tuple(_claim(row, cited, dated=False) for row in document["apart"]),
        claims=_in_order(_claim(row, cited, strong=True) for row in document["claims"]),
        disputes=_in_order(_claim(row, cited) for row in document["disputes"]),
        answers=_in_order(_claim(row, cited) for row in document["answers"]),
        open=tuple(Claim(row["group"], "", "", row["says"], "", ()) for row in document["open"]),
    )


def _source(key: str, row: dict[str, Any]) -> Source:
    pages = {name: row.get(name, "") for name in ("url", "read")}
    if any(page and not page.startswith("https://") for page in pages.values()):
        raise ContentError(f"claims.yml: {key} stands nowhere: {pages}")
    return Source(key, row["title"], row["by"], _date(row["date"], key), **pages)


def _in_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda one: (one.date, one.by, one.says)))


def _name(row: dict[str, Any], cited: Callable[[dict[str, Any]], tuple[Source, ...]]) -> Name:
    if row["relation"] not in RELATIONS:
        raise ContentError(f"claims.yml: {row['relation']!r} is no relation of names")
    return Name(
        row["group"], row["name"], row["by"], row["relation"], row.get("note", ""), cited(row)
    )


def _claim(
    row: dict[str, Any],
    cited: Callable[[dict[str, Any]], tuple[Source, ...]],
    *,
    strong: bool = False,
    dated: bool = True,
) -> Claim:
    strength = row.get("strength", "")
    if strong and strength not in STRENGTHS:
        raise ContentError(f"claims.yml: {strength!r} is no strength of a claim")
    date = _date(row["date"], row["by"]) if dated else ""
    return Claim(
        row["group"], row["by"], date, row["says"], strength, cited(row), row.get("name", "")
    )


def _date(value: object, where: str) -> str:
    """Return a date as text: YAML gives whole days as dates, years as numbers, months as text."""
    text = str(value)
    if not _DATE.fullmatch(text):
        raise ContentError(f"claims.yml: {text!r} of {where} is no date")
    return text
