"""The options of commands that work on the incidents of a case."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

#: Commands on the incidents that the last run over a case found.
INCIDENTS: Final = (
    "incidents list",
    "incidents show",
    "incidents explain",
    "incidents decide",
    "incidents export",
)
_ONE: Final = ("incidents show", "incidents explain", "incidents decide")

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
        ("incidents show", "incidents explain"),
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
        (
            "How to write them: markdown, html, json, stix (2.1), navigator (a layer), attack-flow (2.0, of "
            "one incident: the first), timesketch (JSON lines) or timesketch-csv."
        ),
        ("incidents export",),
        flag="--format",
        metavar="FORMAT",
        default="markdown",
        in_file=False,
    ),
    Setting(
        "only",
        Kind.TEXT,
        "Only this incident: its id, the beginning of that, or its rank.",
        ("incidents export",),
        flag="--only",
        metavar="INCIDENT",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "reader",
        Kind.TEXT,
        (
            "Who reads it, in markdown and html: responder (everything), executive (half a page in plain "
            "words) or partner (ways of working, without a name of a host or an account)."
        ),
        ("incidents export",),
        flag="--for",
        metavar="READER",
        default="responder",
        in_file=False,
    ),
    Setting(
        "tlp",
        Kind.TEXT,
        (
            "How far it may be passed on: clear, green, amber, amber+strict or red. Without it "
            "amber+strict, and amber for a partner."
        ),
        ("incidents export",),
        flag="--tlp",
        metavar="WORD",
        in_file=False,
    ),
)
