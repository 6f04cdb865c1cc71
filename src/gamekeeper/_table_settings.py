"""The table of every option: the one place where an option is added.

``settings.py`` reads values for these; ``apps/cli`` offers them; ``docs/reference/options.md`` is
written from them. Nothing here may import more than a moment's worth: ``--help`` waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: What a setting may hold once it is read.
Value = None | bool | int | str | tuple[str, ...]


class Kind(StrEnum):
    """What the text of a setting means; each kind has one reader in ``settings.read_text``."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a word for the help, no password
    FLAG = "switch"
    COUNT = "whole number"
    LEVEL = "level"
    TIME = "time"
    ZONE = "time zone"
    SELECTOR = "selector"


@dataclass(frozen=True, slots=True)
class Setting:
    """One option. ``name`` is its key in the file; ``flag`` what is typed, "" for a positional."""

    name: str
    kind: Kind
    help: str
    commands: tuple[str, ...]
    flag: str
    metavar: str = ""
    default: Value = None
    repeats: bool = False
    required: bool = False
    short: str = ""
    in_file: bool = True  # may also come from the file and the environment


_HUNTS = ("hunt", "demo")
_DESK = ("rules list", "rules check", "rules explain", "rules test", "rules coverage")
_TUNING = ("rules noise", "rules tune")
_ALL = ("hunt", "demo", "simulate", "rules update", *_DESK, *_TUNING, "version")

