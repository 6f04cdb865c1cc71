"""Which rules make the most of a hunt's matches, and with what: where tuning pays.

A host-day is one host on one day. ``per_host_day`` is over all host-days of the hunt, its hosts times the
days from its first event to its last; ``host_days`` counts those on which the rule matched. Memory is
bounded: of very many shapes or values of one rule the count says "at least".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.incidents.naming import Finder
from gamekeeper.incidents.shapes import shape_of, value_shape
from gamekeeper.model.fingerprint import short_host
from gamekeeper.tuning.lines import MatchLines, names_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gamekeeper.tuning.lines import MatchLine

#: Distinct things of one rule that are remembered; beyond that a count is a lower bound.
DISTINCT_LIMIT: Final = 20_000
#: Values of one field that are counted, fields of one rule, and values that are shown.
VALUES_LIMIT: Final = 1_000
FIELDS_LIMIT: Final = 20
TOP: Final = 3
_VALUE_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class TopValues:
    """The commonest values of a field, numbers and names folded as in shapes, with their matches."""

    field: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RuleNoise:
    """How much one rule says, and about what."""

    id: str
    title: str
    level: str
    matches: int
    suppressed: int
    share: float  # of all matches, 0 to 1
    hosts: int
    shapes: int
    host_days: int
    per_host_day: float | None  # None where the hunt's hosts or days are not known
    is_bounded: bool  # hosts, shapes or host_days are "at least"
    top: tuple[TopValues, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """All rules with a match, the noisiest first."""

    rules: tuple[RuleNoise, ...]
    matches: int
    suppressed: int
    host_days: int | None  # of the hunt
    damaged: int  # lines that are no match


def noise_of(folder: Path) -> Noise:
    """Return the noise of a hunt by its folder of reports; raise UsageError where that is none."""
    summary = _summary(folder / "summary.json")
    tallies: dict[str, _Tally] = {}
    lines = MatchLines(folder / "matches.jsonl")
    finder = Finder(names_beside(lines.path))
    for match in lines:
        tally = tallies.get(match.rule)
        if tally is None:
            tally = tallies[match.rule] = _Tally(match, finder)
        tally.add(match)
    total = sum(tally.matches for tally in tallies.values())
    host_days = _host_days(summary)
    suppressed = {
        str(r["id"]): int(r.get("suppressed", 0)) for r in summary["rules"] if r.get("suppressed")
    }
    found = [
        tally.noise(total, host_days, suppressed.get(identity, 0))
        for identity, tally in tallies.items()
    ]
    found.sort(key=lambda rule: (-rule.matches, rule.id))
    return Noise(tuple(found), total, sum(suppressed.values()), host_days, lines.damaged)


def _summary(path: Path) -> dict[str, Any]:
    try:
        summary = orjson.loads(path.read_bytes())
        if isinstance(summary["rules"], list) and isinstance(summary["totals"], dict):
            return dict(summary)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}; name the folder that hunt --out has written"
        ) from None
    except (ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{path} is no summary.json of a hunt")


def _host_days(summary: dict[str, Any]) -> int | None:
    totals = summary["totals"]
    try:
        first, last = (
            date.fromisoformat(str(totals[name])[:10]) for name in ("first_event", "last_event")
        )
        return int(totals["hosts"]) * ((last - first).days + 1) or None
    except (ValueError, KeyError, TypeError):
        return None


class _Tally:
    """What is counted of one rule."""

    def __init__(self, first: MatchLine, finder: Finder) -> None:
        self.matches = 0
        self._first = first
        self._finder = finder
        self._hosts: set[str] = set()
        self._shapes: set[bytes] = set()
        self._host_days: set[tuple[str, str]] = set()
        self._values: dict[str, Counter[str]] = {}
        self._is_bounded = False

    def add(self, match: MatchLine) -> None:
        """Count a match."""
        self.matches += 1
        host = short_host(match.host)
        self._remember(self._hosts, host)
        self._remember(self._host_days, (host, match.time[:10]))
        shape = shape_of(orjson.dumps(match.fields).decode(), self._finder)
        self._remember(self._shapes, shape.key)
        for name, value in match.fields.items():
            counts = self._values.get(name)
            if counts is None:
                if len(self._values) >= FIELDS_LIMIT:
                    continue
                counts = self._values[name] = Counter()
            for text in _texts(name, value):
                if text in counts or len(counts) < VALUES_LIMIT:
                    counts[text] += 1

    def noise(self, total: int, host_days: int | None, suppressed: int) -> RuleNoise:
        """Return the account."""
        first = self._first
        return RuleNoise(
            first.rule,
            first.title,
            first.level,
            self.matches,
            suppressed,
            share=round(self.matches / total, 6),
            hosts=len(self._hosts - {""}),
            shapes=len(self._shapes),
            host_days=len(self._host_days),
            per_host_day=round(self.matches / host_days, 6) if host_days else None,
            is_bounded=self._is_bounded,
            top=tuple(self._top()),
        )

    def _remember(self, seen: set[Any], thing: object) -> None:
        if thing not in seen and len(seen) >= DISTINCT_LIMIT:
            self._is_bounded = True
        else:
            seen.add(thing)

    def _top(self) -> Iterator[TopValues]:
        for name, counts in sorted(self._values.items()):
            ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            yield TopValues(name, tuple(ranked[:TOP]))


def _texts(name: str, value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        yield value_shape(name, str(item)[:_VALUE_LENGTH])
