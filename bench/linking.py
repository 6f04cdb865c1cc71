"""How long linking takes: ``python -m bench.linking [SIGNALS]``, a million unless told otherwise.

Signals are made as a large estate would give them: processes in small trees, sessions, accounts on
hosts, files, and hubs that a third of the estate shares. Only the linking is timed, from keys to groups.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from gamekeeper.incidents.linking import Keys, Part, group, joined
from gamekeeper.incidents.parameters import parameters

_DAY = 864_000_000_000


def keys(count: int, seed: int = 20260101) -> Keys:
    """Return the keys of ``count`` signals over a year."""
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

    tree = signals // 4
    return joined(
        part("process", signals),
        part("process", count + tree),
        part("session", random.integers(0, count // 8 + 1, count)),
        part("near", random.integers(0, count // 50 + 1, count)),
        part("file", random.integers(0, count // 3 + 1, count)),
        part("address", random.integers(0, 3, count)),  # hubs
        part("hop", random.integers(0, count // 100 + 1, count), Part.ASKS),
        part("hop", random.integers(0, count // 100 + 1, count), Part.ANSWERS),
        part("through", random.integers(0, count // 10 + 1, count), Part.ASKS),
        part("through", random.integers(0, count // 10 + 1, count), Part.ANSWERS),
        part("returned", random.integers(0, count // 10 + 1, count)),
    )


def main() -> None:
    """Measure and print one line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    made = keys(count)
    bits = np.random.default_rng(7).choice((0.5, 3.0, 6.0), count, p=(0.5, 0.4, 0.1))
    given = parameters()
    start, busy = time.perf_counter(), time.process_time()
    found = group(made, bits, list(given.links.values()), given.light_links, given.bridge_bits)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    groups = len(np.unique(found.group))
    print(
        f"{count:,} signals, {len(made):,} keys: {groups:,} groups in {seconds:.1f} s "
        f"({cpu:.1f} s of one processor), peak {peak:,} MiB"
    )


if __name__ == "__main__":
    main()
