"""What a match shows of a text that is too long to be shown: its beginning, and where its words stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Op, Predicate, predicates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.rules.ir import Node

#: What one event may hold is shown in full.
WHOLE: Final = 32_768
_HEAD: Final = 1_024
_AROUND: Final = 256
#: Places that are shown.
_PLACES: Final = 32
_LITERAL: Final = frozenset({Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH})


def words(condition: Node, field: str) -> Iterator[str]:
    """Yield the literals that a condition looks for in a field (folded) or, as keywords, anywhere."""
    for predicate in predicates(condition):
        if fold(predicate.name) in {field, ""}:
            yield from _literals(predicate)


def _literals(predicate: Predicate) -> Iterator[str]:
    if predicate.op in _LITERAL:
        yield predicate.value
    elif predicate.op is Op.GLOB:
        yield from (text for kind, text in predicate.parts if kind == "lit")


def excerpt(text: str, wanted: Iterable[str]) -> str:
    """Return the text where it is short, else its beginning and the surroundings of each wanted word.

    What is left out is said in place. Words are found without regard to case, each where it stands first.
    """
    if len(text) <= WHOLE:
        return text
    folded = fold(text)
    # A letter whose lower case is longer moves what stands behind it; nearly no text has one.
    places = {folded.find(fold(word)) for word in set(wanted) if word}
    spans = [(0, _HEAD)]
    for at in sorted(place for place in places if place >= 0)[:_PLACES]:
        start, stop = max(0, at - _AROUND), min(len(text), at + _AROUND)
        if start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    pieces: list[str] = []
    shown = 0
    for start, stop in [*spans, (len(text), len(text))]:
        if start > shown:
            pieces.append(f" [… {start - shown:,} characters …] ")
        pieces.append(text[start:stop])
        shown = stop
    return "".join(pieces)
