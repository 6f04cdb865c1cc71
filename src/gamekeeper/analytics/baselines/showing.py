"""What one baseline knows, key by key, most common first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.analytics.baselines.registry import BASELINES
from gamekeeper.analytics.baselines.telling import parts_of
from gamekeeper.errors import UsageError
from gamekeeper.model.habits import DAY
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from gamekeeper.analytics.baselines.base import Baseline


@dataclass(frozen=True, slots=True)
class Known:
    """One key: ``days`` counts each host or account and day once."""

    parts: tuple[tuple[str, str], ...]
    whom: tuple[str, ...]
    days: int
    first_day: int  # FILETIME
    last_day: int


def named(name: str) -> Baseline:
    """Return a baseline; raise UsageError where there is none of that name."""
    for baseline in BASELINES:
        if baseline.name == name:
            return baseline
    names = [baseline.name for baseline in BASELINES]
    raise UsageError(f"there is no baseline {name!r} among {', '.join(names)}{near(name, names)}")


def known(baseline: Baseline, batches: Iterable[pa.RecordBatch]) -> list[Known]:
    """Return all that a baseline knows."""
    days: dict[str, list[int]] = defaultdict(list)
    whom: dict[str, set[str]] = defaultdict(set)
    for batch in batches:
        rows = batch.select(["baseline", "key", "who", "day"]).to_pylist()
        for row in rows:  # one a host and day, and a person looks at the answer
            if row["baseline"] == baseline.name:
                days[row["key"]].append(row["day"])
                whom[row["key"]].add(row["who"])
    found = [
        Known(
            parts_of(baseline, key),
            tuple(sorted(whom[key])),
            len(seen),
            min(seen) * DAY,
            max(seen) * DAY,
        )
        for key, seen in days.items()
    ]
    return sorted(found, key=lambda one: (-one.days, one.parts))
