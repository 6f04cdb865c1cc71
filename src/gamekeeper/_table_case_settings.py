"""The options of commands that work on a case: taking logs in, hunting again, asking."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

#: Questions: they take a case and a selection, and give rows.
_QUESTIONS: Final = (
    "ask",
    "search",
    "stack",
)
#: What is done to a case as a whole.
_CARE: Final = ("case info",)
#: Every command that works on a case and on nothing else.
CASES: Final = ("ingest", "rehunt", *_CARE, *_QUESTIONS)

CASE_SETTINGS: Final = (
    Setting(
        "case",
        Kind.TEXT,
        "Folder of the case.",
        CASES,
        flag="--case",
        metavar="DIR",
        required=True,
        in_file=False,
    ),
    Setting(
        "hunt_case",
        Kind.TEXT,
        "Take the logs into the case in this folder (made where it is absent), and search all that is in it.",
        ("hunt",),
        flag="--case",
        metavar="DIR",
        in_file=False,
    ),
    Setting(
        "organisation",
        Kind.TEXT,
        "Whose logs these are. A case belongs to one organisation: logs of another one are refused.",
        ("ingest", "hunt"),
        flag="--organisation",
        metavar="NAME",
    ),
    Setting(
        "since",
        Kind.TEXT,
        "Only events that came into the case since then: a time, or the word last for the last run of "
        "rules. When they happened is for --from and --to.",
        ("rehunt",),
        flag="--since",
        metavar="TIME|last",
        in_file=False,
    ),
    Setting(
        "sql",
        Kind.TEXT,
        "One SELECT, in DuckDB's SQL. Tables: one a dataset (windows_security, windows_sysmon, ...), "
        "and events, all of them with the columns that all have.",
        ("ask",),
        flag="",
        metavar="SQL",
        required=True,
        in_file=False,
    ),
    Setting(
        "terms",
        Kind.TEXT,
        "A word that stands in any field, FIELD=VALUE with * and ? as wildcards, or FIELD~PATTERN with a "
        "regular expression. Case never matters. All terms have to be there.",
        ("search",),
        flag="",
        metavar="TERM",
        repeats=True,
        required=True,
        in_file=False,
    ),
    Setting(
        "regex",
        Kind.FLAG,
        "Take every term for a regular expression (RE2) that may stand in any field.",
        ("search",),
        flag="--regex",
        default=False,
        in_file=False,
    ),
    Setting(
        "any_term",
        Kind.FLAG,
        "One of the terms is enough.",
        ("search",),
        flag="--any",
        default=False,
        in_file=False,
    ),
    Setting(
        "fields",
        Kind.TEXT,
        "A field, by the name that its log gives it, in any case; several are counted together.",
        ("stack",),
        flag="",
        metavar="FIELD",
        repeats=True,
        required=True,
        in_file=False,
    ),
    Setting(
        "most_first",
        Kind.FLAG,
        "The most frequent first.",
        ("stack",),
        flag="--most",
        default=False,
        in_file=False,
    ),
    Setting(
        "ask_from",
        Kind.TIME,
        "Only events at or after this time: 2026-01-31, 2026-01-31T08:00 or "
        "2026-01-31T08:00:00+01:00. UTC where no offset is given.",
        _QUESTIONS,
        flag="--from",
        metavar="TIME",
        in_file=False,
    ),
    Setting(
        "ask_to",
        Kind.TIME,
        "Only events before this time. Events without any time are left out by either bound.",
        _QUESTIONS,
        flag="--to",
        metavar="TIME",
        in_file=False,
    ),
    Setting(
        "ask_host",
        Kind.TEXT,
        "Only events of these hosts, by full or first name, with * and ? as wildcards, case ignored.",
        _QUESTIONS,
        flag="--host",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "ask_channel",
        Kind.TEXT,
        "Only events of these channels; written as for --host.",
        _QUESTIONS,
        flag="--channel",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "answer_json",
        Kind.FLAG,
        "Print the answer as JSON lines with ECS names, and nothing else, on standard output.",
        _QUESTIONS,
        flag="--json",
        default=False,
        in_file=False,
    ),
    Setting(
        "answer_csv",
        Kind.FLAG,
        "Print the answer as CSV.",
        _QUESTIONS,
        flag="--csv",
        default=False,
        in_file=False,
    ),
    Setting(
        "parquet",
        Kind.TEXT,
        "Write the answer to a Parquet file.",
        _QUESTIONS,
        flag="--parquet",
        metavar="FILE",
        in_file=False,
    ),
    Setting(
        "limit",
        Kind.COUNT,
        "Rows that are shown as a table; 0 shows all. JSON, CSV and Parquet always hold all.",
        _QUESTIONS,
        flag="--limit",
        metavar="N",
        default=100,
        in_file=False,
    ),
)
