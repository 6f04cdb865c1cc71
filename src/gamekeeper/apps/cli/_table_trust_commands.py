"""The commands that ask logs about themselves: were tracks covered, and what could have been seen."""

from __future__ import annotations

from typing import Final

from gamekeeper.apps.cli._command import Command

TRUST_COMMANDS: Final = (
    Command(
        "integrity",
        "gamekeeper.apps.cli.integrity",
        "say whether logs were tampered with",
        "Asks logs, or a case, about themselves: were they cleared, cut, silenced or rewound, and what else "
        "would explain it. Each break is proved, likely, possible or explained. Exit code 10 where one is "
        "proved or likely.",
        (
            ("gamekeeper integrity evidence.zip", "look at logs"),
            ("gamekeeper integrity my-case --out report", "look at a case and write a report"),
        ),
    ),
    Command(
        "baselines",
        "gamekeeper.apps.cli.baselines",
        "say what is normal here",
        "Shows what is habitual in logs, or what a case remembers of them: who logs on from where, which "
        "commands run where, what is installed, who talks to whom; for how many days each baseline has "
        "learnt, and what it cannot say yet.",
        (
            ("gamekeeper baselines evidence.zip", "look at logs"),
            ("gamekeeper baselines my-case --show logon-edges", "the ways that a case remembers"),
            (
                "gamekeeper baselines my-case --confirm all",
                "its ways to domain controllers are in order",
            ),
        ),
    ),
    Command(
        "visibility",
        "gamekeeper.apps.cli.visibility",
        "say what logs could have shown",
        "Asks logs, or a case, what they could have shown, had it happened: which behaviours, techniques and "
        "chains, on which hosts and days. Runs the checks of log readiness LR-01 to LR-39, each with the "
        "exact setting that would fix it, and names the one cheapest change that would open the most. "
        "Exit code 10 where a check fails.",
        (
            ("gamekeeper visibility evidence.zip", "look at logs"),
            (
                "gamekeeper visibility my-case --assets hosts.csv --out report",
                "look at a case, knowing its hosts, and write a report",
            ),
        ),
    ),
)
