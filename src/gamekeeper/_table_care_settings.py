"""The options of commands that look after a case."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

CARE_SETTINGS: Final = (
    Setting(
        "verify_sources",
        Kind.FLAG,
        "Also hash the logs that are still where they were when they were taken in. One that is gone is told "
        "and is no failure; one that changed is.",
        ("case verify",),
        flag="--sources",
        default=False,
        in_file=False,
    ),
    Setting(
        "files_kind",
        Kind.TEXT,
        "What the files hold: events, recovered, witnesses (copies of events), rejects or matches.",
        ("case files",),
        flag="--kind",
        metavar="KIND",
        default="events",
        in_file=False,
    ),
    Setting(
        "files_dataset",
        Kind.TEXT,
        "Only files of this dataset, such as windows.security.",
        ("case files",),
        flag="--dataset",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "before",
        Kind.TIME,
        "Also take out every event that happened before this time, for good; events without a time stay.",
        ("case compact",),
        flag="--before",
        metavar="TIME",
        in_file=False,
    ),
    Setting(
        "forget_source",
        Kind.TEXT,
        "The log: its path as it was taken in, its SHA-256 (or the first 8 digits or more), or its number.",
        ("case forget",),
        flag="--source",
        metavar="LOG",
        required=True,
        in_file=False,
    ),
    Setting(
        "export_to",
        Kind.TEXT,
        "Folder for the export: one that is not there yet or is empty.",
        ("case export",),
        flag="--to",
        metavar="DIR",
        required=True,
        in_file=False,
    ),
    Setting(
        "export_format",
        Kind.TEXT,
        "parquet: plain files, links to those of the case where the disk can; delta or iceberg: one table "
        "a dataset (pip install 'gamekeeper[delta]' or 'gamekeeper[iceberg]').",
        ("case export",),
        flag="--format",
        metavar="FORMAT",
        default="parquet",
        in_file=False,
    ),
)
