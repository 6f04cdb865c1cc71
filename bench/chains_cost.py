"""What chains add to a hunt: the same hunt with and without them, in turns.

``python -m bench.chains_cost --logs LOGS... --rules DIR --json`` ends with one JSON line. All is done in this
process, so that its processor time is that of the hunt.
"""

from __future__ import annotations

import argparse
import json
import time

import gamekeeper as gk


def once(logs: list[str], rules: list[str], *, no_chains: bool) -> tuple[float, int, int]:
    """Return processor seconds, events and hits of one hunt."""
    start = time.process_time()
    with gk.hunt(logs, rules=rules, workers=1, no_chains=no_chains) as found:
        spent = time.process_time() - start
        return spent, found.result.events, len(found.result.chains.hits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--rules", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    once(asked.logs, asked.rules, no_chains=False)  # rules are compiled and kept
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    events = hits = 0
    for _ in range(asked.rounds):
        for name, spent in seconds.items():
            one, events, found = once(asked.logs, asked.rules, no_chains=name == "without")
            spent.append(round(one, 3))
            hits = max(hits, found)
    best = {name: min(values) for name, values in seconds.items()}
    result = {
        "events": events,
        "hits": hits,
        "rounds_cpu_s": seconds,
        "cpu_s": best,
        "added_share": round(best["with"] / best["without"] - 1, 4),
    }
    if asked.json:
        print(json.dumps(result))
        return
    print(f"{events:,} events: {best['without']:.2f} s without, {best['with']:.2f} s with")
    print(f"added: {result['added_share']:.1%}")


if __name__ == "__main__":
    main()
