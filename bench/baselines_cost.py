"""What baselines add to a hunt: the same hunt with and without them, in turns.

``python -m bench.baselines_cost --logs LOGS... --rules DIR --json`` ends with one JSON line. All is done
in this process, so that its processor time is that of the hunt.
"""

from __future__ import annotations

import argparse
import json
import time

import gamekeeper as gk


def once(logs: list[str], rules: list[str], *, no_baselines: bool) -> tuple[float, int, float]:
    """Return processor seconds, events and the seconds of the last stage of one hunt."""
    start = time.process_time()
    with gk.hunt(logs, rules=rules, workers=1, no_baselines=no_baselines) as found:
        spent = time.process_time() - start
        return spent, found.result.events, found.result.timings_s.get("baselines", 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--rules", nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    once(asked.logs, asked.rules, no_baselines=False)  # rules are compiled and kept
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    events, judging = 0, 0.0
    for _ in range(asked.rounds):
        for name, spent in seconds.items():
            one, events, last = once(asked.logs, asked.rules, no_baselines=name == "without")
            spent.append(round(one, 3))
            judging = max(judging, last)
    best = {name: min(values) for name, values in seconds.items()}
    result = {
        "events": events,
        "rounds_cpu_s": seconds,
        "cpu_s": best,
        "added_share": round(best["with"] / best["without"] - 1, 4),
        "judging_s": judging,
    }
    if asked.json:
        print(json.dumps(result))
        return
    print(f"{events:,} events: {best['without']:.2f} s without, {best['with']:.2f} s with")
    print(f"added: {result['added_share']:.1%}")


if __name__ == "__main__":
    main()
