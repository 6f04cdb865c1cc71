"""The same world under other names: all hosts and accounts, wherever they stand, and nothing else.

What finds an intruder in the one must find it in the other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random

    from gamekeeper.simulate.journal import Step
    from gamekeeper.simulate.places import World
    from gamekeeper.simulate.placing import Placed

_LETTERS: Final = "bcdfghklmnprstvwz"
_VOWELS: Final = "aeiou"
_DIGITS: Final = re.compile(r"\d+")


class Renamer:
    """Other names for all hosts and accounts of a world, drawn by its seed."""

    def __init__(self, world: World) -> None:
        rng = world.rng("other names")
        names = _host_names(rng, [host.name for host in world.hosts])
        for account in world.accounts:
            if account.kind != "machine":
                names[account.name] = f"{_word(rng, 3)}{len(names)}"
        self._names = {name.lower(): other for name, other in names.items()}
        known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{known})(?![A-Za-z0-9])", re.IGNORECASE)

    def text(self, text: str) -> str:
        """Return a text with all names changed, in the case in which they stand."""
        return self._pattern.sub(self._other, text)

    def _other(self, match: re.Match[str]) -> str:
        given = match[0]
        other = self._names[given.lower()]
        if given.isupper():
            return other.upper()
        return other.lower() if given.islower() else other

    def value(self, value: Any) -> Any:  # noqa: ANN401 - whatever an event's field holds
        """Return a field's value with all names changed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(map(self.value, value))
        return value


def _host_names(rng: Random, hosts: list[str]) -> dict[str, str]:
    """Return another name for each host. Names that differed by a number alone do so again."""
    series = dict.fromkeys(_DIGITS.sub("", name) for name in hosts)
    words: list[str] = []
    while len(words) < len(series):
        word = _word(rng, 3).upper()
        if word not in words:
            words.append(word)
    word_of = dict(zip(series, words, strict=True))
    return {name: word_of[_DIGITS.sub("", name)] + "".join(_DIGITS.findall(name)) for name in hosts}


def _word(rng: Random, syllables: int) -> str:
    return "".join(rng.choice(_LETTERS) + rng.choice(_VOWELS) for _ in range(syllables))


def rename(placed: list[Placed], renamer: Renamer) -> None:
    """Change names in everything that was logged, and in the truth about it."""
    steps: dict[int, Step] = {}
    for item in placed:
        entry = item.entry
        item.host, item.fqdn = renamer.text(item.host), renamer.text(item.fqdn)
        entry.values = renamer.value(entry.values)
        if entry.step is not None:
            step = entry.step
            if step.number not in steps:
                told = replace(
                    step, account=renamer.text(step.account), text=renamer.text(step.text)
                )
                steps[step.number] = told
            entry.step = steps[step.number]
