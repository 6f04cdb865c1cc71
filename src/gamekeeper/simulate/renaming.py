"""The same world under other names: all hosts and accounts, wherever they stand, and nothing else.

What finds an intruder in the one must find it in the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from gamekeeper.simulate.journal import Step
    from gamekeeper.simulate.places import World
    from gamekeeper.simulate.placing import Placed

_LETTERS: Final = "bcdfghklmnprstvwz"
_VOWELS: Final = "aeiou"
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Renamer:
    """Other names for all hosts and accounts of a world, drawn by its seed."""

    def __init__(self, world: World) -> None:
        rng = world.rng("other names")
        taken: set[str] = set()
        names = _named(rng, [host.name for host in world.hosts], _HOSTS, taken)
        people = [account.name for account in world.accounts if account.kind != "machine"]
        names |= _named(rng, people, _ACCOUNTS, taken)
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
        if isinstance(value, tuple | list):
            return type(value)(map(self.value, value))
        return value


def _word(rng: Random, syllables: int) -> str:
    return "".join(rng.choice(_LETTERS) + rng.choice(_VOWELS) for _ in range(syllables))


def _code(rng: Random, length: int) -> str:
    return "".join(rng.choice(_SIGNS) for _ in range(length))


#: How organisations name their hosts and accounts. No two names of a world differ by a number alone, but
#: by chance: what finds an intruder must not rest on series.
_HOSTS: Final[tuple[Callable[[Random], str], ...]] = (
    lambda rng: _word(rng, 3).upper(),
    lambda rng: f"DESKTOP-{_code(rng, 7)}",
    lambda rng: f"{_word(rng, 2)}{rng.randrange(1, 1000)}".upper(),
    lambda rng: f"{_word(rng, 1)}{rng.randrange(10, 100)}-{_word(rng, 2)}".upper(),
)
_ACCOUNTS: Final[tuple[Callable[[Random], str], ...]] = (
    lambda rng: _word(rng, 4),
    lambda rng: f"{_word(rng, 2)}.{_word(rng, 3)}",
    lambda rng: f"{_word(rng, 2)}{rng.randrange(1, 1000)}",
    lambda rng: f"u{rng.randrange(10_000, 100_000)}",
    lambda rng: f"{rng.randrange(100_000, 1_000_000)}",
    lambda rng: f"{_word(rng, 1)}-{_word(rng, 2)}_{rng.randrange(10)}",
)


def _named(
    rng: Random, names: Sequence[str], styles: Sequence[Callable[[Random], str]], taken: set[str]
) -> dict[str, str]:
    """Return another name for each, the styles in turn; ``taken`` grows by them."""
    found: dict[str, str] = {}
    for number, name in enumerate(names):
        style = styles[number % len(styles)]
        other = style(rng)
        while other.lower() in taken:
            other = style(rng)
        taken.add(other.lower())
        found[name] = other
    return found


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
