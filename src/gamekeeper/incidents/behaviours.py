"""Behaviours: what steps amount to in plain words, and what each asks for (``content/response.yml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gamekeeper.content import load_yaml
from gamekeeper.errors import ContentError
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.model.incidents import Step


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One entry; ``actions`` are (phase, text)."""

    name: str
    techniques: tuple[str, ...]
    phrase: str
    weight: float
    words: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    collect: tuple[str, ...] = ()

    def fits(self, techniques: Iterable[str], text: str) -> bool:
        """Say whether a step with these techniques and this folded text shows the behaviour."""
        if not any(covers(own, one) for own in self.techniques for one in techniques):
            return False
        return not self.words or any(word in text for word in self.words)


@dataclass(frozen=True, slots=True)
class Book:
    """The whole table."""

    phases: dict[str, str]
    always: tuple[tuple[str, str], ...]
    behaviours: tuple[Behaviour, ...]

    def behaviour(self, techniques: Iterable[str], text: str) -> Behaviour | None:
        """Return the first behaviour that a step shows, in the order of the table."""
        known, folded = tuple(techniques), fold(text)
        return next((one for one in self.behaviours if one.fits(known, folded)), None)


def covers(wide: str, technique: str) -> bool:
    """Say whether a technique is another one or below it.

    >>> covers("T1003", "T1003.001"), covers("T1003.001", "T1003"), covers("", "")
    (True, False, True)
    """
    return technique == wide or (wide != "" and technique.startswith(wide + "."))


def shown_in(step: Step, book: Book) -> Behaviour | None:
    """Return the behaviour that a step shows, by its main technique before its others."""
    words = f"{step.text} {step.account}"
    for techniques in ([step.technique], step.techniques):
        found = book.behaviour([one for one in techniques if one], words)
        if found is not None:
            return found
    return None


@cache
def book() -> Book:
    """Return the table that comes with the package."""
    given: dict[str, Any] = load_yaml("response.yml")
    phases = {str(word): str(title) for word, title in given["phases"].items()}
    behaviours = tuple(
        Behaviour(
            name=one["name"],
            techniques=tuple(one["techniques"]),
            phrase=one["phrase"],
            weight=float(one["weight"]),
            words=tuple(map(fold, one.get("words", ()))),
            lost=tuple(one.get("lost", ())),
            actions=_actions(one.get("actions", {}), phases),
            collect=tuple(one.get("collect", ())),
        )
        for one in given["behaviours"]
    )
    return Book(phases, _actions(given["always"], phases), behaviours)


def _actions(given: dict[str, list[str]], phases: dict[str, str]) -> tuple[tuple[str, str], ...]:
    unknown = sorted(set(given) - set(phases))
    if unknown:
        raise ContentError(f"response.yml has actions of unknown phases: {', '.join(unknown)}")
    return tuple(
        (phase, " ".join(text.split())) for phase in phases for text in given.get(phase, ())
    )
