"""The options by which people say what they know: of their network, and of matches that they have seen."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting
from gamekeeper._table_case_settings import ASKING

#: What takes context and allow-lists.
_SEARCHES: Final = ("hunt", "rehunt")
#: Commands for people who have too many findings.
TUNING: Final = ("rules noise", "rules tune")

#: What takes chains of events.
CHAINED: Final = ("chains list", "chains explain", "chains test")

#: Which chains are looked for.
CHAIN_SETTINGS: Final = (
    Setting(
        "chains",
        Kind.TEXT,
        "Chains of events: a file or a folder, more than once if you like; the word builtin stands for those "
        "that come with Gamekeeper, which are also taken without this option.",
        (*_SEARCHES, *CHAINED),
        flag="--chains",
        metavar="PATH",
        repeats=True,
    ),
    Setting(
        "chain",
        Kind.TEXT,
        "Id or name of a chain, or a file with one.",
        ("chains explain",),
        flag="",
        metavar="CHAIN",
        required=True,
        in_file=False,
    ),
    Setting(
        "no_chains",
        Kind.FLAG,
        "Look for no chains.",
        _SEARCHES,
        flag="--no-chains",
        default=False,
    ),
)

#: What tells of habits.
BASELINED: Final = ("baselines",)

#: What is normal here.
BASELINE_SETTINGS: Final = (
    Setting(
        "no_baselines",
        Kind.FLAG,
        "Learn no habits and say of nothing that it is new here.",
        _SEARCHES,
        flag="--no-baselines",
        default=False,
    ),
    Setting(
        "learn_until",
        Kind.TIME,
        "Known to be clean until then: what is first seen before is learnt and makes no anomaly. A first "
        "way to a domain controller stays marked all the same. Without it baselines learn as they go.",
        (*_SEARCHES, *BASELINED),
        flag="--learn-until",
        metavar="TIME",
    ),
    Setting(
        "show_baseline",
        Kind.TEXT,
        "Show what this baseline knows: its keys, on how many hosts or accounts and days.",
        BASELINED,
        flag="--show",
        metavar="NAME",
        in_file=False,
    ),
    Setting(
        "confirm",
        Kind.TEXT,
        "Say that a first way to a domain controller is in order, by the id that anomalies.jsonl gives it; "
        "the word all stands for all of a case.",
        BASELINED,
        flag="--confirm",
        metavar="ID",
        repeats=True,
        in_file=False,
    ),
)

#: Context of a search, and matches that somebody answers for.
CONTEXT_SETTINGS: Final = (
    Setting(
        "assets",
        Kind.TEXT,
        "List of hosts in CSV or YAML: host, role, criticality, purdue, sector, site, owner. Criticality "
        "moves the severity of findings; the rows of a question get columns for it.",
        (*_SEARCHES, "visibility", *BASELINED, *ASKING),
        flag="--assets",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "accounts",
        Kind.TEXT,
        "List of accounts in CSV or YAML: account, kind (admin, service, vendor, user, appliance), note.",
        (*_SEARCHES, *ASKING, "rules tune"),
        flag="--accounts",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "geoip",
        Kind.TEXT,
        "Database in MaxMind's format (.mmdb) with countries or networks of addresses. It is read "
        "on this machine; nothing is asked of any network.",
        (*_SEARCHES, *ASKING),
        flag="--geoip",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "allow",
        Kind.TEXT,
        "List in YAML of matches that are known to be harmless: rule, conditions, reason, owner and "
        "the day on which each entry ends. They are counted and written to suppressed.jsonl, and make "
        "no findings.",
        _SEARCHES,
        flag="--allow",
        metavar="FILE",
        repeats=True,
    ),
)

TUNING_SETTINGS: Final = (
    Setting(
        "hunt_folder",
        Kind.TEXT,
        "Folder that 'gamekeeper hunt --out' has written.",
        ("rules noise",),
        flag="",
        metavar="FOLDER",
        required=True,
        in_file=False,
    ),
    Setting(
        "benign",
        Kind.TEXT,
        "Logs that are known to be clean: files, folders and archives. Every match in them is a false "
        "alarm.",
        ("rules tune",),
        flag="--benign",
        metavar="PATH",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "malicious",
        Kind.TEXT,
        "Logs of attacks: every match in them has to stay.",
        ("rules tune",),
        flag="--malicious",
        metavar="PATH",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "matches",
        Kind.TEXT,
        "matches.jsonl of a hunt, instead of logs; --labels says which of them are false alarms.",
        ("rules tune",),
        flag="--matches",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "labels",
        Kind.TEXT,
        "List in CSV or YAML: label (benign or malicious), and what it is about: finding, event, rule "
        "or host, by the ids of the reports.",
        ("rules tune",),
        flag="--labels",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "logs",
        Kind.TEXT,
        "The logs that the matches come from. With them a filter can ask every field of an event, and "
        "is run on them before it is proposed; without them it can ask only what a match holds.",
        ("rules tune",),
        flag="--logs",
        metavar="PATH",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "min_matches",
        Kind.COUNT,
        "Harmless matches that a selection has to take at least.",
        ("rules tune",),
        flag="--min-matches",
        metavar="N",
        default=3,
        in_file=False,
    ),
    Setting(
        "filters_out",
        Kind.TEXT,
        "Folder for the filters, one file a rule. Without it they go to standard output.",
        ("rules tune",),
        flag="--out",
        metavar="DIR",
        in_file=False,
    ),
    Setting(
        "rules_shown",
        Kind.COUNT,
        "Rules that are shown; JSON has all.",
        ("rules noise",),
        flag="--limit",
        metavar="N",
        default=20,
        in_file=False,
    ),
)
