"""What asking the logs about themselves adds to a hunt: the same hunt with and without it, in turns.

``python -m bench.trust_cost --logs LOGS... --rules DIR --json`` ends with one JSON line. All is done
in this process, so that its processor time is that of the hunt. *Without* gathers no facts: checks, causes,
coverage and verdict then have nothing to look at.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import gamekeeper as gk
from gamekeeper.hunt.fact_rows import FactRows


@contextmanager
def without_facts() -> Iterator[None]:
    """Let workers keep no facts."""
    with patch.object(FactRows, "add", lambda self, batch: None):  # noqa: ARG005
        yield


@contextmanager
def with_facts() -> Iterator[None]:
    """Change nothing."""
    yield


def once(logs: list[str], rules: list[str]) -> tuple[float, int, dict[str, float]]:
    """Return processor seconds, events and the stages' seconds of one hunt."""
    start = time.process_time()
    with gk.hunt(logs, rules=rules, workers=1) as found:
        spent = time.process_time() - start
        return spent, found.result.events, found.result.timings_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--rules", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    once(asked.logs, asked.rules)  # rules are compiled and kept
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    events, stages = 0, {}
    for _ in range(asked.rounds):
        for name, mode in (("without", without_facts), ("with", with_facts)):
            with mode():
                spent, events, timings = once(asked.logs, asked.rules)
            seconds[name].append(round(spent, 3))
            if name == "with":
                stages = timings
    best = {name: min(values) for name, values in seconds.items()}
    result = {
        "events": events,
        "rounds_cpu_s": seconds,
        "cpu_s": best,
        "added_share": round(best["with"] / best["without"] - 1, 4),
        "stages_s": stages,
    }
    if asked.json:
        print(json.dumps(result))
        return
    print(f"{events:,} events: {best['without']:.2f} s without, {best['with']:.2f} s with")
    print(f"added: {result['added_share']:.1%}")


if __name__ == "__main__":
    main()
