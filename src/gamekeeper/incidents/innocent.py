"""What innocent work an incident could be: the story that explains most, and what it leaves over.

Stories are content (``content/innocent.yml``). What each explains is told by sub-techniques, kinds of signals
and words, and weighed as the score weighs it: the tenth signal of one sort says next to nothing. Words of a
log can be put there by an intruder, so that a story is never more than a question to ask.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.content import load_yaml
from gamekeeper.incidents import scoring
from gamekeeper.incidents.behaviours import covers, shown_in
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.telling import is_system, listed
from gamekeeper.model.folding import fold
from gamekeeper.model.incidents import Benign, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.incidents.behaviours import Book
    from gamekeeper.model.incidents import Step

#: Kinds of leftovers that are named; hosts and titles of each.
_LEFT: Final = 8
_NAMES: Final = 3
_TITLES: Final = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """One signal as stories look at it: what it weighs in the sum, and all its words, folded."""

    step: Step
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a story explains: a signal to which all that is named here applies, or a ``share`` of it."""

    techniques: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    share: float = 1.0

    def fits(self, seen: Seen) -> bool:
        """Say whether a signal is of this sort."""
        step = seen.step
        speakers = {said.id for said in step.said}
        return (
            (not self.techniques or any(covers(one, step.technique) for one in self.techniques))
            and (not self.kinds or step.kind in self.kinds)
            and (not self.by or any(one in speakers for one in self.by))
            and (not self.words or _has(seen.words, self.words))
            and not _has(seen.words, self.without)
        )


@dataclass(frozen=True, slots=True)
class Story:
    """One innocent story; ``needs``: words of which one must be there, ``of_system``: only its own work."""

    name: str
    text: str
    check: str
    explains: tuple[Pattern, ...] = ()
    needs: tuple[str, ...] = ()
    of_system: bool = False

    def could_be(self, signals: Iterable[Seen]) -> bool:
        """Say whether anything speaks for this story at all."""
        return not self.needs or any(_has(one.words, self.needs) for one in signals)

    def explained(self, seen: Seen) -> float:
        """Return which share of a signal the story explains, from 0 to 1."""
        if self.of_system and not is_system(seen.step.account):
            return 0.0
        return max((pattern.share for pattern in self.explains if pattern.fits(seen)), default=0.0)


@dataclass(frozen=True, slots=True)
class Stories:
    """The whole table; ``never``: words of what no ordinary work shows, ``signs``: words of tests."""

    ordinary: tuple[Story, ...]
    test: Story
    signs: tuple[str, ...]
    never: tuple[str, ...]
    least: float


def innocent(steps: Sequence[Step], book: Book, stories: Stories | None = None) -> Benign:
    """Return the innocent story that leaves the least unexplained, and what it leaves."""
    known = stories or table()
    signals = _signals(steps)
    total = sum(one.weight for one in signals)
    story, left = _best(signals, known)
    share = 1.0 - sum(one.weight for one in left) / total if total else 0.0
    ordinary = round(share, 2)
    if any(_has(one.words, known.signs) for one in signals):
        because = "Signs of a product for such tests stand in the steps."
        return _test(known.test, because, ordinary)
    if share < known.least:
        because = (
            "By its nature it explains whatever was seen; "
            f"no ordinary work explains more than {share:.0%} of its weight."
        )
        return _test(known.test, because, ordinary)
    said = f"It explains {share:.0%} of the weight of what was seen."
    text = f"{story.text} {said} {story.check}"
    return Benign(text, _told(left, book), story.name, ordinary, ordinary)


def _test(story: Story, because: str, ordinary: float) -> Benign:
    return Benign(f"{story.text} {because} {story.check}", (), story.name, 1.0, ordinary)


