"""The options of single questions on a case; those that all questions have are with the case's."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

#: Questions about accounts, computers and what runs on them: they take a case and a selection, and give rows.
QUESTIONS: Final = (
    "logons",
    "accounts",
    "computers",
    "metrics",
    "services",
    "tasks",
    "network",
)

QUESTION_SETTINGS: Final = (
    Setting(
        "matrix",
        Kind.FLAG,
        "Count instead of listing: which account came from where to where, how often, first and last.",
        ("logons",),
        flag="--matrix",
        default=False,
        in_file=False,
    ),
    Setting(
        "logon_failed",
        Kind.FLAG,
        "Only what was refused.",
        ("logons",),
        flag="--failed",
        default=False,
        in_file=False,
    ),
    Setting(
        "logon_interactive",
        Kind.FLAG,
        "Only people at a screen or a remote desktop: logon types 2, 7, 10, 11, 12 and 13, and desktops.",
        ("logons",),
        flag="--interactive",
        default=False,
        in_file=False,
    ),
    Setting(
        "logon_people",
        Kind.FLAG,
        "Leave out computers (NAME$), SYSTEM, the built-in services, anonymous logons, and what draws the "
        "desktop.",
        ("logons",),
        flag="--people",
        default=False,
        in_file=False,
    ),
    Setting(
        "logon_kind",
        Kind.TEXT,
        "Only rows of this kind: session, refused, explicit, kerberos, ntlm or desktop.",
        ("logons",),
        flag="--kind",
        metavar="KIND",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "logon_type",
        Kind.TEXT,
        "Only logons of this type, by number or name: 10 or RemoteInteractive.",
        ("logons",),
        flag="--type",
        metavar="TYPE",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "logon_account",
        Kind.TEXT,
        "Only logons of these accounts, by name, DOMAIN\\name or SID, with * and ? as wildcards, case "
        "ignored.",
        ("logons",),
        flag="--account",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "logon_source",
        Kind.TEXT,
        "Only logons from these addresses or workstations; written as for --account.",
        ("logons",),
        flag="--source",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "ask_name",
        Kind.TEXT,
        "Only accounts (by name, DOMAIN\\name or SID), services (by name or path) or tasks of this name, "
        "with * and ? as wildcards, case ignored.",
        ("accounts", "services", "tasks"),
        flag="--name",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "metrics_by",
        Kind.TEXT,
        "What events are counted by: channel, provider, id, host or day; more than once for several. "
        "Without it by all of them.",
        ("metrics",),
        flag="--by",
        metavar="WORD",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "services_installed",
        Kind.FLAG,
        "Only services that were installed or written to the registry, not those that were there already and "
        "changed.",
        ("services",),
        flag="--installed",
        default=False,
        in_file=False,
    ),
    Setting(
        "network_listeners",
        Kind.FLAG,
        "Only ports on which programs listened or took connections.",
        ("network",),
        flag="--listeners",
        default=False,
        in_file=False,
    ),
    Setting(
        "network_program",
        Kind.TEXT,
        "Only these programs, by path or file name, with * and ? as wildcards, case ignored.",
        ("network",),
        flag="--program",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "network_peer",
        Kind.TEXT,
        "Only these addresses and names at the other end; written as for --program. Not with --listeners.",
        ("network",),
        flag="--peer",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
)
