"""Habits in words: anomalies with their comparison sets, and the account of every baseline."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.analytics.baselines.base import Whose
from gamekeeper.analytics.baselines.habits import NUMBERS, packed
from gamekeeper.analytics.baselines.judging import ACTIVE_DAYS, LEARNING_DAYS
from gamekeeper.analytics.baselines.marks import CONTROLLER
from gamekeeper.analytics.baselines.registry import BASELINES, GATHERED
from gamekeeper.model.anomalies import Anomaly, BaselineAccount, Baselines, Standing
from gamekeeper.model.habits import DAY, MARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.baselines.base import Baseline
    from gamekeeper.analytics.baselines.habits import Ints, Learnt
    from gamekeeper.analytics.baselines.judging import Judged, Mask
    from gamekeeper.analytics.baselines.merging import Seen

#: Less surprising first days are counted, not listed.
LISTED_BITS: Final = 3.0
#: From here on they speak in incidents.
OBSERVED_BITS: Final = 5.0
#: Of one host or account, day and baseline so many speak; the others are of one burst.
_BURST: Final = 3


def tell(
    seen: Seen,
    learnt: Learnt,
    judged: Judged,
    *,
    learn_until: int | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> Baselines:
    """Return what is new and what is known. ``confirmed``: ids of ways to domain controllers in order."""
    told = _Told(seen, learnt, judged, confirmed)
    anomalies = observed(sorted(told.anomalies(), key=_order))
    return Baselines(
        accounts=tuple(_account(one, told, anomalies) for one in BASELINES),
        anomalies=tuple(anomalies),
        learning_days=LEARNING_DAYS,
        learn_until=None if learn_until is None else learn_until * DAY,
        is_on=True,
    )


def _order(one: Anomaly) -> tuple[int, int, int, int, str]:
    return one.time, one.source, one.offset, NUMBERS[one.baseline], one.id


class _Told:
    """Habits in words."""

    def __init__(
        self, seen: Seen, learnt: Learnt, judged: Judged, confirmed: frozenset[str]
    ) -> None:
        self.learnt = learnt
        self.judged = judged
        self._seen = seen
        self._confirmed = confirmed
        habits = learnt.habits
        self.is_asked = _asked(learnt)
        self.is_listed: Mask = self.is_asked & judged.is_judged & (judged.bits >= LISTED_BITS)
        edges = [NUMBERS[one.name] for one in BASELINES if one.is_edge]
        self._is_edge: Mask = np.isin(habits.baseline, edges)
        #: First ways to domain controllers that nobody is judged by, or that surprise little.
        self.is_way: Mask = np.zeros(len(habits), np.bool_)

    def anomalies(self) -> Iterator[Anomaly]:
        """Yield what is listed, and all first ways to domain controllers: none is learnt in silence."""
        wanted = np.flatnonzero(self.is_listed | self._is_edge)
        order = wanted[np.argsort(self.learnt.habits.row[wanted], kind="stable")]
        rows = self.learnt.habits.row[order]
        start = 0
        for batch in self._seen.batches():
            low, high = np.searchsorted(rows, (start, start + batch.num_rows)).tolist()
            if high > low:
                table = batch.take(pa.array(rows[low:high] - start))
                yield from self._of(order[low:high], table)
            start += batch.num_rows

    def _of(self, at: Ints, table: pa.RecordBatch) -> Iterator[Anomaly]:
        for habit, row in zip(at.tolist(), table.to_pylist(), strict=True):
            if not row["now"]:
                continue  # remembered; it was told when it was read
            role = self._role_of_host(row["host"])
            is_edge = GATHERED[int(self.learnt.habits.baseline[habit])].is_edge
            is_tier0 = is_edge and role == CONTROLLER
            self.is_way[habit] = is_tier0 and not self.is_listed[habit]
            if self.is_listed[habit] or is_tier0:
                yield self._anomaly(habit, row, is_tier0=is_tier0)

    def _role_of_host(self, host: str) -> str:
        number = self._hosts.get(host)
        cast = self.learnt.cast
        return "" if number is None else cast.role_names[int(cast.roles[number])]

    @property
    def _hosts(self) -> dict[str, int]:
        if not hasattr(self, "_known_hosts"):
            names = self.learnt.cast.names
            self._known_hosts = {
                name: number for number, (whose, name) in enumerate(names) if whose is Whose.HOST
            }
        return self._known_hosts

    def _anomaly(self, habit: int, row: dict[str, object], *, is_tier0: bool) -> Anomaly:
        baseline = GATHERED[int(self.learnt.habits.baseline[habit])]
        identity = _identity(str(row["baseline"]), str(row["who"]), str(row["key"]))
        standing = Standing.NEW
        if is_tier0 and identity in self._confirmed:
            standing = Standing.CONFIRMED
        elif self.is_way[habit]:
            standing = Standing.UNCONFIRMED
        return Anomaly(
            id=identity,
            baseline=baseline.name,
            standing=standing,
            title=f"new here: {baseline.title}",
            host=str(row["host"]),
            account=str(row["account"]),
            time=int(str(row["filetime"])),
            parts=parts_of(baseline, str(row["key"])),
            bits=round(float(self.judged.bits[habit]), 2),
            comparison=self._comparison(habit, baseline),
            source=int(str(row["source"])),
            offset=int(str(row["offset"])),
            fingerprint=row["fingerprint"] if isinstance(row["fingerprint"], bytes) else b"",
            days_known=int(self.judged.known_days[habit]),
            days_seen=int(self.learnt.habits.days[habit]),
            role=self._role(habit),
            is_tier0=is_tier0,
            techniques=baseline.attack,
        )

    def _role(self, habit: int) -> str:
        cast = self.learnt.cast
        return cast.role_names[int(cast.roles[self.learnt.habits.who[habit]])]

    def _comparison(self, habit: int, baseline: Baseline) -> str:
        judged = self.judged
        days = int(judged.known_days[habit])
        if not judged.is_judged[habit]:
            return f"first seen while it was learnt, after {_counted(days, 'day')}"
        compared = judged.compared
        others = max(0, int(compared.size[habit]) - 1)
        word = baseline.whose.value if compared.is_everybody[habit] else self._role(habit)
        whom = f"other {_plural(word, others)}"
        seen = int(compared.seen_by[habit])
        verb = "on" if baseline.whose is Whose.HOST else "of"
        text = f"seen {verb} {seen:,} of {others:,} {whom} in {_counted(int(judged.span_days[habit]), 'day')}"
        text += f" ({int(compared.days[habit]):,} {baseline.whose.value}-days)"
        if judged.is_change[habit]:
            text += "; on several others within the same days"
        return f"never here in {_counted(days, 'day')}; {text}"


def _asked(learnt: Learnt) -> Mask:
    """Return which habits somebody is judged by."""
    habits, cast = learnt.habits, learnt.cast
    asked: Mask = np.zeros(len(habits), np.bool_)
    role = cast.roles[habits.who]
    for baseline in BASELINES:
        mine = habits.baseline == NUMBERS[baseline.name]
        if baseline.judges:
            wanted = [n for n, name in enumerate(cast.role_names) if name in baseline.judges]
            mine &= np.isin(role, wanted)
        asked |= mine
    return asked


def observed(anomalies: Sequence[Anomaly]) -> list[Anomaly]:
    """Say which anomalies speak: of those of one event the strongest, of a burst a few."""
    best: dict[tuple[int, int], int] = {}
    ranked = sorted(range(len(anomalies)), key=lambda at: (-anomalies[at].bits, at))
    bursts: Counter[tuple[str, str, str, int]] = Counter()
    found = list(anomalies)
    for at in ranked:
        one = anomalies[at]
        event = one.source, one.offset
        burst = one.baseline, one.host, one.account, one.time // DAY
        if one.standing is not Standing.NEW:
            because = f"it is {one.standing.value}"
        elif one.bits < OBSERVED_BITS:
            because = f"less than {OBSERVED_BITS:g} bits"
        elif event in best:
            because = f"{anomalies[best[event]].baseline} speaks of the same event"
        elif bursts[burst] >= _BURST:
            because = "one of many of that day"
        else:
            because = ""
            bursts[burst] += 1
        best.setdefault(event, at)
        found[at] = replace(one, observed=not because, because=because)
    return found


def _identity(*parts: str) -> str:
    text = MARK.join(parts).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def parts_of(baseline: Baseline, key: str) -> tuple[tuple[str, str], ...]:
    """Return a key as (what, value)."""
    values = key.split(MARK)
    names = [*baseline.key]
    if len(values) > len(names):  # a word of the look stands before its parts
        names = ["kind", *names]
    return tuple(zip(names, values, strict=False))


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def _account(baseline: Baseline, told: _Told, anomalies: Sequence[Anomaly]) -> BaselineAccount:
    learnt, judged = told.learnt, told.judged
    number = NUMBERS[baseline.name]
    mine = told.is_asked & (learnt.habits.baseline == number)
    low, high = packed(number, 0, 0), packed(number + 1, 0, 0)
    active = learnt.active[(learnt.active >= low) & (learnt.active < high)]
    days = np.unique(active & 0xFFFFF)
    owners, starts, counts = np.unique(active >> 20, return_index=True, return_counts=True)
    spans = (active[starts + counts - 1] & 0xFFFFF) - (active[starts] & 0xFFFFF)
    is_learnt = (spans >= LEARNING_DAYS) & (counts >= ACTIVE_DAYS)
    known, seen = _best(spans[~is_learnt], counts[~is_learnt])
    listed = [one for one in anomalies if one.baseline == baseline.name]
    waiting = [one for one in listed if one.standing is not Standing.NEW]
    return BaselineAccount(
        name=baseline.name,
        whose=baseline.whose.value,
        entities=len(owners),
        learnt=int(is_learnt.sum()),
        keys=int(learnt.keys[number]),
        habits=int(mine.sum()),
        first_day=int(days[0]) * DAY if len(days) else None,
        last_day=int(days[-1]) * DAY if len(days) else None,
        days=len(days),
        anomalies=len(listed) - len(waiting),
        observed=sum(one.observed for one in listed),
        unconfirmed=sum(one.standing is Standing.UNCONFIRMED for one in listed),
        passed=int((mine & ~judged.is_judged).sum()),
        faint=int((mine & judged.is_judged & ~told.is_listed & ~told.is_way).sum()),
        overflow=sum(count for (which, _), count in learnt.overflow.items() if which == number),
        learning_known=known,
        learning_seen=seen,
    )


def _best(spans: Ints, days: Ints) -> tuple[int, int]:
    """Return how long the best known of some is known, and on how many days it was seen."""
    if not len(spans):
        return 0, 0
    at = np.lexsort((days, np.minimum(spans, LEARNING_DAYS)))[-1]
    return int(spans[at]), int(days[at])
