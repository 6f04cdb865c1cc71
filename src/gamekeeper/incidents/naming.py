"""Where a text names a host or an account that the run knows.

Found are whole words only, in any case: what stands between letters or digits is no name. A name that is an
ordinary word is found wherever the word stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gamekeeper.model.folding import fold
from gamekeeper.model.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PIECE: Final = re.compile(r"[^\W_]+")
#: The same as words with blanks between them, several times as fast.
_BLANKS: Final = {sign: " " for sign in range(128) if not chr(sign).isalnum()}
#: Groups of letters and digits that are no names, however much they look like some.
_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
#: Before and behind an employee number that is an account: elsewhere it is a number like others.
_OF_ACCOUNT: Final = re.compile(r"(?:[\\]|\b(?:users?|accounts?|logonid|ru|u)[\s:=\"']{1,3})$")
_FIELD_OF_ACCOUNT: Final = re.compile("user|account")
_LOOKED_BACK: Final = 12
#: A host's name in front of these is that of a program.
_PROGRAM: Final = re.compile(r"\.(?:bat|cmd|com|dll|exe|msc|ps1|scr|sys|vbs)\b")


class Named(NamedTuple):
    """Where a name stands in a text. ``account`` is its folded name, "" for a host."""

    start: int
    end: int
    account: str


class Finder:
    """Finds the names of hosts and accounts in texts, and remembers which it found."""

    def __init__(self, names: Names) -> None:
        self._hosts = names.hosts
        self._accounts = names.accounts
        self._longest = _longest([*names.hosts, *names.accounts])
        self._met: set[str] = set()

    def met(self) -> Names:
        """Return the names that were found: with these alone, the same is found again."""
        return Names(self._hosts & self._met, self._accounts & self._met)

    def find(self, field: str, text: str) -> list[Named]:
        """Return the names in a folded field's text, in order and apart from each other."""
        folded = fold(text)
        words = folded.translate(_BLANKS).split() if folded.isascii() else _PIECE.findall(folded)
        if self._longest.keys().isdisjoint(words) or len(folded) != len(text):
            return []
        guids = [match.span() for match in _GUID.finditer(folded)] if "-" in folded else []
        found: list[Named] = []
        for one in self._found(folded):
            if not any(start <= one.start < end for start, end in guids) and (
                not one.account.isdecimal() or _is_account(field, folded, one)
            ):
                found.append(one)
                self._met.add(folded[one.start : one.end])
        return found

    def _found(self, text: str) -> Iterator[Named]:
        pieces = [match.span() for match in _PIECE.finditer(text)]
        end = 0
        for at, (start, stop) in enumerate(pieces):
            if start < end:
                continue
            longest = self._longest.get(text[start:stop], 0)
            for _, last in reversed(pieces[at : at + longest]):
                name = text[start:last]
                is_host = name in self._hosts and not _PROGRAM.match(text, last)
                if is_host or name in self._accounts:
                    yield Named(start, last, "" if is_host else name)
                    end = last
                    break


def _longest(names: Iterable[str]) -> dict[str, int]:
    """Return how many pieces the longest name has that begins with a piece.

    >>> _longest(["ws01", "desktop-7f3k2a1"])
    {'ws01': 1, 'desktop': 2}
    """
    found: dict[str, int] = {}
    for name in names:
        pieces = _PIECE.findall(name)
        if pieces:
            found[pieces[0]] = max(found.get(pieces[0], 0), len(pieces))
    return found


def _is_account(field: str, text: str, one: Named) -> bool:
    """Say whether a number is that of an account by where it stands."""
    if text[one.end : one.end + 1] == "@":
        return True
    before = text[max(0, one.start - _LOOKED_BACK) : one.start]
    if _OF_ACCOUNT.search(before):
        return True
    return one.end - one.start == len(text) and bool(_FIELD_OF_ACCOUNT.search(field))
