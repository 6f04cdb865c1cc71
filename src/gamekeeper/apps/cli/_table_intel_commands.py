"""The commands about actors, claims and attribution: name, module, summary, description, examples."""

from __future__ import annotations

from typing import Final

_UPDATE: Final = (
    "Takes groups, techniques, software and campaigns out of an ATT&CK bundle and keeps them in place of "
    "those that come with Gamekeeper. Uses the network only when it is given an address."
)
_ADDRESS: Final = (
    "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/"
    "enterprise-attack.json"
)
_SHOW: Final = (
    "Shows a group's names and who gives them, what it is known for with how many other groups are, its "
    "procedures where we have any, its campaigns, and who claims and disputes what of it."
)
_CLAIMS: Final = (
    "Lists the ledger of claims: holder, date, strength of words and source of each, names that mean the "
    "same and names that do not, disputes, and what is on record against them."
)
_EXPLAIN: Final = (
    "Holds techniques, procedures, tools and texts against groups, administrators, red teams and "
    "intruders unknown, and shows what each is worth for whom. Mostly it ends with no name, and says why."
)

INTEL_COMMANDS: Final = (
    (
        "intel update",
        "gamekeeper.apps.cli.intel_update",
        "take in a newer ATT&CK",
        _UPDATE,
        (
            ("gamekeeper intel update --from enterprise-attack.json", "a bundle on this machine"),
            (f"gamekeeper intel update --from {_ADDRESS}", "the public bundle"),
        ),
    ),
    (
        "intel show",
        "gamekeeper.apps.cli.intel_show",
        "show what is known here of a group",
        _SHOW,
        (
            ("gamekeeper intel show 'Volt Typhoon'", "by any of its names"),
            ("gamekeeper intel show G1017 --json", "by its number, for a script"),
        ),
    ),
    (
        "intel claims",
        "gamekeeper.apps.cli.intel_claims",
        "list who attributes what to whom, and who disputes it",
        _CLAIMS,
        (
            ("gamekeeper intel claims", "all claims"),
            ("gamekeeper intel claims --group G1017 --json", "about one group, for a script"),
        ),
    ),
    (
        "intel explain",
        "gamekeeper.apps.cli.intel_explain",
        "say what techniques tell about who it was",
        _EXPLAIN,
        (
            ("gamekeeper intel explain T1003.003 T1090 T1654", "techniques alone"),
            (
                "gamekeeper intel explain VT-C2-01 T1003.003 --tool PsExec --text 'C:\\Users\\Public\\x'",
                "with procedures, a tool and a path",
            ),
        ),
    ),
)
