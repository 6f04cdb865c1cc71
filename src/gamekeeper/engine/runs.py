"""Sorting more rows than fit into memory: the engine's part of ``store.sorted_runs``."""

from __future__ import annotations

from gamekeeper.store.sorted_runs import (
    Run,
    RunWriter,
    fold_sorted,
    key_at,
    merge_runs,
    no_room,
    sort_rows,
)

__all__ = ["Run", "RunWriter", "fold_sorted", "key_at", "merge_runs", "no_room", "sort_rows"]
