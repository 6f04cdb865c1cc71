"""The list of commands: what each is for, with examples. A new command is one line here and one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``module`` has a function ``run(values)`` that returns an exit code."""

    name: str
    module: str
    summary: str
    description: str
    examples: tuple[tuple[str, str], ...]  # command line, what it does


COMMANDS = (
    Command(
        "hunt",
        "gamekeeper.apps.cli.hunt",
        "search logs for intruders",
        "Reads Windows event logs (EVTX, and exports as JSON, XML or CSV), files, folders and archives "
        "alike, holds every event against Sigma rules, and reports what was found, what could not be "
        "read and what could not have been seen. The logs are only read; nothing leaves this machine.",
        (
            (
                "gamekeeper hunt C:\\Windows\\System32\\winevt\\Logs",
                "search the logs of this computer",
            ),
            ("gamekeeper hunt evidence.zip --out report", "search an archive and write reports"),
            ("gamekeeper hunt logs --rules builtin --rules my-rules", "add rules of your own"),
            (
                "gamekeeper hunt logs --from 2026-01-01 --exclude 'host:scanner*'",
                "look at one period, without one kind of host",
            ),
            ("gamekeeper hunt logs --json | jq '.findings[].title'", "hand the findings on"),
        ),
    ),
    Command(
        "demo",
        "gamekeeper.apps.cli.demo",
        "try it on simulated logs",
        "Simulates the logs of a small organisation with an intruder in it, hunts through them with the "
        "built-in rules, and says where the report is.",
        (
            ("gamekeeper demo", "simulate, hunt and report in a temporary folder"),
            ("gamekeeper demo --out demo", "keep logs and reports in the folder demo"),
        ),
    ),
    Command(
        "rules update",
        "gamekeeper.apps.cli.rules_update",
        "fetch a set of rules",
        "Fetches Sigma rules and keeps them for every later hunt. The one command that uses the network, "
        "and only when it is given an address.",
        (
            (
                "gamekeeper rules update --from https://github.com/SigmaHQ/sigma/archive/refs/heads/master.zip",
                "fetch the public Sigma rules",
            ),
            (
                "gamekeeper rules update --from sigma-master.zip",
                "take rules that are on this machine",
            ),
        ),
    ),
    Command(
        "rules list",
        "gamekeeper.apps.cli.rules_list",
        "list the rules that a hunt would use",
        "Lists every rule with its level, and those that cannot be used with the reason.",
        (
            ("gamekeeper rules list", "the rules of a hunt without --rules"),
            ("gamekeeper rules list --rules my-rules --json", "other rules, for a script"),
        ),
    ),
    Command(
        "simulate",
        "gamekeeper.apps.cli.simulate",
        "write logs of an organisation that does not exist",
        "Writes Windows event logs of invented computers and people, with the truth about what happened "
        "beside them: for training, and to see what a hunt finds.",
        (
            (
                "gamekeeper simulate logs --hosts 6 --days 1",
                "a day of ordinary work of six computers",
            ),
            (
                "gamekeeper simulate logs --seed 7 --intrusion volt-typhoon",
                "three days with an intruder",
            ),
        ),
    ),
    Command(
        "version",
        "gamekeeper.apps.cli.version",
        "show the versions of Gamekeeper and what it stands on",
        "Shows the version of Gamekeeper, of Python and of the packages that decide how it reads.",
        (("gamekeeper version --json", "for a script"),),
    ),
)


def command(name: str) -> Command:
    """Return a command by its name."""
    return next(command for command in COMMANDS if command.name == name)
