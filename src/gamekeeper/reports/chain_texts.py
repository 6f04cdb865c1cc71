"""What the page and the terminal say of chains."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.findings import LEVELS
from gamekeeper.reports import answer
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.chains import ChainAccount, ChainHit, Chains, ChainStep

#: Hits on the page and on the terminal, and events of a step on the page.
ON_PAGE: Final = 100
ON_TERMINAL: Final = 20
EVENTS: Final = 6
#: Names of chains, and hits that are sorted by how grave they are.
_NAMED: Final = 6
_SORTED: Final = 5_000


@dataclass(frozen=True, slots=True)
class ChainsPage:
    """The part of the page: the gravest hits, and what could not be told."""

    sentence: str
    hits: tuple[ChainHit, ...]
    more: int
    blind: tuple[ChainAccount, ...]
    events_shown: int = EVENTS


def page(found: Chains) -> ChainsPage | None:
    """Return what the page shows; nothing where nobody looked."""
    if not found.is_on:
        return None
    hits = gravest(found, ON_PAGE)
    blind = tuple(one for one in found.accounts if one.status in {"cannot_tell", "partial"})
    return ChainsPage(sentence(found), hits, len(found.hits) - len(hits), blind)


def sentence(found: Chains) -> str:
    """Say in a line how many chains were found, and how many could not be."""
    ids = [one.id for one in found.accounts if one.hits]
    named = f" ({', '.join(ids[:_NAMED])}{', …' if len(ids) > _NAMED else ''})" if ids else ""
    hits = answer.number(len(found.hits), "chain") if len(found.hits) else "None"
    dark = sum(one.status == "cannot_tell" for one in found.accounts)
    verb = "was" if len(found.hits) == 1 else "were"
    said = f"{hits} of {len(found.accounts)} kinds looked for {verb} found"
    blind = (
        f"; {answer.number(dark, 'kind')} could not have been seen in these logs" if dark else ""
    )
    return f"{said}{named}{blind}."


def gravest(found: Chains, number: int) -> tuple[ChainHit, ...]:
    """Return the hits of the highest levels, each level in order of time."""
    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    hits = list(islice(found.hits, _SORTED))
    return tuple(sorted(hits, key=lambda hit: ranks[hit.level])[:number])


def parts(found: Chains, whole: str = "") -> Iterator[Part]:
    """Yield the part of the terminal's summary, where anything was found."""
    if not len(found.hits):
        return
    hits = gravest(found, ON_TERMINAL)
    rows = tuple(_row(hit) for hit in hits)
    head = tuple(
        map(Cell, ("level", "first seen", "last seen (UTC)", "where", "account", "chain", "steps"))
    )
    left = len(found.hits) - len(hits)
    more = f"and {left:,} more{': ' + whole if whole else ''}" if left else ""
    yield Part("Chains of events", table=Table(head, rows, frozenset(), (0, 5, 3, 4)), more=more)


def _row(hit: ChainHit) -> tuple[Cell, ...]:
    return (
        Cell(hit.level, hit.level),
        Cell(_minute(hit.first_seen)),
        Cell(_minute(hit.last_seen)),
        Cell(", ".join(hit.hosts)),
        Cell(", ".join(hit.accounts)),
        Cell(f"{hit.chain}: {hit.name}", "strong"),
        Cell(" · ".join(step.name for step in seen(hit.steps)), "quiet"),
    )


def seen(steps: Sequence[ChainStep]) -> list[ChainStep]:
    """Return the steps that happened, in order of time."""
    return sorted((s for s in steps if s.count), key=lambda step: step.first_seen or 0)


def _minute(filetime: int | None) -> str:
    return (iso_time(filetime) or "unknown")[:16].replace("T", " ")
