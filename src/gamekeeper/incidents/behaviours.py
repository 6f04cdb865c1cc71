"""Behaviours: what steps amount to in plain words, and what each asks for (``content/response.yml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gamekeeper.content import load_yaml
from gamekeeper.errors import ContentError
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.model.incidents import Step

Actions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What takes the place of the actions of a phase where one of these words stands in a step."""

    words: tuple[str, ...]
    actions: Actions


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One entry; ``actions`` are (phase, text). The words are folded."""

    name: str
    techniques: tuple[str, ...]
    phrase: str
    weight: float
    words: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    unless: re.Pattern[str] | None = None
    is_all: bool = False
    part_of: str = ""
    lost: tuple[str, ...] = ()
    actions: Actions = ()
    collect: tuple[str, ...] = ()
    undone: Undone | None = None

    @property
    def least_bits(self) -> float:
        """Return how much a step must weigh that shows it: the graver a claim, the more."""
        return min(3.0, self.weight / 2)

    def is_named(self, step: Step, text: str) -> bool:
        """Say whether the words of a step tell this behaviour, of those that its rules may mean."""
        return (
            _has(text, self.named)
            and any(
                covers(own, one)
                for own in (*self.techniques, *self.may)
                for one in (step.technique, *step.techniques)
            )
            and not self._is_other(text)
        )

    def fits(self, step: Step, text: str) -> bool:
        """Say whether what the heaviest rule of a step says is this behaviour; ``text`` is folded."""
        return (
            any(covers(own, step.technique) for own in self.techniques)
            and (not self.words or _has(text, self.words))
            and (not self.accounts or _has(fold(step.account), self.accounts))
            and not self._is_other(text)
        )

    def _is_other(self, text: str) -> bool:
        return self.unless is not None and self.unless.search(text) is not None


@dataclass(frozen=True, slots=True)
class AsSystem:
    """What a channel or a program with the system's rights asks for beside its behaviour."""

    behaviours: frozenset[str]
    bits: float
    lost: tuple[str, ...]
    evict: tuple[str, ...]
    collect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The whole table."""

    phases: dict[str, str]
    always: Actions
    behaviours: tuple[Behaviour, ...]
    as_system: AsSystem
    from_outside: str
    also_reached: str


def covers(wide: str, technique: str) -> bool:
    """Say whether a technique is another one or below it.

    >>> covers("T1003", "T1003.001"), covers("T1003.001", "T1003"), covers("", "")
    (True, False, True)
    """
    return technique == wide or (wide != "" and technique.startswith(wide + "."))


def shown_in(step: Step, book: Book) -> Behaviour | None:
    """Return the behaviour that a step shows, if it weighs enough for that claim.

    Words that tell which of several things was done come before what the heaviest rule says.
    """
    text = fold(step.text)
    found = next((one for one in book.behaviours if one.is_named(step, text)), None)
    if found is None:
        found = next((one for one in book.behaviours if one.fits(step, text)), None)
    return found if found is not None and heard(step) >= found.least_bits else None


def heard(step: Step) -> float:
    """Return how much a step says by itself, in bits.

    What others already say of a chain's or a break's events is taken off its weight, and takes nothing away
    from what it says.
    """
    if step.kind in (SignalKind.CHAIN, SignalKind.BREAK) and step.said:
        return max(step.bits, step.said[0].bits)
    return step.bits


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


@cache
def book() -> Book:
    """Return the table that comes with the package."""
    given: dict[str, Any] = load_yaml("response.yml")
    phases = {str(word): str(title) for word, title in given["phases"].items()}
    of_system = given["as_system"]
    return Book(
        phases,
        _actions(given["always"], phases),
        tuple(_behaviour(one, phases) for one in given["behaviours"]),
        AsSystem(
            frozenset(of_system["behaviours"]),
            float(of_system["bits"]),
            *(_lines(of_system[name]) for name in ("lost", "evict", "collect")),
        ),
        " ".join(given["from_outside"].split()),
        " ".join(given["also_reached"].split()),
    )


def _behaviour(one: dict[str, Any], phases: dict[str, str]) -> Behaviour:
    return Behaviour(
        name=one["name"],
        techniques=tuple(one["techniques"]),
        phrase=one["phrase"],
        weight=float(one["weight"]),
        **{name: _folded(one, name) for name in ("words", "accounts", "named")},
        may=tuple(one.get("may", ())),
        unless=re.compile(one["unless"]) if "unless" in one else None,
        part_of=str(one.get("part_of", "")),
        is_all=bool(one.get("is_all", False)),
        lost=_lines(one.get("lost", ())),
        actions=_actions(one.get("actions", {}), phases),
        collect=_lines(one.get("collect", ())),
        undone=_undone(one["undone"], phases) if "undone" in one else None,
    )


def _undone(given: dict[str, list[str]], phases: dict[str, str]) -> Undone:
    texts = {name: said for name, said in given.items() if name != "words"}
    return Undone(_folded(given, "words"), _actions(texts, phases))


def _folded(given: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(fold, given.get(name, ())))


def _lines(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in given)


def _actions(given: dict[str, list[str]], phases: dict[str, str]) -> Actions:
    unknown = sorted(set(given) - set(phases))
    if unknown:
        raise ContentError(f"response.yml has actions of unknown phases: {', '.join(unknown)}")
    return tuple((phase, text) for phase in phases for text in _lines(given.get(phase, ())))