def _best(signals: Sequence[Seen], known: Stories) -> tuple[Story, list[Seen]]:
    """Return the story that leaves the least weight, the first of equal ones, and what it leaves."""
    open_to_all = [not _has(one.words, known.never) for one in signals]
    found = []
    for story in known.ordinary:
        if story.could_be(signals):
            shares = [
                story.explained(one) if is_open else 0.0
                for one, is_open in zip(signals, open_to_all, strict=True)
            ]
            left = [
                replace(one, weight=one.weight * (1.0 - share))
                for one, share in zip(signals, shares, strict=True)
                if share < 1.0
            ]
            found.append((story, left))
    return min(found, key=lambda one: round(sum(seen.weight for seen in one[1]), 6))


def _signals(steps: Sequence[Step]) -> list[Seen]:
    """Return signals with what each adds to the sum of the incident, in the order of the story."""
    sorts: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.kind is not SignalKind.CONTEXT:
            by = step.said[0].id if step.said else ""
            sorts[scoring.sort_of(step.kind, step.technique, by)].append(step)
    given, names = parameters(), _names(steps)
    return [
        Seen(step, scoring.counted(step.bits, place, given), names.sub(" ", _words(step)))
        for alike in sorts.values()
        for place, step in enumerate(sorted(alike, key=lambda one: -one.bits))
    ]


def _words(step: Step) -> str:
    return fold(" ".join((step.text, *(said.title for said in step.said))))


def _names(steps: Iterable[Step]) -> re.Pattern[str]:
    """Return what finds names of hosts and accounts: a host called BACKUP01 is no backup."""
    found = {name for step in steps for name in (step.host, *step.account.split("\\"))} - {""}
    longest_first = sorted(map(fold, found), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _told(left: Sequence[Seen], book: Book) -> tuple[str, ...]:
    """Return in plain words what is left over, what weighs most first."""
    kinds: dict[str, list[Seen]] = defaultdict(list)
    for one in left:
        if one.step.bits > 0:
            kinds[_plain(one.step, book)].append(one)
    ordered = sorted(kinds.items(), key=lambda kind: (-sum(one.weight for one in kind[1]), kind[0]))
    told = [_sentence(plain, alike) for plain, alike in ordered[:_LEFT]]
    more = len(ordered) - len(told)
    return (*told, f"and {more} more kinds of signals") if more > 1 else tuple(told)


def _plain(step: Step, book: Book) -> str:
    said = step.said[0] if step.said else None
    if step.kind is SignalKind.CHAIN and said is not None:
        return f"the sequence “{said.title}” ({said.id})"
    if step.kind is SignalKind.BREAK and said is not None:
        return f"a log that was broken: {said.title.lower()}"
    behaviour = shown_in(step, book)
    return f"that somebody {behaviour.phrase}" if behaviour else "other signals"


def _sentence(plain: str, alike: Sequence[Seen]) -> str:
    hosts = listed((one.step.host for one in alike), _NAMES)
    where = f" on {hosts}" if hosts else ""
    heavy = sorted(alike, key=lambda one: -one.weight)
    titles = dict.fromkeys(
        one.step.said[0].title
        for one in heavy
        if one.step.said and one.step.said[0].title.lower() not in plain.lower()
    )
    told = listed(titles, _TITLES)
    return f"{plain}{where}{f' ({told})' if told else ''}"


@cache
def table() -> Stories:
    """Return the table that comes with the package."""
    given: dict[str, Any] = load_yaml("innocent.yml")
    test = given["test"]
    return Stories(
        tuple(_story(one) for one in given["stories"]),
        Story(test["name"], _line(test["text"]), _line(test["check"])),
        _folded(test["signs"]),
        _folded(given["never"]),
        float(given["least"]),
    )


def _story(one: dict[str, Any]) -> Story:
    return Story(
        one["name"],
        _line(one["text"]),
        _line(one["check"]),
        tuple(_pattern(pattern) for pattern in one["explains"]),
        _folded(one.get("needs", ())),
        one.get("accounts") == "system",
    )


def _pattern(one: dict[str, Any]) -> Pattern:
    return Pattern(
        tuple(one.get("techniques", ())),
        tuple(one.get("kinds", ())),
        tuple(one.get("by", ())),
        _folded(one.get("words", ())),
        _folded(one.get("without", ())),
        float(one.get("share", 1.0)),
    )


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def _line(text: str) -> str:
    return " ".join(text.split())
