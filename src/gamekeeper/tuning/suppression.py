"""Which matches an allow-list takes out of the findings, and the account of every entry.

The first entry that means a match counts. A match is asked only where an entry is for its rule, so a list
costs nothing for all other rules.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.reference import match_fields, texts
from gamekeeper.model.findings import Allowance
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.wildcards import matches_any
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from gamekeeper.engine.reference import Fields
    from gamekeeper.model.findings import RuleAccount
    from gamekeeper.tuning.allowlist import AllowEntry

#: Days before its end from which an entry says that it will end.
NOTICE_DAYS: Final = 14
#: Judged matches that are remembered: a noisy rule says the same again and again.
_REMEMBERED: Final = 65_536
#: The columns in ``_ASKED`` of one match.
_Match = tuple[int, str | None, str | None, str | None, int | None, str]
_ASKED: Final = ("rule", "host", "user", "channel", "event_code", "fields")


class Suppressor:
    """Judges matches whose ``rule`` is a position in ``rules``."""

    def __init__(
        self, entries: Sequence[AllowEntry], rules: Sequence[RuleAccount], today: date
    ) -> None:
        self.entries = entries
        self.rules = tuple(rules)
        self._today = today
        self._for_rule = [self._entries_for(rule) for rule in rules]
        self._has_entry = np.array([bool(found) for found in self._for_rule], np.bool_)
        self._taken: list[Counter[int]] = [Counter() for _ in entries]
        self._shadowed: dict[int, int] = {}  # an entry that has taken nothing -> the one before it
        self._known: dict[_Match, int] = {}
        self._seen: list[set[str]] = [set() for _ in entries]  # fields, while it has taken nothing

    def judge(self, matches: pa.Table) -> NDArray[np.int32]:
        """Return for each match the number of the entry that allows it, or -1."""
        found = np.full(len(matches), -1, np.int32)
        rules = matches["rule"].to_numpy()
        rows = np.flatnonzero(self._has_entry[rules])
        if not len(rows):
            return found
        asked = matches.select(_ASKED).take(pa.array(rows)).to_pydict()
        # One by one: these are the matches of rules that somebody found too noisy, not all of them.
        for row, match in zip(rows.tolist(), zip(*asked.values(), strict=True), strict=True):
            found[row] = self._judged(match)
        return found

    def suppressed(self) -> Counter[int]:
        """Return how many matches were taken of each rule, by its position."""
        return sum(self._taken, Counter())

    def account(self) -> tuple[Allowance, ...]:
        """Return what became of every entry, in their order."""
        return tuple(self._allowance(number) for number in range(len(self.entries)))

    def _entries_for(self, rule: RuleAccount) -> list[int]:
        return [
            number
            for number, entry in enumerate(self.entries)
            if entry.expires >= self._today and matches_any(entry.rules, rule.id, rule.title)
        ]

    def _judged(self, match: _Match) -> int:
        """Count a match and return the entry that allows it; of equal ones only the first is looked at."""
        number = self._known.get(match)
        if number is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            number = self._known[match] = self._first(match[0], _fields(match))
        if number >= 0:
            self._taken[number][match[0]] += 1
        return number

    def _first(self, rule: int, fields: Fields) -> int:
        first = -1
        for number in self._for_rule[rule]:
            if first >= 0 and self._taken[number]:
                continue
            if not self._taken[number]:
                self._seen[number].update(fields)
            if not match_fields(self.entries[number].condition, fields):
                continue
            if first >= 0:
                self._shadowed.setdefault(number, first)
            else:
                first = number
        return first

    def _allowance(self, number: int) -> Allowance:
        entry, taken = self.entries[number], self._taken[number]
        status, remark = self._state(number)
        return Allowance(
            place=entry.place,
            rules=entry.rules,
            when=entry.when,
            reason=entry.reason,
            owner=entry.owner,
            expires=entry.expires.isoformat(),
            status=status,
            matches=taken.total(),
            by_rule=tuple((self.rules[rule].id, count) for rule, count in sorted(taken.items())),
            remark=remark,
        )

    def _state(self, number: int) -> tuple[str, str]:
        entry = self.entries[number]
        meant = [r for r in self.rules if matches_any(entry.rules, r.id, r.title)]
        if not meant:
            known = [name for rule in self.rules for name in (rule.id, rule.title)]
            return "unknown_rule", f"no rule of this hunt is meant{near(entry.rules[0], known)}"
        if entry.expires < self._today:
            return "expired", "it has ended and did not apply; look again, then extend or remove it"
        if self._taken[number]:
            left = (entry.expires - self._today).days
            return "applied", f"it ends in {left} days" if left <= NOTICE_DAYS else ""
        return "unused", self._why_unused(number, meant)

    def _why_unused(self, number: int, meant: Sequence[RuleAccount]) -> str:
        if number in self._shadowed:
            place = self.entries[self._shadowed[number]].place
            return f"what it means is allowed by the entry at {place} already"
        if not any(rule.matches for rule in meant):
            return "its rules matched nothing in these logs"
        asked = self.entries[number].fields
        lacking = sorted(asked[name] for name in asked.keys() - self._seen[number])
        if lacking:
            return (
                f"matches of its rules carry no field {', '.join(lacking)}: a match holds the fields "
                "that its rule asks; a Sigma filter can ask any"
            )
        return "its rules matched, but nothing of what it describes"


def _fields(match: _Match) -> Fields:
    """Return a match as conditions see it: its evidence, and host, user, channel and event id."""
    _, host, user, channel, code, evidence = match
    named = {
        "host": [host or "", short_host(host or "")],
        "user": texts(user),
        "channel": texts(channel),
        "eventid": texts(code),
    }
    named |= {"host.name": named["host"], "user.name": named["user"]}
    fields: Fields = {name: list(values) for name, values in named.items() if any(values)}
    for name, value in orjson.loads(evidence).items():
        fields.setdefault(fold(name), []).extend(texts(value))
    return fields
