"""How far simulated logs are from real ones: field fill, event mix and times between events, as tables.

    python -m bench.simulated_vs_real --simulated WORLD/logs/HOST... --real LOGS... --markdown

Only kinds of events (channel and number) that both have are compared by field.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import EventBatch

_COLUMNS = ("Channel", "EventID", "Computer", "event.filetime")
_CHANNELS = ("security", "system", "microsoft-windows-sysmon/operational")
_FEW = 20  # events of a kind below which its fields say nothing

Kind = tuple[str, int]


@dataclass
class Seen:
    """What logs hold."""

    kinds: dict[Kind, int] = field(default_factory=lambda: defaultdict(int))
    filled: dict[Kind, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    gaps: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: defaultdict(list))


def _texts(column: pa.Array) -> pa.Array:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _is_filled(column: pa.Array) -> NDArray[np.bool_]:
    """Say where a value says something: neither nothing, nor a dash."""
    values = _texts(column)
    there = pc.is_valid(values)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        blank = pc.is_in(pc.utf8_trim_whitespace(values), pa.array(["", "-"], values.type))
        there = pc.and_(there, pc.invert(blank))
    return np.asarray(there)


def take_in(batch: EventBatch, seen: Seen) -> None:
    """Count a batch."""
    table = batch.table
    if not set(_COLUMNS) <= set(table.schema.names):
        return
    channel, code, host, time = (table.column(name) for name in _COLUMNS)
    channels = np.array([str(c or "").lower() for c in _texts(channel).to_pylist()], object)
    codes = np.asarray(pc.fill_null(code, -1))
    hosts = np.array([str(h or "").lower() for h in _texts(host).to_pylist()], object)
    fields = {
        name: _is_filled(table.column(name))
        for name in table.schema.names
        if not name.startswith("event.") and not pa.types.is_nested(table.schema.field(name).type)
    }
    times = np.asarray(pc.fill_null(time, 0)).astype(np.int64)
    for one in _CHANNELS:
        rows = channels == one
        if not rows.any():
            continue
        for number in np.unique(codes[rows]):
            chosen = rows & (codes == number)
            kind = (one, int(number))
            seen.kinds[kind] += int(chosen.sum())
            for name, filled in fields.items():
                count = int((filled & chosen).sum())
                if count:
                    before = seen.filled[kind].get(name, 0)
                    seen.filled[kind][name] = before + count
        for who in np.unique(hosts[rows]):
            moments = np.sort(times[rows & (hosts == who)])
            if moments.size > 1:
                seen.gaps[one].append(np.diff(moments) / 1e7)


def looked(paths: Iterable[str]) -> Seen:
    """Read logs and count."""
    seen = Seen()
    for batch in read_events(list(paths)):
        take_in(batch, seen)
    return seen


def mix(simulated: Seen, real: Seen) -> list[dict[str, Any]]:
    """Return the share of each kind within its channel, the most common first."""
    totals = [defaultdict(int), defaultdict(int)]
    for seen, total in zip((simulated, real), totals, strict=True):
        for (channel, _), count in seen.kinds.items():
            total[channel] += count
    rows = [
        {
            "channel": kind[0],
            "event": kind[1],
            "simulated": round(simulated.kinds.get(kind, 0) / max(totals[0][kind[0]], 1), 4),
            "real": round(real.kinds.get(kind, 0) / max(totals[1][kind[0]], 1), 4),
        }
        for kind in simulated.kinds.keys() | real.kinds.keys()
    ]
    return sorted(rows, key=lambda row: (row["channel"], -max(row["simulated"], row["real"])))


def fill(simulated: Seen, real: Seen) -> list[dict[str, Any]]:
    """Return, for kinds that both have often enough, how alike the shares are in which fields are filled."""
    rows = []
    for kind in sorted(simulated.kinds.keys() & real.kinds.keys()):
        counts = simulated.kinds[kind], real.kinds[kind]
        if min(counts) < _FEW:
            continue
        names = simulated.filled[kind].keys() | real.filled[kind].keys()
        apart = {
            name: simulated.filled[kind].get(name, 0) / counts[0]
            - real.filled[kind].get(name, 0) / counts[1]
            for name in names
        }
        rows.append(
            {
                "channel": kind[0],
                "event": kind[1],
                "fields": len(names),
                "mean_difference": round(float(np.mean([abs(v) for v in apart.values()])), 3),
                "furthest": {
                    name: round(value, 2)
                    for name, value in sorted(apart.items(), key=lambda item: -abs(item[1]))[:3]
                    if abs(value) > 0.1
                },
            }
        )
    return rows


def arrivals(seen: Seen) -> list[dict[str, Any]]:
    """Return what lies between two events of one host's log, in seconds."""
    rows = []
    for channel, gaps in sorted(seen.gaps.items()):
        all_gaps = np.concatenate(gaps)
        low, middle, high = np.percentile(all_gaps, (10, 50, 90))
        mean = float(all_gaps.mean())
        rows.append(
            {
                "channel": channel,
                "events": int(all_gaps.size),
                "p10_s": round(float(low), 3),
                "p50_s": round(float(middle), 3),
                "p90_s": round(float(high), 3),
                "spread": round(float(all_gaps.std()) / mean, 1) if mean else None,
            }
        )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a Markdown table."""
    if not rows:
        return "nothing\n"
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([str(row[name]) for name in head] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main() -> int:
    """Print the three comparisons."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--simulated", nargs="+", required=True)
    parser.add_argument("--real", nargs="+", required=True)
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    simulated, real = looked(asked.simulated), looked(asked.real)
    found = {
        "fill": fill(simulated, real),
        "mix": mix(simulated, real),
        "arrivals_simulated": arrivals(simulated),
        "arrivals_real": arrivals(real),
    }
    if asked.markdown:
        print("\n".join(f"{name}\n\n{table(rows)}" for name, rows in found.items()))
    else:
        print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