SETTINGS: Final = (
    Setting(
        "paths",
        Kind.TEXT,
        "Files, folders and archives (zip, 7z, tar, gz, zst) to search. Folders are read with all "
        "that is below them; - is standard input.",
        ("hunt",),
        flag="",
        metavar="PATH",
        repeats=True,
        required=True,
        in_file=False,
    ),
    Setting(
        "rules",
        Kind.TEXT,
        "Sigma rules: a file or a folder, more than once if you like; the word builtin stands for "
        "the rules that come with Gamekeeper. Without this option: builtin and every set that "
        "'gamekeeper rules update' has fetched.",
        ("hunt", "rules list", "rules explain", "rules test", "rules coverage", "rules tune"),
        flag="--rules",
        metavar="PATH",
        repeats=True,
    ),
    Setting(
        "out",
        Kind.TEXT,
        "Folder for the reports (HTML, CSV, JSON lines). Made where it is absent. Without it the "
        "result is only shown.",
        _HUNTS,
        flag="--out",
        metavar="DIR",
    ),
    Setting(
        "json",
        Kind.FLAG,
        "Print the result as JSON, and nothing else, on standard output: one document, or a line "
        "for each remark of rules check and each case of rules test.",
        ("hunt", "rules list", "rules check", "rules explain", "rules test", *_TUNING, "version"),
        flag="--json",
        default=False,
        in_file=False,
    ),
    Setting(
        "from",
        Kind.TIME,
        "Only events at or after this time: 2026-01-31, 2026-01-31T08:00 or "
        "2026-01-31T08:00:00+01:00. UTC where no offset is given.",
        ("hunt",),
        flag="--from",
        metavar="TIME",
        in_file=False,
    ),
    Setting(
        "to",
        Kind.TIME,
        "Only events before this time. A bare date stands for its first moment. Events without any "
        "time are always kept.",
        ("hunt",),
        flag="--to",
        metavar="TIME",
        in_file=False,
    ),
    Setting(
        "source_tz",
        Kind.ZONE,
        "Time zone of exports that name none, such as Europe/Berlin.",
        ("hunt",),
        flag="--source-tz",
        metavar="ZONE",
        default="UTC",
    ),
    Setting(
        "min_level",
        Kind.LEVEL,
        "Leave out rules below this level: informational, low, medium, high or critical.",
        _HUNTS,
        flag="--min-level",
        metavar="LEVEL",
        default="informational",
    ),
    Setting(
        "fail_level",
        Kind.LEVEL,
        "Findings at or above this level make the exit code 10 (11 where input is incomplete).",
        ("hunt",),
        flag="--fail-level",
        metavar="LEVEL",
        default="low",
    ),
    Setting(
        "include",
        Kind.SELECTOR,
        "Only these: rule:ID-or-title, host:NAME or channel:NAME, with * and ? as wildcards, case "
        "ignored. Of several of one kind any will do; kinds narrow each other.",
        ("hunt",),
        flag="--include",
        metavar="KIND:PATTERN",
        repeats=True,
    ),
    Setting(
        "exclude",
        Kind.SELECTOR,
        "Not these; written as for --include, and stronger.",
        ("hunt",),
        flag="--exclude",
        metavar="KIND:PATTERN",
        repeats=True,
    ),
    Setting(
        "recover",
        Kind.FLAG,
        "Also search deleted and damaged records that are still in the files.",
        ("hunt",),
        flag="--recover",
        default=False,
    ),
    Setting(
        "paranoid",
        Kind.FLAG,
        "Check every fast path against its slow truth and stop at the first difference. Many times "
        "slower.",
        ("hunt",),
        flag="--paranoid",
        default=False,
    ),
    Setting(
        "password",
        Kind.SECRET,
        "Password for archives; more than once to have several tried. Other users of this machine "
        "can see it: --password-file and GAMEKEEPER_PASSWORD are better.",
        ("hunt",),
        flag="--password",
        metavar="WORD",
        repeats=True,
    ),
    Setting(
        "password_file",
        Kind.TEXT,
        "File with passwords for archives, one a line.",
        ("hunt",),
        flag="--password-file",
        metavar="FILE",
    ),
    Setting(
        "assets",
        Kind.TEXT,
        "List of hosts in CSV or YAML: host, role, criticality, purdue, sector, site, owner. Criticality "
        "moves the severity of findings.",
        ("hunt",),
        flag="--assets",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "accounts",
        Kind.TEXT,
        "List of accounts in CSV or YAML: account, kind (admin, service, vendor, user), note.",
        ("hunt", "rules tune"),
        flag="--accounts",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "geoip",
        Kind.TEXT,
        "Database in MaxMind's format (.mmdb) with countries or networks of addresses. It is read "
        "on this machine; nothing is asked of any network.",
        ("hunt",),
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
        ("hunt",),
        flag="--allow",
        metavar="FILE",
        repeats=True,
    ),
    Setting(
        "workers",
        Kind.COUNT,
        "Processes that read and match; 0 takes one a core, 1 does everything in this process.",
        _HUNTS,
        flag="--workers",
        metavar="N",
        default=0,
    ),
    Setting(
        "temp_dir",
        Kind.TEXT,
        "Folder for temporary files (opened archives, matches being sorted). The system's own "
        "where not given.",
        _HUNTS,
        flag="--temp-dir",
        metavar="DIR",
    ),
    Setting(
        "rules_from",
        Kind.TEXT,
        "Where the rules come from: an https address of a zip, or a folder or zip on this machine.",
        ("rules update",),
        flag="--from",
        metavar="URL|PATH",
        required=True,
        in_file=False,
    ),
    Setting(
        "rules_name",
        Kind.TEXT,
        "Name of the set; a set of the same name is replaced.",
        ("rules update",),
        flag="--name",
        metavar="NAME",
        default="sigma",
        in_file=False,
    ),
    Setting(
        "sha256",
        Kind.TEXT,
        "Take the package only if it has this SHA-256.",
        ("rules update",),
        flag="--sha256",
        metavar="DIGEST",
        default="",
        in_file=False,
    ),
    Setting(
        "rule_paths",
        Kind.TEXT,
        "Rule files, folders and zip archives; the word builtin stands for the rules that come with "
        "Gamekeeper.",
        ("rules check",),
        flag="",
        metavar="PATH",
        repeats=True,
        required=True,
        in_file=False,
    ),
    Setting(
        "rule",
        Kind.TEXT,
        "Id or title of a rule of the set, or a rule file.",
        ("rules explain",),
        flag="",
        metavar="ID|PATH",
        required=True,
        in_file=False,
    ),
    Setting(
        "case_paths",
        Kind.TEXT,
        "Files with cases, or folders of them: info.yml of SigmaHQ's regression data, or lists of "
        "events in YAML.",
        ("rules test",),
        flag="",
        metavar="PATH",
        repeats=True,
        required=True,
        in_file=False,
    ),
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
        "limit",
        Kind.COUNT,
        "Rules that are shown; JSON has all.",
        ("rules noise",),
        flag="--limit",
        metavar="N",
        default=20,
        in_file=False,
    ),
    Setting(
        "rule_level",
        Kind.LEVEL,
        "Only rules of this level.",
        ("rules list",),
        flag="--level",
        metavar="LEVEL",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "rule_status",
        Kind.TEXT,
        "Only rules of this status, such as stable or test.",
        ("rules list",),
        flag="--status",
        metavar="STATUS",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "rule_tag",
        Kind.TEXT,
        "Only rules with this tag: attack.t1003, or T1003 for short, which also finds its "
        "sub-techniques; * and ? are wildcards.",
        ("rules list",),
        flag="--tag",
        metavar="TAG",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "rule_logsource",
        Kind.TEXT,
        "Only rules whose product, category or service has this name; parts may be joined by a "
        "slash, as in windows/process_creation.",
        ("rules list",),
        flag="--logsource",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "rule_text",
        Kind.TEXT,
        "Only rules with this text in title, description, id or condition, case ignored.",
        ("rules list",),
        flag="--text",
        metavar="TEXT",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "summary",
        Kind.TEXT,
        "summary.json of a hunt: the layer then says what its logs let its rules see, or those of "
        "its rules that --rules names.",
        ("rules coverage",),
        flag="--summary",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "layer",
        Kind.TEXT,
        "File for the layer. Without it the layer goes to standard output.",
        ("rules coverage",),
        flag="--out",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "target",
        Kind.TEXT,
        "Folder to write the simulated logs to; must be empty or absent.",
        ("simulate",),
        flag="",
        metavar="OUT",
        required=True,
        in_file=False,
    ),
    Setting(
        "seed",
        Kind.COUNT,
        "Number from which everything random follows: the same seed gives the same logs.",
        ("simulate", "demo"),
        flag="--seed",
        metavar="N",
        default=1,
        in_file=False,
    ),
    Setting(
        "days",
        Kind.COUNT,
        "Days of ordinary work to simulate.",
        ("simulate", "demo"),
        flag="--days",
        metavar="N",
        default=3,
        in_file=False,
    ),
    Setting(
        "hosts",
        Kind.COUNT,
        "Computers in the simulated organisation.",
        ("simulate", "demo"),
        flag="--hosts",
        metavar="N",
        default=8,
        in_file=False,
    ),
    Setting(
        "intrusion",
        Kind.TEXT,
        "Hide this intrusion in the ordinary work, such as volt-typhoon. Without it there is none.",
        ("simulate",),
        flag="--intrusion",
        metavar="NAME",
        in_file=False,
    ),
    Setting(
        "quiet",
        Kind.FLAG,
        "No progress, only results and errors.",
        ("hunt", "demo", "simulate", "rules update", *_DESK, "rules tune"),
        flag="--quiet",
        short="-q",
        default=False,
    ),
    Setting(
        "config",
        Kind.TEXT,
        "File with settings (gamekeeper.toml). Without it: GAMEKEEPER_CONFIG, then your own "
        "configuration folder.",
        _ALL,
        flag="--config",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "debug",
        Kind.FLAG,
        "Show where an internal error happened.",
        _ALL,
        flag="--debug",
        default=False,
    ),
)
