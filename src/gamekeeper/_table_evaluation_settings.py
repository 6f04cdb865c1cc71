"""The options of ``evaluate``."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

EVALUATION_SETTINGS: Final = (
    Setting(
        "evaluated",
        Kind.TEXT,
        "The folder that hunt --out wrote.",
        ("evaluate",),
        flag="",
        metavar="OUT_DIR",
        required=True,
        in_file=False,
    ),
    Setting(
        "truth",
        Kind.TEXT,
        "What happened: truth.jsonl of a simulated world, steps.csv of captures, truth_processes.csv, or "
        "alerts that are labelled by phase. Without it only the load is counted.",
        ("evaluate",),
        flag="--truth",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "key",
        Kind.TEXT,
        "A key by hand: Sigma rules, each with the step whose artefact it describes. A step then counts only "
        "where one of the first five events that it cites is one.",
        ("evaluate",),
        flag="--key",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "key_logs",
        Kind.TEXT,
        "The logs that were hunted in, in the same order; needed for --key. Repeatable.",
        ("evaluate",),
        flag="--logs",
        metavar="PATH",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "learning_days",
        Kind.COUNT,
        "Incidents that end in the first days are counted apart: so many days.",
        ("evaluate",),
        flag="--learning-days",
        metavar="DAYS",
        default=0,
        in_file=False,
    ),
)
