"""The options of commands that work on the incidents of a case."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

#: Commands on the incidents that the last run over a case found.
INCIDENTS: Final = ("incidents list", "incidents show", "incidents decide", "incidents export")
_ONE: Final = ("incidents show", "incidents decide")

INCIDENT_SETTINGS: Final = (
    Setting(
        "incident",
        Kind.TEXT,
        "An incident's id, or the beginning of it, or its rank: 1 is the first to look at.",
        _ONE,
        flag="",
        metavar="INCIDENT",
        required=True,
        in_file=False,
    ),
    Setting(
        "steps",
        Kind.COUNT,
        "Show at most this many steps, the heaviest; --json has all.",
        ("incidents show",),
        flag="--steps",
        metavar="N",
        default=60,
        in_file=False,
    ),
    Setting(
        "status",
        Kind.TEXT,
        "What you say of it: new, in-progress, confirmed, benign or closed.",
        ("incidents decide",),
        flag="--status",
        metavar="STATUS",
        in_file=False,
    ),
    Setting(
        "owner",
        Kind.TEXT,
        "Who looks after it.",
        ("incidents decide",),
        flag="--owner",
        metavar="NAME",
        in_file=False,
    ),
    Setting(
        "note",
        Kind.TEXT,
        "Why, in a sentence.",
        ("incidents decide",),
        flag="--note",
        metavar="TEXT",
        in_file=False,
    ),
    Setting(
        "incident_format",
        Kind.TEXT,
        "How to write them: markdown or json.",
        ("incidents export",),
        flag="--format",
        metavar="FORMAT",
        default="markdown",
        in_file=False,
    ),
)
