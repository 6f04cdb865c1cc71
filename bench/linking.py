"""How long linking takes: ``python -m bench.linking [SIGNALS]``, a million unless told otherwise.

Signals are made as a large estate would give them: processes in small trees, sessions, accounts on
hosts, files, and hubs that a third of the estate shares. Timed is all from the making
of the keys to groups.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

from gamekeeper.incidents.linking import Keys, Links, Part, group, joined, useful
from gamekeeper.incidents.parameters import parameters

_DAY = 864_000_000_000


def keys(count: int, seed: int = 20260101) -> Iterator[list[Keys]]:
    """Yield the keys of ``count`` signals over a year, those of one kind at once."""
    random = np.random.default_rng(seed)
    signals = np.arange(count, dtype=np.int64)
    times = random.integers(0, 365 * _DAY, count)
    links = parameters().links

    def part(word: str, values: np.ndarray, role: Part = Part.SHARES) -> Keys:
        return Keys(
            np.full(count, links[word].number, np.uint8),
            values.astype(np.int64),
            signals,
            times,
            np.full(count, role, np.int8),
        )

    def among(number: int) -> np.ndarray:
        return random.integers(0, count // number + 1, count)

    yield [part("process", signals), part("process", count + signals // 4)]
    yield [part("session", among(8))]
    yield [part("near", among(50))]
    yield [part("file", among(3))]
    yield [part("address", random.integers(0, 3, count))]  # hubs
    yield [part("hop", among(100), Part.ASKS), part("hop", among(100), Part.ANSWERS)]
    yield [part("through", among(10), Part.ASKS), part("through", among(10), Part.ANSWERS)]
    yield [part("returned", among(10))]


def main() -> None:
    """Measure and print one line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    bits = np.random.default_rng(7).choice((0.5, 3.0, 6.0), count, p=(0.5, 0.4, 0.1))
    links = Links.of(parameters(), bits, np.ones(count, bool), np.zeros(count, bool))
    start, busy = time.perf_counter(), time.process_time()
    kept = joined(*(useful(parts, links) for parts in keys(count)))
    found = group(kept, links)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    groups = len(np.unique(found.group))
    print(
        f"{count:,} signals, {len(kept):,} keys that may tie: {groups:,} groups in {seconds:.1f} s "
        f"({cpu:.1f} s of one processor), peak {peak:,} MiB"
    )


if __name__ == "__main__":
    main()
