"""Commands about chains of events."""

from __future__ import annotations

from typing import Final

from gamekeeper.apps.cli._command import Command

CHAIN_COMMANDS: Final = (
    Command(
        "chains list",
        "gamekeeper.apps.cli.chains_list",
        "list the chains of events that a hunt looks for",
        "Lists every chain with its level: several events that mean something together.",
        (("gamekeeper chains list", "those that come with Gamekeeper"),),
    ),
    Command(
        "chains explain",
        "gamekeeper.apps.cli.chains_explain",
        "show what a chain means here",
        "Shows one chain: its steps and what they have in common, the logs and fields that show each step, "
        "what it does not see, and what looks like it.",
        (("gamekeeper chains explain SC-1", "explain a chain by its id"),),
    ),
    Command(
        "chains test",
        "gamekeeper.apps.cli.chains_test",
        "run chains on their own cases",
        "Runs the cases that lie beside chains: events on a clock, and how often the chain is found in them. "
        "Exit code 0 where all cases pass, 10 where one fails.",
        (
            ("gamekeeper chains test", "the cases of the built-in chains"),
            ("gamekeeper chains test --chains my-chains", "chains of your own"),
        ),
    ),
)
